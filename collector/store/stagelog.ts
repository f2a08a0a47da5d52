import type { Stage } from '../domain/history.ts'
import type { StageChange } from '../domain/stage.ts'
import type { Db } from './database.ts'
import type { LeadRow } from './leads.ts'
import type { StageChangeTable } from './schema.ts'

export async function stageLogOf(db: Db, siteId: string, leadId: string): Promise<StageChangeTable[]> {
  return db
    .selectFrom('stage_change')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .orderBy('number', 'desc')
    .execute()
}

/**
 * Adds to a lead's log what its history now says. The log is facts: where a late event, a link or an undo changed what
 * had been written, a correction dated now is added; nothing is rewritten.
 * @param changes all changes of stage that follow from the history, oldest first
 */
export async function recordStages(
  tx: Db,
  { site_id, lead_id }: LeadRow,
  changes: readonly StageChange[],
  version: number,
  now: number,
): Promise<void> {
  const [last] = await stageLogOf(tx, site_id, lead_id)
  const logged: Stage = last?.stage ?? 'visitor'
  const fresh = changesSince(changes, logged, last?.at ?? Number.NEGATIVE_INFINITY, now)
  if (fresh.length === 0) return
  const rows = fresh.map((change, i) => ({ site_id, lead_id, number: (last?.number ?? 0) + 1 + i, ...change, version }))
  await tx.insertInto('stage_change').values(rows).execute()
}

function changesSince(changes: readonly StageChange[], logged: Stage, since: number, now: number): StageChange[] {
  const before = changes.filter(({ at }) => at <= since).at(-1)?.stage ?? 'visitor'
  if (before === logged) return changes.filter(({ at }) => at > since)
  const current = changes.at(-1)
  const stage = current?.stage ?? 'visitor'
  if (stage === logged) return []
  return [{ at: now, stage, cause: 'correction', rule: null, author: null, note: null }]
}
