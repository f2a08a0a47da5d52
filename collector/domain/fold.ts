/** The fold over a history: event by event, in order, from what is known before to what is known after. */
import type { Course } from './crossing.ts'
import { type Engagement, engagementOf, heldScore, rounded } from './engagement.ts'
import { factsOf, objectOf, subjectOf } from './facts.ts'
import { type Deed, fadesFromHistory, type HistoryEvent, isEdit, type Verdict } from './history.ts'
import { type Decided, decides, noneDecided } from './limits.ts'
import { fitMatches } from './match.ts'
import { UNSCORED } from './objection.ts'
import { candidatesFor, prepare } from './prepared.ts'
import type { FitRule, Ruleset, SpamRule } from './rule.ts'
import { noSessions, type Sessions, sessionAt, visit } from './session.ts'
import { type FormSigns, isQuarantined, noteForm, spamPoints, spamRules } from './spam.ts'
import * as stages from './stage.ts'
import { addHit, counts, held, noTally, type Occasion, type Tally } from './tally.ts'
import { learn, noTraits, type Traits, traitOf, traitValues } from './traits.ts'

const FIT_HOLD = 50

/** What is known of a lead at some time. */
export interface Known {
  /** Of those who object to being profiled one that counts nothing. */
  ruleset: Ruleset
  objected: boolean
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
  decided: Decided
  stage: stages.StageState
}

/** The state of the fold between two events. */
export interface Fold extends Known {
  /** Whether there was anything yet to judge fit and spam by, and whether that is still to be done. */
  isJudged: boolean
  isStale: boolean
  /** The last event taken. */
  last: Pick<HistoryEvent, 'at' | 'id'> | null
  /** When the oldest event was that leaves the history at the horizon. */
  oldest: number | null
}

export interface FitHit {
  rule: FitRule
  /** How often it counts: once, or once per unit. */
  times: number
  /** Held within ±cap. */
  points: number
}

/** @param verdict the last word of a person on whether it is spam, which holds for all that comes before it, too */
export function begin(ruleset: Ruleset, verdict: Verdict | null, objected: boolean): Fold {
  return {
    ruleset: objected ? UNSCORED : ruleset,
    objected,
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
    decided: noneDecided(),
    stage: stages.atFirst(),
    isJudged: false,
    isStale: false,
    last: null,
    oldest: null,
  }
}

/** Takes the next event, in order. */
export function take(fold: Fold, event: HistoryEvent): void {
  if (event.type === 'form') noteForm(fold.forms, event)
  if (learn(fold.traits, event) || event.type === 'form') fold.isStale = true
  if (isEdit(event)) {
    if (event.type === 'stage') decide(fold, event)
  } else {
    stages.recycleLost(fold.stage, event.at)
  }
  if (fold.stage.stage === 'visitor' && hasContact(fold.traits)) stages.becomeLead(fold.stage, event.at)
  if (!isEdit(event)) earn(fold, event)
  if (fadesFromHistory(event)) fold.oldest ??= event.at
  fold.last = { at: event.at, id: event.id }
}

/**
 * Brings the stages from the last event to `at`, the next one or the instant that is asked for. What happens in the same
 * millisecond is judged together.
 * @param restarts when rulesets were published, oldest first: each starts the cooling of stages anew
 */
export function wait(fold: Fold, at: number, restarts: readonly number[]): void {
  // Most are visitors, whom time does not move.
  if (!stages.isAutomatic(fold.stage.stage)) return
  judge(fold)
  const standing = standingOf(fold, rankCourse(fold))
  let now = fold.last?.at ?? Number.NEGATIVE_INFINITY
  for (const restart of restarts) {
    if (restart <= now || restart > at) continue
    stages.advance(fold.stage, standing, now, restart)
    stages.restartCooling(fold.stage)
    now = restart
  }
  if (at > now) stages.advance(fold.stage, standing, now, at)
}

