/** How points add up: rules within their caps, groups within theirs, each half within its hold. */
import type { ValueBetween } from './crossing.ts'
import type { Rule, Ruleset } from './rule.ts'
import { held, type Tally, valueAt } from './tally.ts'

const ENGAGEMENT_HOLD = 100

/** Engagement with positive hits as of one instant and negative ones as of another: 0…100. */
export function engagementBetween(ruleset: Ruleset, tallies: Map<string, Tally>, extra?: Rule): ValueBetween {
  const active = ruleset.groups.map((group) => ({
    cap: group.cap,
    rules: ruleset.rules.filter((rule) => rule.group === group.id && (tallies.has(rule.id) || rule === extra)),
  }))
  return (positiveAt, negativeAt) => {
    let sum = 0
    for (const { cap, rules } of active) {
      let inGroup = 0
      for (const rule of rules) {
        const tally = tallies.get(rule.id)
        const value = tally ? valueAt(rule, tally, rule.points > 0 ? positiveAt : negativeAt) : 0
        inGroup += held(rule === extra ? value + rule.points : value, rule.cap)
      }
      sum += held(inGroup, cap)
    }
    return Math.max(0, Math.min(ENGAGEMENT_HOLD, sum))
  }
}

/** Each half is held, the sum is not. A half rounds up. */
export function rankOf(engagement: number, fit: number): number {
  // Sums such as 0.1 + 0.2 carry an error of the last binary digit, which must not decide a rounding; −0 is 0.
  return Math.round(Number((engagement + fit).toFixed(9))) + 0
}

export function heldScore(rank: number): number {
  return Math.max(0, Math.min(100, rank))
}
