import { type HistoryEvent, isEdit, type Whereabouts } from './history.ts'
import { normalizeEmail } from './identity.ts'
import { emailKindOf, isRoleAddress, registrableDomain } from './mailbox.ts'
import type { TraitValues } from './match.ts'

/** Lead traits by their names in the Segment spec. Fields of forms under other names are kept with their event only. */
export const TRAIT_NAMES = [
  'email',
  'firstName',
  'lastName',
  'name',
  'company',
  'title',
  'phone',
  'industry',
  'employees',
  'country',
  'website',
] as const

/** What the collector works out itself: nobody may call an address of a minute a company's. */
const WORKED_OUT = ['emailDomain', 'emailKind', 'emailRole', 'companyDomain', 'optionalFields']

/** What a form need not ask, beyond who it is: each one filled shows interest. */
const OPTIONAL = ['phone', 'title', 'industry', 'employees', 'country', 'website']

export interface Trait {
  value: string
  /** What a browser said, what the site's own server vouched for, what a user wrote. */
  source: 'declared' | 'signed' | 'edited'
  at: number
  /** The user who wrote it by hand. */
  by: string | null
}

export interface Declared {
  name: string
  value: string
  at: number
}

/** What is known of a lead: the first value declared stays, others stand beside it until a person takes one over. */
export interface Traits {
  known: Map<string, Trait>
  also: Declared[]
  /** Where the last request came from that said it. */
  whereabouts: Whereabouts
}

export function noTraits(): Traits {
  return { known: new Map(), also: [], whereabouts: {} }
}

/** @returns whether anything changed */
export function learn(traits: Traits, event: HistoryEvent): boolean {
  const { at } = event
  const hasMoved = !isEdit(event) && noteWhereabouts(traits, event)
  if (event.type === 'form') return declareAll(traits, declaredIn(event.fields), at) || hasMoved
  if (event.type === 'identify') {
    const source = event.signed ? 'signed' : 'declared'
    return declareAll(traits, { ...event.traits, email: event.email }, at, source) || hasMoved
  }
  if (event.type !== 'traits') return hasMoved
  for (const [name, value] of Object.entries(event.traits)) edit(traits, name, value?.trim() || null, at, event.author)
  return true
}

/** Traits as the fit rules see them: what is derived, and before it what somebody has said. */
export function traitValues(traits: Traits): TraitValues {
  const { country, ...derived } = derivedTraits(traits)
  return {
    ...derived,
    // A marketer writes "Germany", "Allemagne" or "DE": a rule finds each of them in this.
    ...(country && { country: namesOfCountry(country) }),
    ...Object.fromEntries([...traits.known].map(([name, { value }]) => [name, value])),
    optionalFields: OPTIONAL.filter((name) => traits.known.has(name)).length,
  }
}

/** What follows from the address and from where its requests came: `country` is a code, and given where nobody has said one. */
export function derivedTraits({ known, whereabouts }: Traits): Record<string, string> {
  const derived: Record<string, string> = {}
  const email = normalizeEmail(known.get('email')?.value ?? '')
  if (email !== null) {
    derived.emailDomain = email.slice(email.lastIndexOf('@') + 1)
    derived.emailKind = emailKindOf(derived.emailDomain)
    if (isRoleAddress(email)) derived.emailRole = 'role'
    if (derived.emailKind === 'company') derived.companyDomain = registrableDomain(derived.emailDomain)
  }
  if (whereabouts.country && !known.has('country')) derived.country = whereabouts.country
  if (whereabouts.language && !known.has('language')) derived.language = whereabouts.language
  return derived
}

export function traitOf(traits: Traits, name: string): string | null {
  return traits.known.get(name)?.value ?? null
}

/** The name to show, of whatever parts of it are known. */
export function nameOf(traits: Traits): string | null {
  const parts = [traitOf(traits, 'firstName'), traitOf(traits, 'lastName')].filter((part) => part !== null)
  return traitOf(traits, 'name') ?? (parts.length > 0 ? parts.join(' ') : null)
}

/** The company as declared, else the domain of an address that is a company's own. */
export function companyOf(traits: Traits): string | null {
  return traitOf(traits, 'company') ?? derivedTraits(traits).companyDomain ?? null
}

/** @returns whether it changed: somebody travels, or writes from another browser */
function noteWhereabouts(traits: Traits, { country, language }: Whereabouts): boolean {
  if (country === undefined && language === undefined) return false
  const before = traits.whereabouts
  traits.whereabouts = { country: country ?? before.country, language: language ?? before.language }
  return traits.whereabouts.country !== before.country || traits.whereabouts.language !== before.language
}

/** Of each country once: to name one takes longer than all else that is derived. */
const countryNames = new Map<string, string>()
const NAMES = [new Intl.DisplayNames('en', { type: 'region' }), new Intl.DisplayNames('fr', { type: 'region' })]

/** "Germany / Allemagne / DE" */
function namesOfCountry(code: string): string {
  const known = countryNames.get(code)
  if (known !== undefined) return known
  const all = [...new Set([...NAMES.map((names) => names.of(code)), code])].join(' / ')
  countryNames.set(code, all)
  return all
}

function declaredIn(fields: Record<string, string>): Record<string, string> {
  const isTrait = (name: string) => (TRAIT_NAMES as readonly string[]).includes(name)
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isTrait(name)))
}

function declareAll(
  traits: Traits,
  values: Record<string, string>,
  at: number,
  source: 'declared' | 'signed' = 'declared',
): boolean {
  let changed = false
  for (const [name, text] of Object.entries(values)) {
    const value = text.trim()
    // `null`, `test` and their like, which forms send for want of an address, make nobody a lead.
    if (value === '' || WORKED_OUT.includes(name) || (name === 'email' && normalizeEmail(value) === null)) continue
    changed = declare(traits, name, value, at, source) || changed
  }
  return changed
}

/**
 * Declared data never overwrites what is there: anybody can type anything. Signed data does, but for what a user wrote by
 * hand: the site's server says the same again with each page, and would take it back.
 */
function declare(traits: Traits, name: string, value: string, at: number, source: 'declared' | 'signed'): boolean {
  const known = traits.known.get(name)
  if (!known || (source === 'signed' && known.source !== 'edited')) {
    if (known && !isSame(name, known.value, value)) setAside(traits, { name, value: known.value, at: known.at })
    traits.also = traits.also.filter((other) => other.name !== name || !isSame(name, other.value, value))
    traits.known.set(name, { value, source, at, by: null })
    return known?.value !== value || known.source !== source
  }
  if (!isSame(name, known.value, value)) setAside(traits, { name, value, at })
  return false
}

/** What a person writes replaces what was there, which stays in sight beside it. */
function edit(traits: Traits, name: string, value: string | null, at: number, author: string): void {
  const before = traits.known.get(name)
  if (before && before.value !== value) setAside(traits, { name, value: before.value, at: before.at })
  traits.also = traits.also.filter((other) => other.name !== name || other.value !== value)
  if (value === null) traits.known.delete(name)
  else traits.known.set(name, { value, source: 'edited', at, by: author })
}

/** An address is kept as it was written, and compared as it is read. */
function isSame(name: string, a: string, b: string): boolean {
  return a === b || (name === 'email' && normalizeEmail(a) === normalizeEmail(b))
}

function setAside(traits: Traits, declared: Declared): void {
  const isKnown = traits.also.some(({ name, value }) => name === declared.name && isSame(name, value, declared.value))
  if (!isKnown) traits.also.push(declared)
}
