import type { HistoryEvent } from './history.ts'
import { normalizeEmail } from './identity.ts'
import { emailKindOf, isRoleAddress } from './mailbox.ts'
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

/** What a form need not ask, beyond who it is: each one filled shows interest. */
const OPTIONAL = ['phone', 'title', 'industry', 'employees', 'country', 'website']

export interface Trait {
  value: string
  source: 'declared' | 'edited'
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
}

export function noTraits(): Traits {
  return { known: new Map(), also: [] }
}

/** @returns whether anything changed */
export function learn(traits: Traits, event: HistoryEvent): boolean {
  const { at } = event
  if (event.type === 'form') return declareAll(traits, declaredIn(event.fields), at)
  if (event.type === 'identify') return declareAll(traits, { ...event.traits, email: event.email }, at)
  if (event.type !== 'traits') return false
  for (const [name, value] of Object.entries(event.traits)) edit(traits, name, value?.trim() || null, at, event.author)
  return true
}

/** Traits as the fit rules see them, derived ones (`emailDomain`, `emailKind`, `optionalFields`) among them. */
export function traitValues(traits: Traits): TraitValues {
  const values: TraitValues = Object.fromEntries([...traits.known].map(([name, { value }]) => [name, value]))
  const email = normalizeEmail(String(values.email ?? ''))
  if (email !== null) {
    values.emailDomain = email.slice(email.lastIndexOf('@') + 1)
    values.emailKind = emailKindOf(email)
    if (isRoleAddress(email)) values.emailRole = 'role'
  }
  values.optionalFields = OPTIONAL.filter((name) => traits.known.has(name)).length
  return values
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
  const values = traitValues(traits)
  const own = values.emailKind === 'company' ? (values.emailDomain as string) : null
  return traitOf(traits, 'company') ?? own
}

function declaredIn(fields: Record<string, string>): Record<string, string> {
  const isTrait = (name: string) => (TRAIT_NAMES as readonly string[]).includes(name)
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isTrait(name)))
}

function declareAll(traits: Traits, values: Record<string, string>, at: number): boolean {
  let changed = false
  for (const [name, text] of Object.entries(values)) {
    const value = text.trim()
    // `null`, `test` and their like, which forms send for want of an address, make nobody a lead.
    if (value === '' || (name === 'email' && normalizeEmail(value) === null)) continue
    changed = declare(traits, name, value, at) || changed
  }
  return changed
}

/** Declared data never overwrites what is there: anybody can type anything. */
function declare(traits: Traits, name: string, value: string, at: number): boolean {
  const known = traits.known.get(name)
  if (!known) {
    traits.known.set(name, { value, source: 'declared', at, by: null })
    return true
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
