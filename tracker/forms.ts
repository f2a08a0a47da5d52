/** What a form may tell, once it is submitted, and what it never tells. */
import { currentUrl } from './address.ts'
import { viewSince } from './autotrack.ts'
import { after, listen } from './guard.ts'
import { type Draft, flush, send, timeOfNext } from './transport.ts'

/** What form builders hand to `submit`. */
export type FormSource = HTMLFormElement | FormData | Record<string, unknown>

type Form = Extract<Draft, { type: 'form' }> & { at: number; offered: number; filled: number }

/** A page that reports its form by hand does so in its own handler, or once its server has answered. */
const ONE_SUBMISSION = 5000
/**
 * The English and French names of lead traits. Which trait it is, the collector tells (`collector/domain/fields.ts`); here
 * is decided only what may leave the page. A dot stands for a space, an accent or nothing that matters.
 */
const WANTED =
  /(first|last|given|family|sur|\b[fl]).?name|pr.{1,2}nom|company|organi|soci.t|entreprise|employ|effectif|taille|phone|mobile|\b(job|title|role|poste|fonction|tel|sect|industry|country|pays|url|website)|^(your|votre|full|contact|\W|_)*(name|nom)\W*$/i
const EMAIL = /^\S+@\S+\.\S+$/
/** Thirteen digits are a payment card; an IBAN is two letters, two digits and up to thirty more. */
const ACCOUNT = /(\d\D*){13}|^[a-z]{2}\d{2}(\s?[a-z\d]){11,30}$/i
/** What is never told, by its names or its type, which comes last. */
const SECRET = /\bcc\b|card|pass|one.time|otp|cvc|cvv|,file$/i
/** What honeypots are called, and the tempting names of those that the keyboard passes by; the `tabindex` comes first. */
const TRAP = /honey|gotcha|trap|,b_|^-1.*(site|url|fax)/i

const IGNORE = '[data-braise-ignore]'

const watched = new WeakSet<EventTarget>()
let last: Form | undefined
let lastForm: HTMLFormElement | false

export function watchForms(): void {
  watchRoot(window)
  // A submit event does not leave its shadow root, but the focus and the click before it do.
  listen('focusin', watchPath)
  listen('click', watchPath)
}

/**
 * Reads a submitted form and reports it. What is reported by hand and by itself within a moment is one submission, unless
 * two forms or two e-mail addresses tell them apart.
 */
export function submit(source: FormSource, named?: { form?: string }): void {
  const form = source instanceof HTMLFormElement && source
  if (form && form.closest(IGNORE)) return
  const event: Form = {
    type: 'form',
    at: timeOfNext(),
    url: currentUrl(),
    form: 'form',
    fields: {},
    offered: 0,
    filled: 0,
    filledMs: performance.now() - viewSince,
  }
  if (form) readForm(form, event)
  else
    (source instanceof FormData ? source : new Map(Object.entries(source))).forEach((value, name) =>
      note(event, [name], value),
    )
  const isSame =
    last && event.at - last.at < ONE_SUBMISSION && agree(form, lastForm) && agree(event.fields.email, last.fields.email)
  // One that has been sent already is sent again, and the collector knows it by its id.
  last = Object.assign(event, isSame && { ...last, fields: { ...last!.fields, ...event.fields } }, named)
  lastForm = form
  send(last)
  after(0, () => flush(true)) // Once the page's own handlers have run.
}

function agree(one: unknown, other: unknown): boolean {
  return !one || !other || one === other
}

function watchPath(event: Event): void {
  event.composedPath().forEach((node) => node instanceof ShadowRoot && !node.host.closest(IGNORE) && watchRoot(node))
}

function watchRoot(root: EventTarget): void {
  if (!watched.has(root))
    listen(
      'submit',
      ({ target, isTrusted }) => {
        // The browser has checked what it submits; a page that makes the event by itself has not.
        if (isTrusted || target.matches(':not(:invalid),[novalidate]')) submit(target)
      },
      root,
    )
  watched.add(root)
}

function readForm(form: HTMLFormElement, event: Form): void {
  const { braiseName, braiseFields = '' } = form.dataset
  event.form = braiseName || form.getAttribute('name') || form.getAttribute('id') || event.form
  // `form.elements` holds them in the page's order, those that stand elsewhere and name this form included.
  for (const field of Array.from(form.elements) as HTMLInputElement[]) {
    const { type, value, labels } = field
    const [option] = Array.from((field as unknown as HTMLSelectElement).selectedOptions || [])
    // As attributes, because a field called `name` or `id` hides its form's properties.
    const words = ['tabindex', 'name', 'id', 'autocomplete', 'aria-label', 'placeholder'].map(
      (name) => field.getAttribute(name) || '',
    )
    const isListed = braiseFields.split(/[\s,]+/).indexOf(words[1] || '-') >= 0
    if (TRAP.test(words.join())) event.trapped = event.trapped || value !== field.defaultValue
    else if (
      (isListed || field.willValidate !== false) &&
      !/submit|image/.test(type) &&
      (field.checked || !/box|radio/.test(type)) &&
      !field.closest(IGNORE)
    ) {
      event.offered++
      if (value) event.filled++
      if (isListed || !/area|box/.test(type))
        // Of a choice that is sent as a number, the words.
        note(
          event,
          words.concat(labels && labels[0] ? labels[0].textContent! : '', type),
          option && /^\d+$/.test(value) ? option.text : value,
          isListed && words[1],
        )
    }
  }
}

/** Notes a value, if it may be told, under the name that the site lists or the first word that names a lead trait. */
function note({ fields }: Form, words: string[], given: unknown, listed?: string | false): void {
  const value = `${given || ''}`.trim()
  const key = listed || (EMAIL.test(value) ? 'email' : words.find((word) => WANTED.test(word)))
  if (value && key && !fields[key] && !ACCOUNT.test(value) && !SECRET.test(words.join())) fields[key] = value
}
