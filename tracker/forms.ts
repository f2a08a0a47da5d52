import { currentUrl, viewedSince } from './autotrack.ts'
import { after, listen } from './guard.ts'
import type { FormEvent } from './protocol.ts'
import { send } from './transport.ts'
import { mint } from './visitor.ts'

type Answers = Pick<FormEvent, 'form' | 'fields' | 'offered' | 'filled' | 'filledMs' | 'trapped'>

/** What form builders hand to `submit`. */
export type FormSource = HTMLFormElement | FormData | Record<string, unknown>

/** A page that reports its form by hand does so in its own handler, or once its server has answered. */
const ONE_SUBMISSION = 5000
const UNNAMED = 'form'
const VALUE_LENGTH = 500
const NAME_LENGTH = 200

/**
 * The lead traits and the English and French words that name them. The first that fits wins, hence the order: "company
 * size" is not a company, nor "country code of phone" a country.
 */
const TRAITS: [trait: string, words: RegExp][] = [
  ['email', /\b(e ?mail|mail|courriel)/],
  ['employees', /\b(employe?es|(company|team) ?size|headcount|effectifs?|salaries|taille)\b/],
  ['website', /\b(web ?site|site (web|internet)|url|homepage)\b/],
  ['phone', /\b(telephone|phone( ?number)?|tel|mobile|portable)\b/],
  ['country', /\b(country|pays)\b/],
  ['industry', /\b(industry|sector|secteur)\b/],
  ['firstName', /\b(first ?name|fname|given ?name|prenom)\b/],
  ['lastName', /\b(last ?name|lname|family ?name|surname|nom (de )?famille)\b/],
  ['title', /\b(job( ?title)?|title|role|position|poste|fonction)\b/],
  ['company', /\b(company( ?name)?|organi[sz]ation|societe|entreprise|raison sociale)\b/],
  ['name', /^((your|full|contact|form|fields?|votre) ?)*(name|nom)( complet)?$/],
]
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const PHONE = /(\d\D*){6}/
/** Thirteen digits are a payment card; an IBAN is two letters, two digits and up to thirty more. */
const ACCOUNT = /(\d\D*){13}|^[a-z]{2}\d{2}(\s?[a-z\d]){11,30}$/i
const UNTOLD_TYPE = /^(password|file|hidden|submit|button|reset|image|fieldset|output|)$/
const UNTOLD_AUTOCOMPLETE = /\bcc-|one-time-code|password/
const UNTOLD_WORDS = /pass|pwd|card|iban|secret|token|captcha|\b(cvv|cvc|otp|pin)\b/
/** What a honeypot is called, and the tempting names that honeypots take. */
const HONEYPOT = /honey|gotcha|trap|\b(hp|bot)\b/
const BAIT = /\b(web ?site|url|home ?page|fax)\b/

/** When a form's first field was turned to. */
const begun = new WeakMap<HTMLFormElement, number>()
/** Fields that a person has been in: no honeypots, even where a later step of the form hides them. */
const visited = new WeakSet<EventTarget>()
let last: FormEvent | undefined
/** The last one is not sent yet: what the page itself says of it in its handler still joins it. */
let held = false

export function watchForms(): void {
  listen(document, 'focusin', ({ target }: { target: HTMLInputElement }) => {
    visited.add(target)
    if (target.form && !begun.has(target.form)) begun.set(target.form, performance.now())
  })
  listen(document, 'submit', ({ target }: Event) => submit(target as HTMLFormElement))
}

/**
 * Reads a submitted form and reports it. What is reported by hand and by itself within a moment is one submission,
 * unless the e-mail addresses tell them apart.
 */
export function submit(source: FormSource, name?: string): void {
  const answers = source instanceof HTMLFormElement ? readForm(source) : readPairs(source)
  if (!answers) return
  const event = mint({ type: 'form', url: currentUrl(), ...answers, ...(name && { form: name }) })
  if (last && event.at - last.at < ONE_SUBMISSION && !differ(last.fields.email, event.fields.email)) {
    const fields = { ...last.fields, ...event.fields }
    if (held) last = { ...event, ...last, fields, ...(name && { form: name }) }
    return
  }
  sendHeldForm()
  last = event
  held = true
  after(0, sendHeldForm)
}

/** Sends the form that waits for its page's own handlers to run. */
export function sendHeldForm(): void {
  if (held && last) send(last, true)
  held = false
}

function differ(one?: string, other?: string): boolean {
  return !!one && !!other && one !== other
}

