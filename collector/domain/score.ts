/**
 * The score is a pure function of what happened: `scoreLead(history, ruleset, t)`. Whatever is stored of it is a cache.
 */
import { FAR, firstOutside, guessOf, type ValueBetween } from './crossing.ts'
import { engagementBetween, heldScore, rankOf } from './engagement.ts'
import { factsOf, objectOf } from './facts.ts'
import {
  type Deed,
  fadesFromHistory,
  type HistoryEvent,
  HORIZON,
  historyAt,
  isEdit,
  type Verdict,
  verdictOf,
} from './history.ts'
import { fitMatches } from './match.ts'
import { prepare } from './prepared.ts'
import type { FitRule, Rule, Ruleset, SpamRule } from './rule.ts'
import { noSessions, type Sessions, sessionAt, visit } from './session.ts'
import { type FormSigns, isQuarantined, noteForm, spamPoints, spamRules } from './spam.ts'
import * as stages from './stage.ts'
import { addHit, counts, held, noTally, type Occasion, type Tally } from './tally.ts'
import { learn, noTraits, type Traits, traitOf, traitValues } from './traits.ts'

const FIT_HOLD = 50

/** Everything that follows from a lead's history up to `at`. */
export interface LeadScore extends Fold {
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

/** The state of the fold between two events. */
export interface Fold {
  ruleset: Ruleset
  sessions: Sessions
  traits: Traits
  forms: FormSigns
  /** By rule id. */
  tallies: Map<string, Tally>
  fitHits: FitHit[]
  /** −50…+50 */
  fit: number
  spamRules: SpamRule[]
  /** 0…100; quarantined from 60, unless a person has said what it is. */
  spam: number
  verdict: Verdict | null
  quarantined: boolean
  stage: stages.StageState
}

export interface FitHit {
  rule: FitRule
  /** How often it counts: once, or once per unit. */
  times: number
  /** Held within ±cap. */
  points: number
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
  const events = historyAt(history, t)
  const fold = begin(ruleset, verdictOf(events))
  const restarts = publishes.filter((at) => at <= t).sort((a, b) => a - b)
  let now = Math.min(events[0]?.at ?? t, restarts[0] ?? t)
  const goTo = (at: number) => {
    // What happens in the same millisecond is judged together.
    if (at > now) stages.advance(fold.stage, standingOf(fold), now, at)
    now = at
  }
  let restarted = 0
  const restartUntil = (until: number) => {
    for (let at = restarts[restarted]; at !== undefined && at <= until; at = restarts[++restarted]) {
      goTo(at)
      stages.restartCooling(fold.stage)
    }
  }
  for (const event of events) {
    restartUntil(event.at)
    goTo(event.at)
    take(fold, event)
  }
  restartUntil(t)
  stages.advance(fold.stage, standingOf(fold), now, t)
  return finish(fold, events, t)
}

/** The fold at `t` and its rank, as in `scoreLead`, but without stages, which take far longer to work out. */
export function worthAt(history: readonly HistoryEvent[], ruleset: Ruleset, t: number): Fold & { rank: number } {
  const fold = begin(ruleset, null)
  for (const event of historyAt(history, t)) take(fold, event)
  return { ...fold, rank: rankOf(engagementBetween(ruleset, fold.tallies)(t, t), fold.fit) }
}

/** What stages depend on as time goes by. */
export function standingOf(fold: Fold, extra?: Rule): stages.Standing {
  let made: ValueBetween | undefined
  // Most visitors have no stage that points move, and are never asked.
  const engagement: ValueBetween = (positiveAt, negativeAt) => {
    made ??= engagementBetween(fold.ruleset, fold.tallies, extra)
    return made(positiveAt, negativeAt)
  }
  return {
    thresholds: fold.ruleset.thresholds,
    score: (positiveAt, negativeAt) => heldScore(rankOf(engagement(positiveAt, negativeAt), fold.fit)),
    curve: (at) => engagement(at, at) + fold.fit,
    fit: fold.fit,
    quarantined: fold.quarantined,
  }
}

/** Where a hit of this rule would fall at `at`. */
export function occasionOf(fold: Fold, object: string, at: number): Occasion {
  return { at, session: sessionAt(fold.sessions, at), object, timeZone: fold.ruleset.timeZone }
}

function begin(ruleset: Ruleset, verdict: Verdict | null): Fold {
  return {
    ruleset,
    sessions: noSessions(),
    traits: noTraits(),
    forms: { hasty: false, trapped: false },
    tallies: new Map(),
    fitHits: [],
    fit: 0,
    spamRules: [],
    spam: 0,
    verdict,
    quarantined: isQuarantined(0, verdict),
    stage: stages.atFirst(),
  }
}

function take(fold: Fold, event: HistoryEvent): void {
  if (event.type === 'form') noteForm(fold.forms, event)
  if (learn(fold.traits, event) || event.type === 'form') judgeTraits(fold)
  if (isEdit(event)) {
    if (event.type === 'stage') decide(fold, event)
  } else {
    stages.recycleLost(fold.stage, event.at)
  }
  if (traitOf(fold.traits, 'email') !== null || traitOf(fold.traits, 'phone') !== null) {
    stages.becomeLead(fold.stage, event.at)
  }
  if (!isEdit(event)) earn(fold, event)
}

/** Lost, or sent back to nurturing: engagement starts again from nothing, fit stays. */
function decide(fold: Fold, event: HistoryEvent & { type: 'stage' }): void {
  if (event.stage === 'lost' || event.stage === 'recycled') fold.tallies.clear()
  stages.decide(fold.stage, event.stage, event.at, event.author, event.note)
}

function judgeTraits(fold: Fold): void {
  const values = traitValues(fold.traits)
  fold.fitHits = fold.ruleset.fit.flatMap((rule) => {
    if (rule.off || !fitMatches(rule.when, values, fold.ruleset.lists)) return []
    const times = rule.each ? Number(values[rule.each]) : 1
    return times > 0 ? [{ rule, times, points: held(rule.points * times, rule.cap) }] : []
  })
  fold.fit = held(
    fold.fitHits.reduce((sum, hit) => sum + hit.points, 0),
    FIT_HOLD,
  )
  fold.spamRules = spamRules(fold.ruleset, fold.traits, fold.forms)
  fold.spam = spamPoints(fold.spamRules)
  fold.quarantined = isQuarantined(fold.spam, fold.verdict)
}

function earn(fold: Fold, event: Deed): void {
  const view = event.type === 'engage' ? fold.sessions.views.get(event.pageId) : undefined
  const before = view ? { ...view } : undefined
  const sessionStart = visit(fold.sessions, event)
  if (event.type === 'engage' && !view) return
  const facts = factsOf(fold.sessions, event, sessionStart)
  const occasion = occasionOf(fold, objectOf(event, facts), event.at)
  // What is read of a page belongs to the session of the page, also when its tab is looked at again the next day.
  if (view) occasion.session = view.session
  for (const { rule, matches } of prepare(fold.ruleset).byEvent[event.type]) {
    if (!matches(facts)) continue
    // Engaged time and depth only grow: the rule hits when its threshold is first crossed, not at each report after it.
    if (before && matches({ ...facts, visibleMs: before.visibleMs, scrollDepth: before.scrollDepth })) continue
    if (rule.decision && !fold.quarantined) stages.applyDecision(fold.stage, rule.id, event.at)
    const tally = fold.tallies.get(rule.id) ?? noTally()
    if (!counts(rule, tally, occasion)) continue
    addHit(rule, tally, occasion, event.id)
    fold.tallies.set(rule.id, tally)
  }
}

function finish(fold: Fold, events: HistoryEvent[], t: number): LeadScore {
  const engagement = engagementBetween(fold.ruleset, fold.tallies)(t, t)
  const rank = rankOf(engagement, fold.fit)
  return {
    ...fold,
    at: t,
    engagement,
    rank,
    score: heldScore(rank),
    nextChangeAt: nextChangeOf(fold, events, rank, t),
  }
}

/** Rank and stage change by fading, and when the oldest event that fades from history leaves it. */
function nextChangeOf(fold: Fold, events: HistoryEvent[], rank: number, t: number): number | null {
  const oldest = events.find(fadesFromHistory)
  const standing = standingOf(fold)
  const stage = stages.nextChange(fold.stage, standing, t)
  const engagement = engagementBetween(fold.ruleset, fold.tallies)
  const rankBetween: ValueBetween = (positive, negative) => rankOf(engagement(positive, negative), fold.fit)
  const guess = guessOf(standing.curve, rank - 0.5, rank + 0.5)
  const soonest = Math.min(
    oldest ? oldest.at + HORIZON : Number.POSITIVE_INFINITY,
    stage?.at ?? Number.POSITIVE_INFINITY,
    firstOutside(rankBetween, rank, rank, t, t + FAR, guess) ?? Number.POSITIVE_INFINITY,
  )
  return Number.isFinite(soonest) ? soonest : null
}
