import { dayOf, weekOf } from './calendar.ts'
import type { Rule } from './rule.ts'

const DAY = 24 * 60 * 60 * 1000

/** One hit that counted. */
export interface Hit {
  eventId: string
  at: number
}

/** What one rule has earned so far. */
export interface Tally {
  count: number
  /** When the last hit was; null before the first. */
  lastAt: number | null
  /** The sum of the hits as of the last one, faded until then. */
  sum: number
  /** What repeat policies have used up: the numbers of sessions, days or weeks, or what stands for objects. */
  used: Set<number | string>
  /** The hits that this fold has seen; one that goes on from a bookmark has not seen those before it. */
  hits: Hit[]
}

export function noTally(): Tally {
  return { count: 0, lastAt: null, sum: 0, used: new Set(), hits: [] }
}

/** Where and when a hit falls, for its repeat policy. */
export interface Occasion {
  at: number
  /** Number of the session. */
  session: number
  /** Stands for what the hit is about: a page, form, file or campaign. */
  object: string
  timeZone: string
}

/** Would a hit count now? The first of its kind does. */
export function counts(rule: Rule, tally: Tally, occasion: Occasion): boolean {
  const { repeat } = rule
  if (tally.lastAt === null || repeat === 'always') return true
  if (repeat === 'once') return false
  if (typeof repeat === 'object') return occasion.at - tally.lastAt >= repeat.days * DAY
  return !tally.used.has(keyOf(repeat, occasion))
}

export function addHit(rule: Rule, tally: Tally, occasion: Occasion, eventId: string): void {
  const { repeat } = rule
  if (typeof repeat === 'string' && repeat !== 'always' && repeat !== 'once') tally.used.add(keyOf(repeat, occasion))
  tally.sum = valueAt(rule, tally, occasion.at) + rule.points
  tally.count += 1
  tally.lastAt = occasion.at
  tally.hits.push({ eventId, at: occasion.at })
}

/** What the hits are worth at `t`, before the cap: the sum of `points · 2^(−(t − tᵢ)/halfLife)`, for `t` at or after the last hit. */
export function valueAt(rule: Rule, tally: Tally, t: number): number {
  if (tally.lastAt === null || rule.halfLifeDays === undefined) return tally.sum
  const halvings = (t - tally.lastAt) / halfLifeOf(rule)
  // The same as a power of two, and four times as fast; this is what a site is worked out with.
  return tally.sum * Math.exp(-Math.LN2 * halvings)
}

/** In milliseconds; what never fades has no end of it. */
export function halfLifeOf({ halfLifeDays = Number.POSITIVE_INFINITY }: Rule): number {
  return halfLifeDays * DAY
}

/** Held within ±cap. */
export function held(value: number, cap = Number.POSITIVE_INFINITY): number {
  return Math.max(-cap, Math.min(cap, value))
}

/**
 * Of what a rule has used up, that which something after `occasion` may ask for. Sessions and days only go forward, but
 * for the hour that comes twice where clocks are set back at midnight.
 */
export function stillUsed({ repeat }: Rule, { used }: Tally, { at, session, timeZone }: Occasion): (number | string)[] {
  const from = { session, day: dayOf(at, timeZone) - 1, week: weekOf(at, timeZone) - 1 }
  if (repeat === 'session' || repeat === 'day' || repeat === 'week') {
    return [...used].filter((key) => Number(key) >= from[repeat])
  }
  if (repeat === 'objectDay') return [...used].filter((key) => Number.parseInt(String(key), 10) >= from.day)
  return [...used]
}

function keyOf(
  repeat: Exclude<Rule['repeat'], object | 'always' | 'once'>,
  { at, session, object, timeZone }: Occasion,
): number | string {
  switch (repeat) {
    case 'session':
      return session
    case 'day':
      return dayOf(at, timeZone)
    case 'week':
      return weekOf(at, timeZone)
    case 'object':
      return object
    case 'objectDay':
      return `${dayOf(at, timeZone)} ${object}`
  }
}
