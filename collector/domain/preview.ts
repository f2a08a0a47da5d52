/** What other rules would change: every lead by today's rules and by others, side by side. Nothing is kept of it. */
import { explain } from './explain.ts'
import { type HistoryEvent, isEdit } from './history.ts'
import type { Ruleset } from './rule.ts'
import { type Score, scoreAt } from './score.ts'
import { shelfOf } from './shelf.ts'
import { isAutomatic } from './stage.ts'
import {
  addUse,
  type Both,
  each,
  hottest,
  KEYS,
  latest,
  type Mover,
  type Sums,
  type Use,
  WEEKS,
  type Who,
} from './sums.ts'
import { listenTo } from './vocabulary.ts'

const WEEK = 7 * 24 * 60 * 60 * 1000

/** A ruleset, and when it and those before it were published. */
export interface Rules {
  ruleset: Ruleset
  publishes: readonly number[]
}

/** Takes one more lead into account. */
export function addLead(sums: Sums, who: Who, history: readonly HistoryEvent[], rules: Both<Rules>, now: number): void {
  const scores = each((key) => scoreOf(history, rules[key], now))
  sums.leads += 1
  for (const key of KEYS) sums.stages[key][shelfOf(scores[key])] += 1
  // Whom no rules move is no measure of them, and what they did teaches nothing.
  if (scores.today.objected) return
  for (const event of history) {
    if (isEdit(event)) continue
    sums.events += 1
    listenTo(sums.vocabulary, event)
  }
  for (const key of KEYS) {
    const { stage, quarantined, score } = scores[key]
    if (isAutomatic(stage.stage) && !quarantined) (sums.scores[key][score] as number) += 1
  }
  addMoves(sums, who, scores)

  const outcome = outcomeOf(history)
  const free = withoutDecisions(history)
  const alone = free.length === history.length ? scores : each((key) => scoreOf(free, rules[key], now))
  for (const key of KEYS) {
    const times = sqlTimes(alone[key])
    if (times.length > 0) sums.sqls[key] += 1
    for (const at of times) {
      const week = WEEKS - 1 - Math.floor((now - at) / WEEK)
      if (week >= 0) (sums.weeks[key][week] as number) += 1
    }
  }
  // What somebody did after the outcome is its effect, and no reason for it.
  const before = outcome
    ? each((key) =>
        scoreOf(
          free.filter((event) => comesBefore(event, outcome)),
          rules[key],
          outcome.at,
        ),
      )
    : scores
  if (outcome) addOutcome(sums, who, outcome, before)
  addUses(sums.uses, before.next, outcome?.stage)
}

function scoreOf(history: readonly HistoryEvent[], { ruleset, publishes }: Rules, at: number): Score {
  return scoreAt(history, ruleset, at, publishes)
}

function addMoves({ moves }: Sums, who: Who, scores: Both<Score>): void {
  const [from, to] = [shelfOf(scores.today), shelfOf(scores.next)]
  if (from === to) return
  let mover: Mover | undefined
  for (const stage of ['mql', 'sql'] as const) {
    if (from !== stage && to !== stage) continue
    const list = moves[stage]
    mover ??= { ...who, from, to, score: each((key) => scores[key].score), reasons: reasonsOf(scores) }
    if (to === stage) {
      list.enterCount += 1
      list.enters = hottest([...list.enters, mover])
    } else if (to === 'sql') {
      list.riseCount += 1
      list.rises = hottest([...list.rises, mover])
    } else {
      list.leaveCount += 1
      list.leaves = hottest([...list.leaves, mover])
    }
  }
}

const MOST_REASONS = 3

function reasonsOf(scores: Both<Score>): Mover['reasons'] {
  const reasons = new Map<string, Mover['reasons'][number]>()
  for (const key of KEYS) {
    for (const { rule, label, points } of explain(scores[key])) {
      if (rule === null) continue
      const reason = reasons.get(rule) ?? { rule, label, today: 0, next: 0 }
      reason[key] += points
      reasons.set(rule, reason)
    }
  }
  const difference = ({ today, next }: Both<number>) => Math.abs(next - today)
  return [...reasons.values()]
    .filter((reason) => difference(reason) >= 0.05)
    .sort((a, b) => difference(b) - difference(a))
    .slice(0, MOST_REASONS)
}

type Outcome = HistoryEvent & { type: 'stage'; stage: 'customer' | 'lost' }

/** What became of it in the end, as far as people said so. */
function outcomeOf(history: readonly HistoryEvent[]): Outcome | undefined {
  return history.findLast((event): event is Outcome => {
    return event.type === 'stage' && (event.stage === 'customer' || event.stage === 'lost')
  })
}

/** The history as it would be had nobody accepted or won the lead: then rules alone decide. */
function withoutDecisions(history: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const isDecision = (event: HistoryEvent) =>
    event.type === 'stage' && (event.stage === 'accepted' || event.stage === 'customer')
  return history.some(isDecision) ? history.filter((event) => !isDecision(event)) : history
}

function comesBefore(event: HistoryEvent, outcome: Outcome): boolean {
  return event.at < outcome.at || (event.at === outcome.at && event.id < outcome.id)
}

function addOutcome(sums: Sums, who: Who, { at, stage }: Outcome, before: Both<Score>): void {
  const first = each((key) => sqlTimes(before[key])[0] ?? null)
  const sqls = stage === 'customer' ? sums.caught : sums.lost.sqls
  for (const key of KEYS) if (first[key] !== null) sqls[key] += 1
  if (stage === 'lost') sums.lost.known += 1
  else {
    sums.wonCount += 1
    sums.won = latest([...sums.won, { ...who, at, ...first }])
  }
}

function sqlTimes({ stage }: Score): number[] {
  return stage.changes.filter((change) => change.stage === 'sql').map(({ at }) => at)
}

function addUses(uses: Map<string, Use>, score: Score, outcome: 'customer' | 'lost' | undefined): void {
  const became = { customers: outcome === 'customer' ? 1 : 0, lost: outcome === 'lost' ? 1 : 0 }
  for (const [rule, { count }] of score.tallies) addUse(uses, rule, { hits: count, leads: 1, ...became })
  for (const { rule } of score.fitHits) addUse(uses, rule.id, { hits: 1, leads: 1, ...became })
  for (const { id } of score.spamRules) addUse(uses, id, { hits: 1, leads: 1, ...became })
}
