import { prepare } from './prepared.ts'
import type { Text } from './rule.ts'
import type { Score } from './score.ts'
import { held, valueAt } from './tally.ts'

/** One line of the explanation. The points of all lines sum to engagement + fit, before rounding. */
export interface Line {
  /** `cap` lines hold back what a rule earned over its cap, `groupCap` a group over its own, the holds a whole half. */
  kind: 'rule' | 'cap' | 'groupCap' | 'hold' | 'fit' | 'fitCap' | 'fitHold'
  rule: string | null
  label: Text
  group: string | null
  groupLabel: Text | null
  /** What it is worth now. */
  points: number
  /** What it was worth when it happened. */
  earned: number
  hits: number
  lastAt: number | null
}

export function explain(lead: Score): Line[] {
  return [...engagementLines(lead), ...fitLines(lead)]
}

function engagementLines({ ruleset, tallies, at, engagement }: Score): Line[] {
  const lines: Line[] = []
  for (const { group, rules } of prepare(ruleset).groups) {
    const inGroup: Line[] = []
    const place = { group: group.id, groupLabel: group.label }
    for (const rule of rules) {
      const tally = tallies.get(rule.id)
      if (!tally) continue
      const points = valueAt(rule, tally, at)
      const { count: hits, lastAt } = tally
      const line = { ...place, rule: rule.id, label: rule.label }
      inGroup.push({ ...line, kind: 'rule', points, earned: rule.points * hits, hits, lastAt })
      pushHold(inGroup, { ...line, kind: 'cap' }, held(points, rule.cap) - points)
    }
    const sum = sumOf(inGroup)
    pushHold(inGroup, { ...place, kind: 'groupCap', rule: null, label: group.label }, held(sum, group.cap) - sum)
    lines.push(...inGroup)
  }
  const hold = { kind: 'hold' as const, rule: null, label: ENGAGEMENT, group: null, groupLabel: null }
  pushHold(lines, hold, engagement - sumOf(lines))
  return lines
}

function fitLines({ fitHits, fit }: Score): Line[] {
  const lines: Line[] = []
  const place = { group: 'fit', groupLabel: FIT }
  for (const { rule, times, points } of fitHits) {
    const line = { ...place, rule: rule.id, label: rule.label }
    const earned = rule.points * times
    lines.push({ ...line, kind: 'fit', points: earned, earned, hits: times, lastAt: null })
    pushHold(lines, { ...line, kind: 'fitCap' }, points - earned)
  }
  pushHold(lines, { ...place, kind: 'fitHold', rule: null, label: FIT }, fit - sumOf(lines))
  return lines
}

export const ENGAGEMENT: Text = { en: 'Engagement', fr: 'Engagement' }
export const FIT: Text = { en: 'Fit', fr: 'Adéquation' }

/** Less than this is an error of arithmetic, not points. */
const TRIFLE = 1e-9

function pushHold(lines: Line[], line: Omit<Line, 'points' | 'earned' | 'hits' | 'lastAt'>, points: number): void {
  if (Math.abs(points) > TRIFLE) lines.push({ ...line, points, earned: 0, hits: 0, lastAt: null })
}

function sumOf(lines: Line[]): number {
  return lines.reduce((sum, line) => sum + line.points, 0)
}

/** What a lead is worth a look for, in a list: rules, or in quarantine signs of spam. */
export interface Reason {
  rule: string
  label: Text
  points: number
}

/** The signs of spam, for who is to judge them. */
export function whySpam({ spamRules }: Score): Reason[] {
  return spamRules.map(({ id, label, points }) => ({ rule: id, label, points }))
}

/** The two or three rules that count most, each within its cap: what made it hot, in a few words. */
export function whyHot({ ruleset, tallies, fitHits, at }: Score): Reason[] {
  const reasons: Reason[] = []
  for (const { rules } of prepare(ruleset).groups) {
    for (const rule of rules) {
      const tally = tallies.get(rule.id)
      if (tally) addReason(reasons, rule, held(valueAt(rule, tally, at), rule.cap))
    }
  }
  for (const { rule, points } of fitHits) addReason(reasons, rule, points)
  return reasons.sort((a, b) => Math.abs(b.points) - Math.abs(a.points)).slice(0, MOST_REASONS)
}

function addReason(reasons: Reason[], { id, label }: { id: string; label: Text }, exact: number): void {
  const points = Math.round(exact)
  if (points !== 0) reasons.push({ rule: id, label, points })
}

const MOST_REASONS = 3

/** What each event earned when it happened, by event id. */
export function pointsOf({ ruleset, tallies }: Pick<Score, 'ruleset' | 'tallies'>): Map<string, Reason[]> {
  const earned = new Map<string, Reason[]>()
  for (const { id, label, points } of ruleset.rules) {
    for (const { eventId } of tallies.get(id)?.hits ?? []) {
      earned.set(eventId, [...(earned.get(eventId) ?? []), { rule: id, label, points }])
    }
  }
  return earned
}
