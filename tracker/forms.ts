/** What a form may tell, once it is submitted, and what it never tells. */
import { currentUrl } from './address.ts'
import { guarded, listen } from './guard.ts'
import type { FormEvent } from './protocol.ts'
import { type Draft, isWaiting, send } from './transport.ts'

/** What form builders hand to `submit`. */
export type FormSource = HTMLFormElement | FormData | Record<string, unknown>

/** A page that reports its form by hand does so in its own handler, or once its server has answered. */
const ONE_SUBMISSION = 5000
const LONGEST_VALUE = 1000
/**
 * The English and French names of lead traits. Which trait it is, the collector tells (`collector/domain/fields.ts`); here
 * is decided only what may leave the page. They are looked for in what describes a field: `type|tabIndex|name|autocomplete`.
 */
const WANTED =
  /(st|given|ly|ll|ur|ct|[|[]|\b[fl]).?name|nom(\b|_)|compan|organi|soci.t|entrepr|employ|effectif|size|phone|mobil|\btel\b|job|title|role|poste|foncti|sect(o|eu)r|indust|country|\bpays|\burl|site|^email/i
const EMAIL = /^\S+@\S+\.\S+$/
/** Thirteen digits are a payment card; an IBAN is two letters, two digits and up to thirty more. */
const ACCOUNT = /(\d\D*){13}|^[a-z]{2}\d\d.{11}/i
const SECRET = /\bcc|card|pass|one.time|otp|cv[cv]|^file/i
/** What honeypots are called, and the tempting names of those that the keyboard passes by. */
const TRAP = /honey|gotcha|trap|\|b_|-1\|.*(site|url|fax)/i

type Form = Extract<Draft, { type: 'form' }>
type Named = NamedNodeMap & { name?: Attr; id?: Attr }
type Field = Partial<HTMLInputElement & HTMLSelectElement>

const opened = Date.now()
let last: (Form & { id: string }) | undefined
let lastAt: number
let lastForm: HTMLFormElement | '' | undefined

export function watchForms(): void {
  listen('focusin', watchRoots)
  listen('click', watchRoots)
  addEventListener('submit', reportForm, true)
}

/** A submit event does not leave its shadow root, but the focus and the click before it do. */
function watchRoots(event: Event): void {
  for (const node of event.composedPath() as ShadowRoot[])
    if (node.mode) node.addEventListener('submit', reportForm, true) // The same listener twice is one.
}

/** What the page makes up by itself is no submission: it has `braise('submit')` for that. */
const reportForm = guarded((event: Event) => {
  if (event.isTrusted) submit(event.target as HTMLFormElement)
})

/**
 * Reads a submitted form and reports it. What is reported by hand and by itself within a moment is one submission, unless
 * two forms or two e-mail addresses tell them apart: the second adds to the first, as long as that has not been sent.
 */
export function submit(source: FormSource, named?: { form?: string }): void {
  const form = (source as HTMLFormElement).tagName && (source as HTMLFormElement)
  const fields: FormEvent['fields'] = {}
  let event = {
    type: 'form' as const,
    url: currentUrl(),
    fields,
    offered: 0,
    filled: 0,
    filledMs: Date.now() - opened,
    form:
      form &&
      (inherited(form, 'braiseName') ||
        ((form.attributes as Named).name || (form.attributes as Named).id || ({} as Attr)).value),
    ...named,
  } as Form & { offered: number; filled: number }
  const listed = `${inherited(form, 'braiseFields')}`.split(/[\s,]+/)
  const all = (form || fieldsIn(source)) as Field[]
  // By index: a field that is called `elements`, `length` or `getAttribute` hides what its form has under that name.
  for (let i = 0; all[i]; i++) {
    const field = all[i] as Field
    const type = field.type as string
    const chosen = field.selectedOptions
    const words = [type, field.tabIndex, field.name || field.id, field.autocomplete].join('|')
    // Of a choice the words: what is sent may be a number.
    const value = `${field.value && chosen ? (chosen[0] as HTMLOptionElement).text : field.value || ''}`.trim()
    const key = EMAIL.test(value) ? 'email' : words
    const isListed = listed.includes(field.name || ' ')
    if (value && TRAP.test(words)) event.trapped = true
    else if (
      (isListed || field.willValidate !== false) &&
      (field.checked || !/box|radio|submit|image/.test(type)) &&
      inherited(field, 'braiseIgnore') === undefined
    ) {
      event.offered++
      if (value) {
        event.filled++
        if (
          (isListed || (WANTED.test(key) && !/area|box/.test(type))) &&
          !fields[key] &&
          !ACCOUNT.test(value) &&
          !SECRET.test(words)
        )
          fields[key] = value.slice(0, LONGEST_VALUE)
      }
    }
  }
  if (!event.offered) return // Nothing, or nothing that may be known.
  if (last && Date.now() - lastAt < ONE_SUBMISSION && agree(fields.email, last.fields.email) && agree(form, lastForm)) {
    const told = Object.values(last.fields).join()
    // What is on its way cannot be changed: what adds to it is an event of its own, and what does not is the same again.
    const isSame = isWaiting(last) || Object.values(fields).every((value) => told.includes(value))
    event = { ...event, ...(isSame && last), form: event.form || last.form, fields: { ...last.fields, ...fields } }
  }
  lastForm = form
  lastAt = Date.now()
  last = send(event)
}

function agree(one: unknown, other: unknown): boolean {
  return !one || !other || one === other
}

/** The entries of a FormData or of an object, as fields of which no more is known. */
function fieldsIn(source: FormSource): Field[] {
  const entries = 'forEach' in source ? (source as FormData) : Object.entries(source)
  return [...entries].map(([name, value]) => ({ name, value }) as Field)
}

/** What an element says in a `data-` attribute, or else the nearest around it, out of its shadow root too. */
// biome-ignore lint/suspicious/noExplicitAny: an element, its shadow root, or what was handed in instead of one
function inherited(node: any, name: string): string | undefined {
  return node && (name in (node.dataset || {}) ? node.dataset[name] : inherited(node.parentNode || node.host, name))
}
