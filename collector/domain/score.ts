/**
 * The score is a pure function of what happened: `scoreLead(history, ruleset, t)`. Whatever is stored of it is a cache.
 */
import { FAR, firstOutside, guessOf, type ValueBetween } from './crossing.ts'
import { engagementBetween, heldScore, rankOf } from './engagement.ts'
import { begin, type Fold, type Known, standingOf, take, wait } from './fold.ts'
import { type HistoryEvent, HORIZON, historyAt, verdictOf } from './history.ts'
import type { Ruleset } from './rule.ts'
import * as stages from './stage.ts'

/** Everything that follows from a lead's history up to `at`. */
export interface LeadScore extends Known {
  at: number
  /** 0…100 */
  engagement: number
  /** round(engagement + fit), not held: the list is ordered by it. */
  rank: number
  /** The rank held in 0…100. */
  score: number
  /** When rank or stage next change by time alone; null if never. */
  nextChangeAt: number | null
}

/**
 * Folds a history into what it is worth at `t`.
 * @param publishes when rulesets were published, each of which starts the cooling of stages anew
 */
export function scoreLead(
  history: readonly HistoryEvent[],
  ruleset: Ruleset,
  t: number,
  publishes: readonly number[] = [],
): LeadScore {
  const restarts = publishes.toSorted((a, b) => a - b)
  return finish(foldOf(history, ruleset, t, restarts), t, restarts)
}

/** The fold at the last event of a history before `t`. */
export function foldOf(
  history: readonly HistoryEvent[],
  ruleset: Ruleset,
  t: number,
  restarts: readonly number[],
): Fold {
  const events = historyAt(history, t)
  const fold = begin(ruleset, verdictOf(events))
  takeAll(fold, events, restarts)
  return fold
}

/** Takes further events, in order, and lets time go by between them. */
export function takeAll(fold: Fold, events: readonly HistoryEvent[], restarts: readonly number[]): void {
  for (const event of events) {
    wait(fold, event.at, restarts)
    take(fold, event)
  }
}

/** What a fold is worth at `t`, if nothing happens until then. It is of no further use itself. */
export function finish(fold: Fold, t: number, restarts: readonly number[]): LeadScore {
  wait(fold, t, restarts)
  stages.advance(fold.stage, standingOf(fold), t, t)
  const engagement = engagementBetween(fold.ruleset, fold.tallies)(t, t)
  const rank = rankOf(engagement, fold.fit)
  const { judged, last, oldest, ...known } = fold
  return { ...known, at: t, engagement, rank, score: heldScore(rank), nextChangeAt: nextChangeOf(fold, rank, t) }
}

/** The fold at `t` and its rank, as in `scoreLead`, but without stages, which take far longer to work out. */
export function worthAt(history: readonly HistoryEvent[], ruleset: Ruleset, t: number): Known & { rank: number } {
  const fold = begin(ruleset, null)
  for (const event of historyAt(history, t)) take(fold, event)
  return { ...fold, rank: rankOf(engagementBetween(ruleset, fold.tallies)(t, t), fold.fit) }
}

/** Rank and stage change by fading, and when the oldest event that fades from history leaves it. */
function nextChangeOf(fold: Fold, rank: number, t: number): number | null {
  const standing = standingOf(fold)
  const stage = stages.nextChange(fold.stage, standing, t)
  const engagement = engagementBetween(fold.ruleset, fold.tallies)
  const rankBetween: ValueBetween = (positive, negative) => rankOf(engagement(positive, negative), fold.fit)
  const guess = guessOf(standing.curve, rank - 0.5, rank + 0.5)
  const soonest = Math.min(
    fold.oldest === null ? Number.POSITIVE_INFINITY : fold.oldest + HORIZON,
    stage?.at ?? Number.POSITIVE_INFINITY,
    firstOutside(rankBetween, rank, rank, t, t + FAR, guess) ?? Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(soonest) ? soonest : null
}
