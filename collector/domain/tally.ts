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
  hits: Hit[]
  /** The sum of the hits as of the last one, faded until then. */
  sum: number
  /** What repeat policies have used up: sessions, days, weeks, objects. */
  used: Set<string>
}

export function noTally(): Tally {
  return { hits: [], sum: 0, used: new Set() }
}

/** Where and when a hit falls, for its repeat policy. */
export interface Occasion {
  at: number
  /** Number of the session. */
  session: number
  /** What the hit is about: a page, form, file or campaign. */
  object: string
  timeZone: string
}

/** Would a hit count now? The first of its kind does. */
export function counts(rule: Rule, tally: Tally, occasion: Occasion): boolean {
  if (typeof rule.repeat === 'object') {
    const last = tally.hits.at(-1)
    return !last || occasion.at - last.at >= rule.repeat.days * DAY
  }
  const key = keyOf(rule.repeat, occasion)
  return key === null || !tally.used.has(key)
}

export function addHit(rule: Rule, tally: Tally, occasion: Occasion, eventId: string): void {
  if (typeof rule.repeat !== 'object') {
    const key = keyOf(rule.repeat, occasion)
    if (key !== null) tally.used.add(key)
  }
  tally.sum = valueAt(rule, tally, occasion.at) + rule.points
  tally.hits.push({ eventId, at: occasion.at })
}

/** What the hits are worth at `t`, before the cap: the sum of `points · 2^(−(t − tᵢ)/halfLife)`, for `t` at or after the last hit. */
export function valueAt(rule: Rule, tally: Tally, t: number): number {
  const last = tally.hits.at(-1)
  if (!last || rule.halfLifeDays === undefined) return tally.sum
  const halvings = (t - last.at) / (rule.halfLifeDays * DAY)
  // The same as a power of two, and four times as fast; this is what a site is worked out with.
  return tally.sum * Math.exp(-Math.LN2 * halvings)
}

/** Held within ±cap. */
export function held(value: number, cap = Number.POSITIVE_INFINITY): number {
  return Math.max(-cap, Math.min(cap, value))
}

function keyOf(repeat: Exclude<Rule['repeat'], object>, { at, session, object, timeZone }: Occasion): string | null {
  switch (repeat) {
    case 'always':
      return null
    case 'once':
      return 'once'
    case 'session':
      return String(session)
    case 'day':
      return String(dayOf(at, timeZone))
    case 'week':
      return String(weekOf(at, timeZone))
    case 'object':
      return object
    case 'objectDay':
      return `${dayOf(at, timeZone)} ${object}`
  }
}
