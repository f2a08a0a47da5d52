/** Whether an event, or a set of traits, answers to a rule. */
import type { Condition, Lists, Test, TraitCondition } from './rule.ts'

/** One event, as a rule may look at it. */
export interface Facts {
  event: 'page' | 'engage' | 'form' | 'identify' | 'track'
  host: string
  path: string
  query: Map<string, string>
  title: string
  referrer: string
  form: string
  fields: Record<string, string>
  name: string
  properties: Record<string, unknown>
  visibleMs: number
  scrollDepth: number
  sessionStart: boolean
  pagesInSession: number
  sessionsWithin(days: number): number
  daysSincePreviousSession: number
}

export function matches(condition: Condition, facts: Facts): boolean {
  if ('all' in condition) return condition.all.every((part) => matches(part, facts))
  if ('any' in condition) return condition.any.some((part) => matches(part, facts))
  if ('not' in condition) return !matches(condition.not, facts)
  return passes(condition, facts)
}

function passes(test: Test, facts: Facts): boolean {
  if (test.event && test.event !== facts.event) return false
  if (test.path && !anyGlob(test.path, facts.path)) return false
  if (test.title && !anyGlob(test.title, facts.title)) return false
  if (test.referrer && !anyGlob(test.referrer, facts.referrer)) return false
  if (test.query && !everyGlob(test.query, Object.fromEntries(facts.query))) return false
  if (test.form && !anyGlob(test.form, facts.form)) return false
  if (test.field && !everyGlob(test.field, facts.fields)) return false
  if (test.name && !anyGlob(test.name, facts.name)) return false
  if (test.property && !everyGlob(test.property, facts.properties)) return false
  if (test.propertyAtLeast && !everyAtLeast(test.propertyAtLeast, facts.properties)) return false
  if (test.engagedSeconds !== undefined && facts.visibleMs < test.engagedSeconds * 1000) return false
  if (test.scrollDepth !== undefined && facts.scrollDepth < test.scrollDepth) return false
  if (test.sessionStart && !facts.sessionStart) return false
  if (test.sessionsInDays && !isWithin(facts.sessionsWithin(test.sessionsInDays.days), test.sessionsInDays))
    return false
  if (test.pagesInSession !== undefined && facts.pagesInSession < test.pagesInSession) return false
  if (test.daysSincePreviousSession !== undefined && facts.daysSincePreviousSession < test.daysSincePreviousSession) {
    return false
  }
  return true
}

/** Traits as fit rules see them: declared, signed, edited and derived ones side by side. */
export type TraitValues = Record<string, string | number>

export function fitMatches(condition: TraitCondition, traits: TraitValues, lists: Lists): boolean {
  if ('all' in condition) return condition.all.every((part) => fitMatches(part, traits, lists))
  if ('any' in condition) return condition.any.some((part) => fitMatches(part, traits, lists))
  if ('not' in condition) return !fitMatches(condition.not, traits, lists)
  const value = traits[condition.trait]
  if (value === undefined || value === '') return false
  const { is, contains, list, atLeast, atMost } = condition
  if ((atLeast !== undefined || atMost !== undefined) && !isWithin(numberIn(value), condition)) return false
  if (!is && !contains && !list) return true
  const text = plain(String(value))
  if (is?.some((wanted) => plain(wanted) === text)) return true
  const phrases = [...(contains ?? []), ...(list ? lists[list] : [])]
  return phrases.some((phrase) => hasPhrase(text, plain(phrase)))
}

/** The path of an address as people write it, lower case, without a trailing slash; `/` for the root and what is no address. */
export function pathOf(url: string): string {
  return addressOf(url)?.path ?? '/'
}

/** An address as rules look at it. */
export interface Address {
  host: string
  /** `pathOf(url)` */
  path: string
  query: Map<string, string>
}

/** @returns undefined for what is no address */
export function addressOf(url: string): Address | undefined {
  const known = addresses.get(url)
  if (known) return known
  if (!URL.canParse(url)) return undefined
  const { host, pathname, searchParams } = new URL(url)
  const path = decoded(pathname).toLowerCase()
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const address = { host, path: trimmed, query: new Map(searchParams) }
  if (addresses.size >= MOST_ADDRESSES) addresses.clear()
  addresses.set(url, address)
  return address
}

/** Taking an address apart costs more than all rules together, and most visitors see the same pages. */
const addresses = new Map<string, Address>()
const MOST_ADDRESSES = 10_000

/** Lower case, without accents, runs of blanks as one. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}

/** `/d%C3%A9mo` is what a browser sends of `/démo`; what decodes to nothing stays as it is. */
function decoded(path: string): string {
  try {
    return decodeURI(path).normalize('NFC')
  } catch {
    return path
  }
}

function everyGlob(wanted: Record<string, string[]>, values: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([key, globs]) => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined
    return value !== undefined && value !== null && anyGlob(globs, String(value))
  })
}

function everyAtLeast(wanted: Record<string, number>, values: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([key, least]) => Object.hasOwn(values, key) && Number(values[key]) >= least)
}

function isWithin(value: number, { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }): boolean {
  return value >= atLeast && value <= atMost
}

/** The first number in a text, as people write it: "about 1,200", "1 200 salariés"; none is never within anything. */
function numberIn(value: string | number): number {
  const digits = String(value).match(/\d+([ .,\u00a0\u202f]\d{3})*/)?.[0]
  return digits === undefined ? Number.NaN : Number(digits.replace(/\D/g, ''))
}

export function anyGlob(globs: string[], text: string): boolean {
  return globs.some((glob) => hasGlob(text.toLowerCase(), glob.toLowerCase()))
}

/**
 * `*` stands for any run of characters. Piece by piece, never by a regular expression: a marketer's pattern of many stars
 * on a stranger's long text would make one run for minutes.
 */
function hasGlob(text: string, glob: string): boolean {
  const pieces = glob.split('*')
  const first = pieces[0] as string
  if (pieces.length === 1) return text === first
  const last = pieces[pieces.length - 1] as string
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  let from = first.length
  const end = text.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, from)
    if (found < 0 || found + piece.length > end) return false
    from = found + piece.length
  }
  return true
}

function hasPhrase(text: string, phrase: string): boolean {
  if (phrase === '') return false
  for (let i = text.indexOf(phrase); i >= 0; i = text.indexOf(phrase, i + 1)) {
    if (!isWordAt(text, i - 1) && !isWordAt(text, i + phrase.length)) return true
  }
  return false
}

function isWordAt(text: string, index: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(index))
}
