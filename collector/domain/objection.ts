import { type HistoryEvent, undoneAt } from './history.ts'
import type { Ruleset } from './rule.ts'

/**
 * Has anybody of the lead objected to being profiled, and not taken it back? Unlike other decisions this one has no date in
 * what follows from it: of whom it is said nothing is worked out any more, not even what they were worth before.
 */
export function hasObjected(history: readonly HistoryEvent[]): boolean {
  const objections = history.filter(({ type }) => type === 'objection')
  if (objections.length === 0) return false
  const undone = undoneAt(history, Number.POSITIVE_INFINITY)
  return objections.some(({ id }) => !undone.has(id))
}

/** What those who object are scored by, whatever the version: nothing is worth a point, and no score brings a stage. */
export const UNSCORED: Ruleset = {
  timeZone: 'UTC',
  groups: [],
  rules: [],
  fit: [],
  spam: [],
  thresholds: {
    mql: { score: Number.POSITIVE_INFINITY, fit: Number.POSITIVE_INFINITY },
    sql: { score: Number.POSITIVE_INFINITY, fit: Number.POSITIVE_INFINITY },
  },
  lists: { sectors: [], sizes: [], regions: [], competitors: [] },
}
