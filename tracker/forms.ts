/** What a form may tell, once it is submitted, and what it never tells. */
import { withoutEmail } from './address.ts'
import { tell } from './transport.ts'
import { past } from './visitor.ts'

/** What form builders hand to `submit`. */
export type FormSource = HTMLFormElement | FormData | Record<string, unknown>

const LONGEST_VALUE = 1000
/**
 * The English and French names of lead traits. Which trait it is, the collector tells (`collector/domain/fields.ts`); here
 * is decided only what may leave the page. They are looked for in what describes a field: `type|tabIndex|name|autocomplete`.
 */
const WANTED =
  /company|sect[eo]|role|phone|(\btel|nom)(\b|_)|(ur|ll|given|ct|\b[fl]|st|ly|[|[]).?name|foncti|\burl|size|employ|\bpays|site|title|industr|organi|country|entrepr|job|soci.t|effectif|mobil|poste/i
/** Thirteen digits are a payment card; an IBAN is two letters, two digits and up to thirty more. */
const ACCOUNT = /(\d\D*){13}|^[a-z]{2}\d\d.{11}/i
const SECRET = /\bcc|pass|one.time|cv[cv]|otp|^file|card/i
/** What honeypots are called. Those with tempting names, which the keyboard passes by, the collector knows. */
const TRAP = /gotcha|honey|\|b_|trap/i

type Named = NamedNodeMap & { name?: Attr; id?: Attr }
type Field = Partial<HTMLInputElement & HTMLSelectElement>

/** The id of the report before this one. */
let previous: string | undefined

/**
 * Reads a submitted form and reports it. What is reported by hand as well as by itself, the collector joins to one
 * submission (`collector/domain/submission.ts`): a report says which one came before it.
 */
export function submit(_name: string, source: FormSource, named?: { form?: string }): void {
  const form = (source as Partial<HTMLFormElement>).dataset && (source as HTMLFormElement)
  const fields: Record<string, string> = {}
  let offered = 0
  let filled = 0
  const listed = `${inherited(form, 'braiseFields')}`.split(/[\s,]+/)
  // The entries of a FormData or of an object are fields of which no more is known.
  const entries = () => ('append' in source ? [...(source as FormData)] : Object.entries(source))
  const all = (form || entries().map(([name, value]) => ({ name, value }))) as ArrayLike<Field>
  // By index: a field that is called `elements`, `length` or `getAttribute` hides what its form has under that name.
  // biome-ignore lint/suspicious/noAssignInExpressions: as one walks a list whose length may be hidden
  for (let i = 0, field: Field | undefined; (field = all[i]); i++) {
    const type = field.type as string
    const chosen = field.selectedOptions
    const words = [type, field.tabIndex, field.name || field.id, field.autocomplete].join('|')
    // Of a choice the words: what is sent may be a number.
    const value = `${field.value && chosen ? (chosen[0] as HTMLOptionElement).text : field.value || ''}`.trim()
    const isListed = TRAP.test(words) || listed.includes(field.name || ' ')
    if (
      (isListed || field.willValidate !== false) &&
      (field.checked || !/box|submit|radio/.test(type)) &&
      inherited(field, 'braiseIgnore') == null
    ) {
      offered++
      if (value) {
        filled++
        if (
          (isListed || ((withoutEmail(`*${value}`) === '*' || WANTED.test(words)) && !/box|area/.test(type))) &&
          !fields[words] &&
          !ACCOUNT.test(value) &&
          !SECRET.test(words)
        )
          fields[words] = value.slice(0, LONGEST_VALUE)
      }
    }
  }
  // Else there is nothing, or nothing that may be known.
  if (offered)
    previous = tell(
      'form',
      offered,
      filled,
      performance.now() - past,
      previous,
      named,
      form &&
        (inherited(form, 'braiseName') ||
          ((form.attributes as Named).name || (form.attributes as Named).id || ({} as Attr)).value),
      fields,
    )
}

/** What is told before and after is not of one submission, and says nothing of each other. */
export function forgetReport(): void {
  previous = ''
}

/** What an element says in a `data-` attribute, or else the nearest around it, out of its shadow root too. */
// biome-ignore lint/suspicious/noExplicitAny: an element, its shadow root, or what was handed in instead of one
function inherited(node: any, name: string): string | undefined {
  return node && (name in (node.dataset || {}) ? node.dataset[name] : inherited(node.parentNode || node.host, name))
}
