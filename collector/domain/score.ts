/**
 * The score is a pure function of what happened: `scoreLead(history, ruleset, t)`. Whatever is stored of it is a cache.
 */
import { type Course, FAR, firstOutside } from './crossing.ts'
import { engagementOf, heldScore, rankOf } from './engagement.ts'
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
  const { score, course, standing } = stand(fold, t, restarts)
  return { ...score, nextChangeAt: nextChangeOf(fold, score.rank, course, standing, t) }
}

/** When rulesets were published, as `takeAll` and `finish` want it. */
export function inOrderOfTime(publishes: readonly number[]): readonly number[] {
  return publishes.toSorted((a, b) => a - b)
}

function stand(fold: Fold, t: number, restarts: readonly number[]) {
  wait(fold, t, restarts)
  judge(fold)
  const engagement = engagementOf(fold.ruleset, fold.tallies)
  const course = rankCourse(fold, engagement)
  const standing = standingOf(fold, course)
  stages.advance(fold.stage, standing, t, t)
  const value = engagement.curve(t, t)
  const rank = rankOf(value, fold.fit)
  const score = { ...knownOf(fold), at: t, engagement: value, rank, score: heldScore(rank) }
  return { score, course, standing }
}

/** Name by name: to leave some out of a copy takes longer than to work the rank out. */
function knownOf(fold: Fold): Known {
  const { ruleset, objected, sessions, traits, forms, tallies, decided, stage } = fold
  const { fitHits, fit, spamRules, spam, verdict, quarantined } = fold
  const what = { ruleset, objected, sessions, traits, forms, tallies, decided, stage }
  return { ...what, fitHits, fit, spamRules, spam, verdict, quarantined }
}

/** Rank and stage change by fading, and when the oldest event that fades from history leaves it. */
function nextChangeOf(
  { stage, oldest }: Fold,
  rank: number,
  course: Course,
  standing: stages.Standing,
  t: number,
): number | null {
  const horizon = oldest === null ? Number.POSITIVE_INFINITY : oldest + HORIZON
  const fading = firstOutside(course, rank, rank, t, Math.min(horizon, t + FAR)) ?? horizon
  // Where the rank changes first, as it nearly always does, nothing more is asked of the stage.
  const change = stages.nextChange(stage, standing, t, Math.min(fading, t + FAR))
  const soonest = change?.at ?? fading
  return Number.isFinite(soonest) ? soonest : null
}
