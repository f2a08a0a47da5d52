/** How points add up: rules within their caps, groups within theirs, each half within its hold. */
import type { ValueBetween } from './crossing.ts'
import { prepare } from './prepared.ts'
import type { Group, Rule, Ruleset } from './rule.ts'
import { held, noTally, type Tally, valueAt } from './tally.ts'

const ENGAGEMENT_HOLD = 100

/** Engagement with positive hits as of one instant and negative ones as of another: 0…100. */
export function engagementBetween(ruleset: Ruleset, tallies: Map<string, Tally>, extra?: Rule): ValueBetween {
  const active = activeOf(ruleset, tallies, extra)
  return (positiveAt, negativeAt) => {
    let sum = 0
    for (const { cap, parts } of active) {
      let inGroup = 0
      for (const { rule, tally } of parts) {
        const value = valueAt(rule, tally, rule.points > 0 ? positiveAt : negativeAt)
        inGroup += held(rule === extra ? value + rule.points : value, rule.cap)
      }
      sum += held(inGroup, cap)
    }
    return Math.max(0, Math.min(ENGAGEMENT_HOLD, sum))
  }
}

/** The rules that have earned anything, by their groups. */
function activeOf(ruleset: Ruleset, tallies: Map<string, Tally>, extra?: Rule) {
  const { rules } = prepare(ruleset)
  const active = new Map<Group, { rule: Rule; tally: Tally }[]>()
  const add = (id: string, tally: Tally) => {
    const known = rules.get(id)
    if (!known) return
    const parts = active.get(known.group)
    if (parts) parts.push({ rule: known.rule, tally })
    else active.set(known.group, [{ rule: known.rule, tally }])
  }
  for (const [id, tally] of tallies) add(id, tally)
  if (extra && !tallies.has(extra.id)) add(extra.id, noTally())
  return [...active].map(([{ cap }, parts]) => ({ cap, parts }))
}

/** Each half is held, the sum is not. A half rounds up. */
export function rankOf(engagement: number, fit: number): number {
  // Sums such as 0.1 + 0.2 carry an error of the last binary digit, which must not decide a rounding; −0 is 0.
  return Math.round(Math.round((engagement + fit) * 1e9) / 1e9) + 0
}

export function heldScore(rank: number): number {
  return Math.max(0, Math.min(100, rank))
}