/** Brings fit and spam up to what is known by now: done where they are asked for, as it takes long. */
export function judge(fold: Fold): void {
  if (!fold.isStale) return
  const values = traitValues(fold.traits)
  fold.isStale = false
  fold.isJudged = true
  fold.fitHits = fold.ruleset.fit.flatMap((rule) => {
    if (rule.off || !fitMatches(rule.when, values, fold.ruleset.lists)) return []
    const times = rule.each ? Number(values[rule.each]) : 1
    return times > 0 ? [{ rule, times, points: held(rule.points * times, rule.cap) }] : []
  })
  fold.fit = held(
    fold.fitHits.reduce((sum, hit) => sum + hit.points, 0),
    FIT_HOLD,
  )
  fold.spamRules = spamRules(fold.ruleset, fold.traits, values, fold.forms)
  fold.spam = spamPoints(fold.spamRules)
  fold.quarantined = isQuarantined(fold.spam, fold.verdict)
}

/** What stages depend on as time goes by. */
export function standingOf({ ruleset, fit, quarantined }: Known, rank: Course): stages.Standing {
  const { curve, slopeAt, end, isOneWay } = rank
  const score = { curve, slopeAt, end, isOneWay, round: (value: number) => heldScore(rank.round(value)) }
  return { thresholds: ruleset.thresholds, score, fit, quarantined }
}

/** The rank as time goes by. */
export function rankCourse(
  { ruleset, tallies, fit }: Known,
  engagement: Engagement = engagementOf(ruleset, tallies),
): Course {
  const { curve, slopeAt, end, isOneWay } = engagement
  return {
    curve: (positiveAt, negativeAt) => curve(positiveAt, negativeAt) + fit,
    slopeAt,
    end: end + fit,
    isOneWay,
    round: rounded,
  }
}

/** Where a hit of this rule would fall at `at`. */
export function occasionOf(fold: Known, object: string, at: number): Occasion {
  return { at, session: sessionAt(fold.sessions, at), object, timeZone: fold.ruleset.timeZone }
}

function hasContact(traits: Traits): boolean {
  return traitOf(traits, 'email') !== null || traitOf(traits, 'phone') !== null
}

/** Lost, or sent back to nurturing: engagement starts again from nothing, fit stays. */
function decide(fold: Fold, event: HistoryEvent & { type: 'stage' }): void {
  if (event.stage === 'lost' || event.stage === 'recycled') {
    fold.tallies.clear()
    fold.decided.receivedAt = []
  }
  stages.decide(fold.stage, event.stage, event.at, event.author, event.note)
}

function earn(fold: Fold, event: Deed): void {
  const { ruleset, sessions, stage, tallies, decided } = fold
  if (event.type === 'identify' && event.signed && !decided.proven.includes(event.visitorId)) {
    decided.proven.push(event.visitorId)
  }
  const view = event.type === 'engage' ? sessions.views.get(event.pageId) : undefined
  const before = view && { visibleMs: view.visibleMs, scrollDepth: view.scrollDepth }
  const sessionStart = visit(sessions, event)
  if (event.type === 'engage' && (!view || prepare(ruleset).byEvent.engage.length === 0)) return
  const facts = factsOf(sessions, event, view, sessionStart)
  let occasion: Occasion | undefined
  let isDecision: boolean | undefined
  for (const { rule, matches } of candidatesFor(ruleset, facts, subjectOf(event, view))) {
    if (matches && !matches(facts)) continue
    // Engaged time and depth only grow: the rule hits when its threshold is first crossed, not at each report after it.
    if (before && (!matches || matches({ ...facts, ...before }))) continue
    if (rule.decision) {
      isDecision ??= decides(decided, event)
      if (!isDecision) continue
      judge(fold)
      if (!fold.quarantined) stages.applyDecision(stage, rule.id, event.at)
    }
    occasion ??= occasionOf(fold, objectOf(event, view), event.at)
    // What is read of a page belongs to the session of the page, also when its tab is looked at again the next day.
    if (view) occasion.session = view.session
    let tally = tallies.get(rule.id)
    if (tally && !counts(rule, tally, occasion)) continue
    if (!tally) {
      tally = noTally()
      tallies.set(rule.id, tally)
    }
    addHit(rule, tally, occasion, event.id)
  }
}
