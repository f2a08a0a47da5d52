/** What a form may tell, once it is submitted, and what it never tells. */
import { currentUrl } from './address.ts'
import { viewSince } from './autotrack.ts'
import { after, guarded, listen } from './guard.ts'
import type { FormEvent } from './protocol.ts'
import { forget } from './storage.ts'
import { type Draft, flush, send, timeOfNext } from './transport.ts'
import { uuid } from './visitor.ts'

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
  /(first|last|given|family|sur|full|your|contact|^|[|[]|\b[fl]).?name|nom(\b|_)|compan|organi|soci.t|entrepr|employ|effectif|taille|size|phone|mobil|\btel\b|job|title|role|poste|foncti|sect(o|eu)r|indust|country|\bpays|\burl|site|^email/i
const EMAIL = /^\S+@\S+\.\S+$/
/** Thirteen digits are a payment card; an IBAN is two letters, two digits and up to thirty more. */
const ACCOUNT = /(\d\D*){13}|^[a-z]{2}\d\d[\s\w]{11,}$/i
const SECRET = /\bcc|card|pass|one.time|otp|cv[cv]|^file/i
/** What honeypots are called, and the tempting names of those that the keyboard passes by. */
const TRAP = /honey|gotcha|trap|\|b_|-1\|.*(site|url|fax)/i

type Form = Extract<Draft, { type: 'form' }> & { at: number }
type Field = HTMLInputElement & HTMLSelectElement

let last: Form | undefined
let lastForm: HTMLFormElement | false
let lastQueued: string
let isSent: boolean

export function watchForms(): void {
  const reportForm = guarded(({ target, isTrusted }: Event) => {
    const form = target as HTMLFormElement
    // The browser has checked what it submits; a page that makes the event by itself has not.
    if (isTrusted || form.matches(':valid,[novalidate]')) submit(form)
  })
  // A submit event does not leave its shadow root, but the focus and the click before it do. The same listener twice is one.
  const watchRoots = (event: Event) => {
    for (const node of event.composedPath())
      if (node instanceof ShadowRoot) node.addEventListener('submit', reportForm, true)
  }
  listen('focusin', watchRoots)
  listen('click', watchRoots)
  window.addEventListener('submit', reportForm, true)
}

/**
 * Reads a submitted form and reports it. What is reported by hand and by itself within a moment is one submission, unless
 * two forms or two e-mail addresses tell them apart.
 */
export function submit(source: FormSource, named?: { form?: string }): void {
  const form = source instanceof HTMLFormElement && source
  const fields: FormEvent['fields'] = {}
  let event: Form = {
    type: 'form',
    id: uuid(),
    at: timeOfNext(),
    url: currentUrl(),
    fields,
    filledMs: performance.now() - viewSince,
    ...named,
  }
  if (form) readForm(form, event)
  else {
    const values = 'forEach' in source ? (source as FormData) : new Map(Object.entries(source))
    values.forEach((value, name) => {
      note(fields, name, `${value || ''}`)
    })
  }
  if (event.offered === 0) return // Nothing, or nothing that may be known.
  if (last && event.at - last.at < ONE_SUBMISSION && agree(form, lastForm) && agree(fields.email, last.fields.email)) {
    const told = Object.values(last.fields).join()
    // What has been sent cannot be changed: only what adds to it is news.
    if (isSent && Object.values(fields).every((value) => told.includes(value))) return
    event = { ...last, ...event, fields: { ...last.fields, ...fields } }
    forget(lastQueued)
  }
  last = event
  lastForm = form
  lastQueued = send(last)
  isSent = false
  // Once the page's own handlers have run.
  after(0, () => {
    isSent = true
    flush(true)
  })
}

function agree(one: unknown, other: unknown): boolean {
  return !one || !other || one === other
}

function readForm(form: HTMLFormElement, event: Form): void {
  // A field that is called `elements` or `name` hides what its form has under that name.
  const elements = Reflect.get(HTMLFormElement.prototype, 'elements', form) as unknown as Field[]
  const { id, name: called = id } = form.attributes as unknown as Record<string, Attr | undefined>
  const listed = (inherited(form, 'braiseFields') || '').split(/[\s,]+/)
  event.form = event.form || inherited(form, 'braiseName') || called?.value
  event.offered = event.filled = 0
  for (const field of elements) {
    const { type, tabIndex, name, willValidate, checked, selectedOptions } = field
    const words = [type, tabIndex, name || field.id, field.getAttribute('autocomplete')].join('|')
    const [option] = selectedOptions || []
    // Of a choice the words: what is sent may be a number.
    const value = `${(field.value && option ? option.text : field.value) || ''}`.trim()
    const isListed = name && listed.includes(name)
    if (TRAP.test(words)) event.trapped = event.trapped || value > ''
    else if (
      (isListed || willValidate !== false) &&
      (checked || !/box|radio/.test(type)) &&
      !/submit|image/.test(type) &&
      inherited(field, 'braiseIgnore') === undefined
    ) {
      event.offered++
      if (value) event.filled++
      if (isListed || !/area|box/.test(type)) note(event.fields, words, value, isListed)
    }
  }
}

/** Notes a value, if it may be told, under what describes its field. */
function note(fields: FormEvent['fields'], words: string, value: string, isListed?: unknown): void {
  const key = EMAIL.test(value) ? 'email' : words
  if (value && !fields[key] && (isListed || WANTED.test(key)) && !ACCOUNT.test(value) && !SECRET.test(words))
    fields[key] = value.slice(0, LONGEST_VALUE)
}

/** What an element says in a `data-` attribute, or else the nearest around it, out of its shadow root too. */
function inherited(node: Node | null | undefined, name: string): string | undefined {
  if (!node) return undefined
  const { dataset = {}, parentNode, host } = node as HTMLElement & Partial<ShadowRoot>
  return name in dataset ? dataset[name] : inherited(parentNode || host, name)
}
