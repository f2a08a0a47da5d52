/** Values that somebody sent, checked one by one: each comes out as what it should be, or is Malformed. */
import { cleanUrl, withoutEmail } from '../domain/address.ts'
import { fullId } from '../domain/shortid.ts'

/** A batch or an event that cannot be taken, and why. */
export class Malformed extends Error {}

/** What is longer is cut, not refused: long addresses and answers are no mistake of the visitor's. */
export const LONGEST = { url: 2000, text: 500, value: 1000, name: 100 }
const MOST_ENTRIES = 50

export type Unknown = Record<string, unknown>

export function recordOf(input: unknown, reason: string): Unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new Malformed(reason)
  return input as Unknown
}

export function uuidOf(input: unknown, reason: string): string {
  const id = typeof input === 'string' ? fullId(input) : undefined
  if (id === undefined) throw new Malformed(reason)
  return id
}

/** Milliseconds since 1970, by the visitor's clock, which begin a UUID of version 7. */
export function timeIn(id: string): number {
  if (id[14] !== '7') throw new Malformed('at is not a time')
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

export function timeOf(input: unknown, reason: string): number {
  if (typeof input !== 'number' || !Number.isFinite(input)) throw new Malformed(reason)
  return input
}

export function amountOf(input: unknown, most: number, reason: string): number {
  return Math.round(Math.max(0, Math.min(most, timeOf(input ?? 0, reason))))
}

export function optionalAmount(input: unknown, most: number, reason: string): number | undefined {
  return input === undefined || input === null ? undefined : amountOf(input, most, reason)
}

export function textOf(input: unknown, longest: number, reason: string): string {
  if (typeof input !== 'string' || input === '') throw new Malformed(reason)
  return clean(input, longest)
}

export function optionalText(input: unknown, longest: number, reason: string): string | undefined {
  return input === undefined || input === null || input === '' ? undefined : textOf(input, longest, reason)
}

/** NUL cannot be stored in Postgres, and half a surrogate pair cannot be written as UTF-8. */
function clean(text: string, longest: number): string {
  if (text.includes('\0')) throw new Malformed('a text has a NUL character in it')
  if (!text.isWellFormed()) throw new Malformed('a text is not valid Unicode')
  return text.length > longest ? text.slice(0, longest).toWellFormed() : text
}

export function urlOf(input: unknown, parameters: string[]): string {
  const url = textOf(input, LONGEST.url, 'url is not a text')
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw new Malformed('url is not an http address')
  return cleanUrl(url, parameters)
}

/** An address that is none is left out, and the page counts. */
export function referrerOf(input: unknown, parameters: string[]): string | undefined {
  const referrer = optionalText(input, LONGEST.url, 'referrer is not a text')
  return referrer !== undefined && URL.canParse(referrer) ? cleanUrl(referrer, parameters) : undefined
}

export function titleOf(input: unknown): string | undefined {
  const title = optionalText(input, LONGEST.text, 'title is not a text')
  return title === undefined ? undefined : withoutEmail(title)
}

/** What describes a field is longer than a name. */
export function textsOf(input: unknown, reason: string): Record<string, string> {
  const entries = entriesOf(input, reason, LONGEST.text).map(([key, value]) => {
    if (typeof value !== 'string' && typeof value !== 'number') throw new Malformed(reason)
    return [key, clean(String(value), LONGEST.value)] as const
  })
  return Object.fromEntries(entries)
}

/** What is neither text, number nor truth is left out: pages pass what they have at hand. */
export function propertiesOf(input: unknown, reason: string): Record<string, string | number | boolean> | undefined {
  if (input === undefined || input === null) return undefined
  const properties = entriesOf(input, reason).flatMap(([key, value]): [string, string | number | boolean][] => {
    if (typeof value === 'string') return [[key, clean(value, LONGEST.value)]]
    return typeof value === 'boolean' || typeof value === 'number' ? [[key, value]] : []
  })
  return Object.fromEntries(properties)
}

function entriesOf(input: unknown, reason: string, longest = LONGEST.name): [string, unknown][] {
  const entries = Object.entries(recordOf(input, reason))
  if (entries.length > MOST_ENTRIES) throw new Malformed(`an object has more than ${MOST_ENTRIES} entries`)
  return entries.map(([key, value]) => [clean(key, longest), value])
}
