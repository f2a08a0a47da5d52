import { type HistoryEvent, inOrder, isDecision, type ManualStage, undoneAt, type Verdict } from './history.ts'

/** What a person decided about a lead, and whether somebody took it back. */
export interface DecisionTaken {
  id: string
  at: number
  by: string
  /** One of the two is given, unless they objected to being profiled. */
  stage: ManualStage | null
  verdict: Verdict | null
  objected: boolean
  note: string | null
  undone: { at: number; by: string } | null
}

/** All decisions up to `t`, newest first. */
export function decisionsOf(history: readonly HistoryEvent[], t: number): DecisionTaken[] {
  const undone = undoneAt(history, t)
  const decisions = history.filter(isDecision).filter(({ at }) => at <= t)
  return decisions
    .sort(inOrder)
    .reverse()
    .map((decision) => {
      const { id, at, author } = decision
      const undo = undone.get(id)
      return {
        ...{ id, at, by: author },
        stage: decision.type === 'stage' ? decision.stage : null,
        verdict: decision.type === 'spam' ? decision.verdict : null,
        objected: decision.type === 'objection',
        note: decision.type === 'spam' ? null : decision.note,
        undone: undo ? { at: undo.at, by: undo.author } : null,
      }
    })
}
