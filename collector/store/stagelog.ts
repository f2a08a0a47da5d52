import type { Edit, HistoryEvent, Stage } from '../domain/history.ts'
import type { Correction, StageChange } from '../domain/stage.ts'
import type { Db } from './database.ts'
import type { LeadTable, StageChangeTable } from './schema.ts'

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
 * @param rules the version that they follow from, and since when it counts: what it says of the time before is no fact
 */
export async function recordStages(
  tx: Db,
  { site_id, lead_id }: LeadTable,
  changes: readonly StageChange[],
  history: readonly HistoryEvent[],
  rules: { version: number; liveAt: number | null },
  now: number,
): Promise<void> {
  const [last] = await stageLogOf(tx, site_id, lead_id)
  const logged: Stage = last?.stage ?? 'visitor'
  // Of whom nothing is written nothing can be contradicted.
  const since = last ? Math.max(last.at, rules.liveAt ?? 0) : Number.NEGATIVE_INFINITY
  const corrected = { at: now, rule: null, note: null, ...correctionSince(history, last?.at ?? since) }
  await append(tx, site_id, lead_id, rules.version, last, changesSince(changes, logged, since, corrected))
}

/** New rules moved a lead, which must be held, to this stage. */
export async function recordRules(
  tx: Db,
  siteId: string,
  leadId: string,
  stage: Stage,
  rules: { version: number; liveAt: number | null },
): Promise<void> {
  const [last] = await stageLogOf(tx, siteId, leadId)
  if ((last?.stage ?? 'visitor') === stage) return
  const at = Math.max(rules.liveAt ?? 0, last?.at ?? 0)
  const change = { at, stage, cause: 'rules' as const, rule: null, author: null, note: null }
  await append(tx, siteId, leadId, rules.version, last, [change])
}

async function append(
  tx: Db,
  site_id: string,
  lead_id: string,
  version: number,
  last: StageChangeTable | undefined,
  fresh: StageChange[],
): Promise<void> {
  if (fresh.length === 0) return
  const rows = fresh.map((change, i) => ({ site_id, lead_id, number: (last?.number ?? 0) + 1 + i, ...change, version }))
  await tx.insertInto('stage_change').values(rows).execute()
}

function changesSince(
  changes: readonly StageChange[],
  logged: Stage,
  since: number,
  corrected: Omit<StageChange, 'stage'>,
): StageChange[] {
  const before = changes.filter(({ at }) => at <= since).at(-1)?.stage ?? 'visitor'
  if (before === logged) return changes.filter(({ at }) => at > since)
  const current = changes.at(-1)
  const stage = current?.stage ?? 'visitor'
  if (stage === logged) return []
  return [{ ...corrected, stage }]
}

/** Who has judged, told of an objection or taken back since the last entry, if anybody: that is what changed the past. */
function correctionSince(
  history: readonly HistoryEvent[],
  since: number,
): { cause: Correction; author: string | null } {
  const isWord = (event: HistoryEvent): event is Extract<Edit, { type: 'spam' | 'objection' | 'undo' }> =>
    event.type === 'spam' || event.type === 'objection' || event.type === 'undo'
  const word = history.filter(isWord).findLast(({ at }) => at >= since)
  if (!word) return { cause: 'correction', author: null }
  return { cause: word.type === 'spam' ? word.verdict : word.type, author: word.author }
}
