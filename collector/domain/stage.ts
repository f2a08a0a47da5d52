import { type Course, firstOutside } from './crossing.ts'
import type { ManualStage, Stage, Verdict } from './history.ts'
import type { Ruleset } from './rule.ts'

const DAY = 24 * 60 * 60 * 1000
/** A lead steps down after so long under the mark without a break … */
const COOLING = 7 * DAY
/** … of seven tenths of the threshold of the stage it holds. */
const mark = (threshold: number) => Math.ceil((threshold * 7) / 10)
/** A decision event holds the stage it gave at least so long. */
const HOLD = 30 * DAY

/** The fold gives all but 'rules' and corrections, which the stage log adds: the rules changed, or what is known of the past. */
export type Cause = FoldCause | 'rules' | Correction
type FoldCause = 'contact' | 'score' | 'decision' | 'cooled' | 'fit' | 'spam' | 'person' | 'event'

/** Why what had been written of the past no longer holds: a late event or a link, or a person who judged, objected or took back. */
export type Correction = 'correction' | Verdict | 'objection' | 'undo'

/** One step of a lead from stage to stage. */
export interface StageChange {
  at: number
  stage: Stage
  cause: Cause
  /** The rule of a decision event. */
  rule: string | null
  /** The user who decided, and what they noted. */
  author: string | null
  note: string | null
}

export interface StageState {
  stage: Stage
  /** Since when the score is under the mark of the stage held, without a break. */
  belowSince: number | null
  /** Until when a decision event holds the stage. */
  heldUntil: number
  changes: StageChange[]
}

/** What the stage depends on, between two events: the score fades, fit and quarantine stand. */
export interface Standing {
  thresholds: Ruleset['thresholds']
  /** 0…100 */
  score: Course
  fit: number
  quarantined: boolean
}

export function atFirst(): StageState {
  return { stage: 'visitor', belowSince: null, heldUntil: 0, changes: [] }
}

/** A contact detail makes a visitor a lead. */
export function becomeLead(state: StageState, at: number): void {
  if (state.stage === 'visitor') change(state, 'lead', 'contact', at)
}

/** A lost lead that does something is taken up again. */
export function recycleLost(state: StageState, at: number): void {
  if (state.stage === 'lost') change(state, 'recycled', 'event', at)
}

/** A person's decision stands until the next one. */
export function decide(state: StageState, stage: ManualStage, at: number, author: string, note: string | null): void {
  change(state, stage, 'person', at, { author, note })
  state.heldUntil = 0
}

/** A decision event makes an SQL at once, whatever the points, step after step, and holds it. */
export function applyDecision(state: StageState, rule: string, at: number): void {
  if (!isAutomatic(state.stage)) return
  if (state.stage === 'lead' || state.stage === 'recycled') change(state, 'mql', 'decision', at, { rule })
  if (state.stage === 'mql') change(state, 'sql', 'decision', at, { rule })
  state.heldUntil = Math.max(state.heldUntil, at + HOLD)
}

/** A publish starts the cooling anew. */
export function restartCooling(state: StageState): void {
  state.belowSince = null
}

/** Brings a state forward through a time without events, each step at its instant; `from` is included. */
export function advance(state: StageState, standing: Standing, from: number, to: number): void {
  settle(state, standing, from)
  for (let at = nextStep(state, standing, from, to); at !== undefined; at = nextStep(state, standing, at, to)) {
    settle(state, standing, at)
  }
}

/** When, and to what, the stage next changes if nothing happens until then; undefined if it does not. */
export function nextChange(
  state: StageState,
  standing: Standing,
  from: number,
  until: number,
): StageChange | undefined {
  const ahead = { ...state, changes: [] as StageChange[] }
  let at: number | undefined = from
  while (at !== undefined && ahead.changes.length === 0) {
    at = nextStep(ahead, standing, at, until)
    if (at !== undefined) settle(ahead, standing, at)
  }
  return ahead.changes[0]
}

/** Applies at one instant whatever holds there, until nothing more does. */
function settle(state: StageState, standing: Standing, at: number): void {
  while (step(state, standing, at)) {
    // one step after another
  }
}

function step(state: StageState, standing: Standing, at: number): boolean {
  if (!isAutomatic(state.stage)) {
    state.belowSince = null
    return false
  }
  if (standing.quarantined) return fallForSpam(state, at)
  const { mql, sql } = standing.thresholds
  const score = scoreAt(standing, at)
  const next = state.stage === 'sql' ? null : state.stage === 'mql' ? sql : mql
  if (next && score >= next.score && standing.fit >= next.fit) {
    change(state, state.stage === 'mql' ? 'sql' : 'mql', 'score', at)
    return true
  }
  const held = heldThreshold(state, standing)
  if (!held) return false
  if (standing.fit < held.fit && at >= state.heldUntil) return stepDown(state, 'fit', at)
  if (score >= mark(held.score)) state.belowSince = null
  else state.belowSince ??= at
  if (at >= cooledAt(state)) return stepDown(state, 'cooled', at)
  return false
}

/** The first instant after `at`, and not after `to`, at which a step may be due. */
function nextStep(state: StageState, standing: Standing, at: number, to: number): number | undefined {
  if (!isAutomatic(state.stage) || standing.quarantined) return undefined
  const { mql, sql } = standing.thresholds
  const score = scoreAt(standing, at)
  const marks = [mql.score, sql.score, mark(mql.score), mark(sql.score)]
  const low = Math.max(0, ...marks.filter((each) => each <= score))
  const high = Math.min(100, ...marks.filter((each) => each > score).map((each) => Math.ceil(each) - 1))
  const instants = [cooledAt(state), state.heldUntil].filter((instant) => instant > at && instant <= to)
  const soonest = Math.min(to, ...instants)
  return firstOutside(standing.score, low, high, at, soonest) ?? (instants.length > 0 ? soonest : undefined)
}

function scoreAt({ score }: Standing, at: number): number {
  return score.round(score.curve(at, at))
}

function cooledAt(state: StageState): number {
  return state.belowSince === null ? Number.POSITIVE_INFINITY : Math.max(state.belowSince + COOLING, state.heldUntil)
}

function heldThreshold(state: StageState, { thresholds }: Standing) {
  return state.stage === 'sql' ? thresholds.sql : state.stage === 'mql' ? thresholds.mql : null
}

function fallForSpam(state: StageState, at: number): boolean {
  if (state.stage === 'mql' || state.stage === 'sql') change(state, 'lead', 'spam', at)
  state.heldUntil = 0
  return false
}

function stepDown(state: StageState, cause: Cause, at: number): true {
  change(state, state.stage === 'sql' ? 'mql' : 'lead', cause, at)
  state.heldUntil = 0
  return true
}

/** Stages that points move by themselves. */
export function isAutomatic(stage: Stage): boolean {
  return stage === 'lead' || stage === 'recycled' || stage === 'mql' || stage === 'sql'
}

type Details = Partial<Pick<StageChange, 'rule' | 'author' | 'note'>>

function change(state: StageState, stage: Stage, cause: Cause, at: number, details: Details = {}): void {
  state.stage = stage
  state.belowSince = null
  state.changes.push({ at, stage, cause, rule: null, author: null, note: null, ...details })
}
