/** How points add up: rules within their caps, groups within theirs, each half within its hold. */
import type { Course } from './crossing.ts'
import { prepare } from './prepared.ts'
import type { Group, Rule, Ruleset } from './rule.ts'
import { halfLifeOf, held, noTally, type Tally } from './tally.ts'

const ENGAGEMENT_HOLD = 100

/** Engagement over time, by what rules have earned so far: 0…100. */
export type Engagement = Omit<Course, 'round'>

/** @param extra a rule that may hit once more */
export function engagementOf(ruleset: Ruleset, tallies: ReadonlyMap<string, Tally>, extra?: Rule): Engagement {
  const groups = groupsOf(ruleset, tallies, extra)
  const hasNegative = groups.some(({ parts }) => parts.some(({ isPositive }) => !isPositive))
  return {
    curve(positiveAt, negativeAt) {
      let sum = 0
      for (const { cap, parts } of groups) {
        let inGroup = 0
        for (const part of parts) inGroup += held(worthOf(part, part.isPositive ? positiveAt : negativeAt), part.cap)
        sum += held(inGroup, cap)
      }
      return Math.max(0, Math.min(ENGAGEMENT_HOLD, sum))
    },
    slopeAt(t) {
      let slope = 0
      for (const { cap, parts } of groups) {
        let inGroup = 0
        let slopeInGroup = 0
        for (const part of parts) {
          const worth = worthOf(part, t)
          inGroup += held(worth, part.cap)
          if (Math.abs(worth) < part.cap) slopeInGroup += slopeOf(part, worth)
        }
        if (Math.abs(inGroup) < cap) slope += slopeInGroup
      }
      return slope
    },
    end: groups.reduce((sum, { parts }) => sum + parts.reduce((all, part) => all + endOf(part), 0), 0),
    isOneWay: (from, until) => (hasNegative ? wayOf(groups, from, until) : 'falls'),
  }
}

interface Parts {
  cap: number
  parts: Part[]
}

/**
 * Positive points fall ever less steeply and negative ones rise ever less so: within [from, until] no sum of them is
 * steeper upwards than the positives of `until` and the negatives of `from`, nor downwards than those of `from` and
 * `until`. What is held back, or may be, is flat or as steep as it would be.
 */
function wayOf(groups: Parts[], from: number, until: number): 'falls' | 'rises' | undefined {
  let most = 0
  let least = 0
  for (const { cap, parts } of groups) {
    let [mostInGroup, leastInGroup, size] = [0, 0, 0]
    for (const part of parts) {
      const [before, after] = [worthOf(part, from), worthOf(part, until)]
      const [steep, flat] = [slopeOf(part, before), slopeOf(part, after)]
      const isFree = Math.abs(before) < part.cap
      mostInGroup += part.isPositive ? (isFree ? flat : 0) : steep
      leastInGroup += part.isPositive ? steep : isFree ? flat : 0
      size += Math.abs(before)
    }
    most += size < cap ? mostInGroup : Math.max(0, mostInGroup)
    least += size < cap ? leastInGroup : Math.min(0, leastInGroup)
  }
  return most <= 0 ? 'falls' : least >= 0 ? 'rises' : undefined
}

/** What one rule has earned, made ready to be asked about many instants. */
interface Part {
  isPositive: boolean
  sum: number
  lastAt: number
  /** In milliseconds */
  halfLife: number
  cap: number
  extra: number
}

/** `valueAt` of a tally. */
function worthOf({ sum, lastAt, halfLife, extra }: Part, t: number): number {
  if (halfLife === Number.POSITIVE_INFINITY) return sum + extra
  return sum * Math.exp(-Math.LN2 * ((t - lastAt) / halfLife)) + extra
}

function slopeOf({ halfLife, extra }: Part, worth: number): number {
  return (-Math.LN2 * (worth - extra)) / halfLife
}

function endOf({ sum, halfLife, extra }: Part): number {
  return halfLife === Number.POSITIVE_INFINITY ? sum + extra : extra
}

/** The rules that have earned anything, by their groups. */
function groupsOf(ruleset: Ruleset, tallies: ReadonlyMap<string, Tally>, extra?: Rule) {
  const { rules } = prepare(ruleset)
  const groups: { group: Group; cap: number; parts: Part[] }[] = []
  const add = (id: string, { sum, lastAt }: Tally) => {
    const known = rules.get(id)
    if (!known) return
    const { rule, group } = known
    let into = groups.find((each) => each.group === group)
    if (!into) {
      into = { group, cap: group.cap, parts: [] }
      groups.push(into)
    }
    const fades = lastAt !== null && rule.halfLifeDays !== undefined
    into.parts.push({
      isPositive: rule.points > 0,
      sum,
      lastAt: lastAt ?? 0,
      halfLife: fades ? halfLifeOf(rule) : Number.POSITIVE_INFINITY,
      cap: rule.cap ?? Number.POSITIVE_INFINITY,
      extra: rule === extra ? rule.points : 0,
    })
  }
  for (const [id, tally] of tallies) add(id, tally)
  if (extra && !tallies.has(extra.id)) add(extra.id, noTally())
  return groups
}

/** Each half is held, the sum is not. A half rounds up. */
export function rankOf(engagement: number, fit: number): number {
  return rounded(engagement + fit)
}

/** Sums such as 0.1 + 0.2 carry an error of the last binary digit, which must not decide a rounding; −0 is 0. */
export function rounded(value: number): number {
  return Math.round(Math.round(value * 1e9) / 1e9) + 0
}

export function heldScore(rank: number): number {
  return Math.max(0, Math.min(100, rank))
}
