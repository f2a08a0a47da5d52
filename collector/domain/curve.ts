import { heldScore } from './engagement.ts'
import { pointsOf, type Reason } from './explain.ts'
import { type HistoryEvent, HORIZON, inOrder, isEdit, type ManualStage, type Verdict } from './history.ts'
import type { Ruleset, Text } from './rule.ts'
import { worthAt } from './score.ts'

const DAY = 24 * 60 * 60 * 1000

/** The score of a lead over time, as a line to draw, and what made it jump. */
export interface Curve {
  from: number
  until: number
  points: { at: number; score: number }[]
  jumps: Jump[]
}

/** What happened within a short time and changed the score much. */
export interface Jump {
  /** The last event of it. */
  at: number
  before: number
  after: number
  /** The rules that it earned, most points first. */
  reasons: Reason[]
  /** What a person decided meanwhile. */
  decision: ManualStage | Verdict | 'undo' | null
}

/** Enough for a small drawing; each one is a score worked out from the history. */
const MOST_POINTS = 90
const FEWEST_POINTS = 12
/** Fewer points where many events would have to be gone through for each. */
const MOST_EVENTS = 100_000

const SMALLEST_JUMP = 5
const MOST_JUMPS = 6
const MOST_REASONS = 3

/** The curve from just before the first event on, thirteen months at most. Every point is the score that `scoreLead` gives at its instant. */
export function curveOf(history: readonly HistoryEvent[], ruleset: Ruleset, until: number): Curve {
  const events = history.filter(({ at }) => at <= until).sort(inOrder)
  const from = Math.max(Math.min((events[0]?.at ?? until) - 1, until - DAY), until - HORIZON)
  const scoreAt = (at: number) => ({ at, score: heldScore(worthAt(events, ruleset, at).rank) })
  const count = Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, Math.floor(MOST_EVENTS / (events.length + 1))))
  const points = Array.from({ length: count }, (_, i) => scoreAt(Math.round(from + ((until - from) * i) / (count - 1))))
  const jumps = points
    .slice(1)
    .map((point, i) => ({ point, last: points[i] as Curve['points'][number] }))
    .filter(({ point, last }) => Math.abs(point.score - last.score) >= SMALLEST_JUMP)
    .sort((a, b) => Math.abs(b.point.score - b.last.score) - Math.abs(a.point.score - a.last.score))
    .flatMap(({ point, last }) => jumpWithin(events, ruleset, last.at, point.at) ?? [])
    .slice(0, MOST_JUMPS)
    .sort((a, b) => a.jump.at - b.jump.at)
  const edges = jumps.flatMap(({ startsAt, jump }) => [scoreAt(startsAt), scoreAt(jump.at)])
  return {
    from,
    until,
    points: [...points, ...edges].sort((a, b) => a.at - b.at),
    jumps: jumps.map(({ jump }) => jump),
  }
}

/** @returns undefined where nothing happened: it only faded */
function jumpWithin(events: HistoryEvent[], ruleset: Ruleset, after: number, to: number) {
  const within = events.filter(({ at }) => at > after && at <= to)
  const [first, last] = [within[0], within.at(-1)]
  if (!first || !last) return undefined
  const startsAt = first.at - 1
  const before = worthAt(events, ruleset, startsAt)
  const worth = worthAt(events, ruleset, last.at)
  const known = before.fitHits.map(({ rule }) => rule.id)
  const earned = pointsOf(worth)
  const reasons = [
    ...within.flatMap(({ id }) => earned.get(id) ?? []),
    ...worth.fitHits.filter(({ rule }) => !known.includes(rule.id)).map(({ rule, points }) => reasonOf(rule, points)),
  ]
  const jump: Jump = {
    at: last.at,
    before: heldScore(before.rank),
    after: heldScore(worth.rank),
    reasons: biggest(reasons),
    decision: decisionOf(within.filter(isEdit).findLast(({ type }) => type !== 'traits')),
  }
  return { startsAt, jump }
}

function reasonOf({ id, label }: { id: string; label: Text }, points: number): Reason {
  return { rule: id, label, points }
}

/** Each rule once, with all that it earned. */
function biggest(reasons: Reason[]): Reason[] {
  const byRule = new Map<string, Reason>()
  for (const reason of reasons) {
    byRule.set(reason.rule, { ...reason, points: reason.points + (byRule.get(reason.rule)?.points ?? 0) })
  }
  return [...byRule.values()].sort((a, b) => Math.abs(b.points) - Math.abs(a.points)).slice(0, MOST_REASONS)
}

function decisionOf(edit: HistoryEvent | undefined): Jump['decision'] {
  if (edit?.type === 'stage') return edit.stage
  if (edit?.type === 'spam') return edit.verdict
  return edit?.type === 'undo' ? 'undo' : null
}