function readForm(form: HTMLFormElement): Answers | undefined {
  if (form.closest('[data-braise-ignore]')) return
  const fields: Record<string, string> = {}
  const offered = new Set<unknown>()
  const filled = new Set<unknown>()
  let trapped = false
  // `form.elements` holds them in the page's order, those that stand elsewhere and name this form included.
  for (const field of Array.from(form.elements) as HTMLInputElement[]) {
    const { type, name, id } = field
    const autocomplete = field.getAttribute('autocomplete') || ''
    if (UNTOLD_TYPE.test(type || '') || field.matches(':disabled') || field.closest('[data-braise-ignore]')) continue
    const value = chosen(field)
    if (isHoneypot(field)) {
      trapped = trapped || !!value
      continue
    }
    if (UNTOLD_AUTOCOMPLETE.test(autocomplete)) continue
    const question = type === 'radio' ? name : field
    offered.add(question)
    if (!value) continue
    filled.add(question)
    if (!/textarea|checkbox/.test(type)) note(fields, type === 'email' ? [type] : [autocomplete, name, id, type], value)
  }
  const begin = begun.get(form) || viewedSince()
  return {
    form: nameOf(form),
    fields: settled(fields),
    offered: offered.size,
    filled: filled.size,
    filledMs: Math.round(performance.now() - begin),
    trapped,
  }
}

function readPairs(source: FormData | Record<string, unknown>): Answers {
  const fields: Record<string, string> = {}
  const take = (value: unknown, name: string) => {
    if (/string|number/.test(typeof value)) note(fields, [name], `${value}`.trim())
  }
  if (source instanceof FormData) source.forEach(take)
  else for (const name of Object.keys(source)) take(source[name], name)
  return { form: UNNAMED, fields: settled(fields) }
}

/** `data-braise-name`, else name or id: as attributes, because a field called `name` or `id` hides the properties. */
function nameOf(form: HTMLFormElement): string {
  const [name] = ['data-braise-name', 'name', 'id'].map((attribute) => form.getAttribute(attribute)).filter(Boolean)
  return (name || UNNAMED).slice(0, NAME_LENGTH)
}

/** What a person typed or chose; of a choice that is sent as a number, the words. */
function chosen(field: HTMLInputElement): string {
  const { value, type, checked } = field
  if (/checkbox|radio/.test(type) && !checked) return ''
  const [option] = Array.from((field as unknown as HTMLSelectElement).selectedOptions || [])
  return (option && /^\d+$/.test(value) ? option.text : value).trim()
}

/** Notes a value under the trait that one of the words names, if any does and the value may be told. */
function note(fields: Record<string, string>, words: string[], value: string): void {
  const names = words.map(plain)
  if (!value || ACCOUNT.test(value) || UNTOLD_WORDS.test(names.join())) return
  const isEmail = EMAIL.test(value)
  let trait = ''
  for (const name of names) {
    if (!trait) [trait] = TRAITS.find(([, pattern]) => pattern.test(name)) || ['']
  }
  // A value of another shape is another thing: a dialling code beside the phone number, a box to tick for e-mails.
  if (trait === 'phone' && !PHONE.test(value)) return
  if (isEmail && trait !== 'email') trait = 'otherEmail'
  if (trait && isEmail === /email/i.test(trait) && !fields[trait]) fields[trait] = value.slice(0, VALUE_LENGTH)
}

function settled(fields: Record<string, string>): Record<string, string> {
  const { otherEmail, name, ...traits } = fields
  if (otherEmail && !traits.email) traits.email = otherEmail
  // Beside a first name, "nom" or "name" asks for the last one.
  if (name) traits[traits.firstName && !traits.lastName ? 'lastName' : 'name'] = name
  return traits
}

/** "Société_Size[2]" → "societe size": words, in small letters without accents. */
function plain(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim()
}

/**
 * A field that only a machine fills: out of sight, never turned to, and called or marked as a trap. All of it, because
 * one filled honeypot condemns a lead, and component libraries keep real answers in hidden inputs with `tabindex="-1"`
 * (https://github.com/mui/material-ui/blob/master/packages/mui-material/src/Select/SelectInput.js).
 */
function isHoneypot(field: HTMLInputElement): boolean {
  if (visited.has(field) || field.value === field.defaultValue) return false
  const words = plain(`${field.name} ${field.id}`)
  const marked = field.getAttribute('tabindex') === '-1' || field.closest('[aria-hidden=true]')
  return (HONEYPOT.test(words) || (!!marked && BAIT.test(words))) && isOutOfSight(field)
}

function isOutOfSight(field: Element): boolean {
  const { width, height, right, bottom } = field.getBoundingClientRect()
  const { visibility, opacity } = getComputedStyle(field)
  return (
    width * height < 2 || right + scrollX <= 0 || bottom + scrollY <= 0 || visibility !== 'visible' || opacity === '0'
  )
}
