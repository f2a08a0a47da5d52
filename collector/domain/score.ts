/**
 * The score is a pure function of what happened: `scoreLead(history, ruleset, t)`. Whatever is stored of it is a cache.
 */
import { FAR, firstOutside } from './crossing.ts'
import { type Engagement, engagementOf, heldScore, rankOf } from './engagement.ts'
import { begin, type Fold, judge, type Known, rankCourse, standingOf, take, wait } from './fold.ts'
import { type HistoryEvent, HORIZON, historyAt, verdictOf } from './history.ts'
import { hasObjected } from './objection.ts'
import type { Ruleset } from './rule.ts'
import * as stages from './stage.ts'

/** Everything that follows from a lead's history up to `at`, and what comes of it if nothing happens. */
export interface LeadScore extends Score {
  /** When rank or stage next change by time alone; null if never. */
  nextChangeAt: number | null
}

/** Everything that follows from a lead's history up to `at`. */
export interface Score extends Known {
  at: number
  /** 0…100 */
  engagement: number
  /** round(engagement + fit), not held: the list is ordered by it. */
  rank: number
  /** The rank held in 0…100. */
  score: number
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
  const restarts = inOrderOfTime(publishes)
  return finish(foldOf(history, ruleset, t, restarts), t, restarts)
}

/** The same without what lies ahead, which takes longer than all the rest. */
export function scoreAt(
  history: readonly HistoryEvent[],
  ruleset: Ruleset,
  t: number,
  publishes: readonly number[] = [],
): Score {
  const restarts = inOrderOfTime(publishes)
  return stand(foldOf(history, ruleset, t, restarts), t, restarts).score
}

/** The fold at `t` and its rank, as in `scoreLead`, but without stages. */
export function worthAt(history: readonly HistoryEvent[], ruleset: Ruleset, t: number): Known & { rank: number } {
  const fold = begin(ruleset, null, hasObjected(history))
  for (const event of historyAt(history, t)) take(fold, event)
  judge(fold)
  return { ...fold, rank: rankOf(engagementOf(ruleset, fold.tallies).curve(t, t), fold.fit) }
}

/** The fold at the last event of a history up to `t`. */
export function foldOf(
  history: readonly HistoryEvent[],
  ruleset: Ruleset,
  t: number,
  restarts: readonly number[],
): Fold {
  const events = historyAt(history, t)
  const fold = begin(ruleset, verdictOf(events), hasObjected(history))
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
  const { score, engagement } = stand(fold, t, restarts)
  return { ...score, nextChangeAt: nextChangeOf(fold, engagement, score.rank, t) }
}

/** When rulesets were published, as `takeAll` and `finish` want it. */
export function inOrderOfTime(publishes: readonly number[]): readonly number[] {
  return publishes.toSorted((a, b) => a - b)
}

function stand(fold: Fold, t: number, restarts: readonly number[]): { score: Score; engagement: Engagement } {
  wait(fold, t, restarts)
  judge(fold)
  const engagement = engagementOf(fold.ruleset, fold.tallies)
  stages.advance(fold.stage, standingOf(fold, engagement), t, t)
  const value = engagement.curve(t, t)
  const rank = rankOf(value, fold.fit)
  const { isJudged, isStale, last, oldest, ...known } = fold
  return { score: { ...known, at: t, engagement: value, rank, score: heldScore(rank) }, engagement }
}

/** Rank and stage change by fading, and when the oldest event that fades from history leaves it. */
function nextChangeOf(fold: Fold, engagement: Engagement, rank: number, t: number): number | null {
  const stage = stages.nextChange(fold.stage, standingOf(fold, engagement), t)
  const soonest = Math.min(
    fold.oldest === null ? Number.POSITIVE_INFINITY : fold.oldest + HORIZON,
    stage?.at ?? Number.POSITIVE_INFINITY,
    firstOutside(rankCourse(engagement, fold.fit), rank, rank, t, t + FAR) ?? Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(soonest) ? soonest : null
}
