/**
 * Who has objected to being profiled. A user says it of a lead; whoever gives the lead's address later, after the lead is
 * gone too, has objected with it, as has whoever an unknown visitor turns out to be.
 */
import { sql } from 'kysely'
import type { Edit } from '../domain/history.ts'
import { recordAudit } from './audit.ts'
import type { Db } from './database.ts'
import { holdLeadRows } from './holding.ts'
import { newId } from './id.ts'
import { markDue, markThoseThereDue } from './leads.ts'
import { mergedInto } from './merges.ts'
import { filledUp } from './parts.ts'
import type { ObjectionTable, RecountTable } from './schema.ts'

type Whom = Pick<ObjectionTable, 'lead_id' | 'email'>

interface Signature {
  author: string
  at: number
}

/** What these leads objected to, and took back, as parts of their histories. */
export async function findObjections(
  db: Db,
  siteId: string,
  leadIds: readonly string[],
): Promise<{ leadId: string; edit: Edit }[]> {
  const ids = filledUp(leadIds)
  const objections = db
    .selectFrom('objection')
    .select(['objection_id', 'note', 'at', 'author', 'undone_at', 'undone_by'])
    .where('objection.site_id', '=', siteId)
  const byLead = objections.select('objection.lead_id as of').where('objection.lead_id', 'in', ids)
  const byAddress = objections
    .innerJoin('lead', (join) =>
      join.onRef('lead.site_id', '=', 'objection.site_id').onRef('lead.email', '=', 'objection.email'),
    )
    .select('lead.lead_id as of')
    .where('lead.lead_id', 'in', ids)
  const byBrowser = objections
    .innerJoin('span', (join) =>
      join.onRef('span.site_id', '=', 'objection.site_id').onRef('span.visitor_id', '=', 'objection.lead_id'),
    )
    .select('span.lead_id as of')
    .where('span.lead_id', 'in', ids)
    // Of a browser that nobody believes to be theirs, nothing counts.
    .where('span.quarantined', '=', 0)
  const rows = await byLead.union(byAddress).union(byBrowser).execute()
  return rows.flatMap(({ of, objection_id, note, at, author, undone_at, undone_by }) => {
    const leadId = of ?? ''
    const objection = { leadId, edit: { type: 'objection' as const, id: objection_id, at, author, note } }
    if (undone_at === null) return [objection]
    const undo = { id: `${objection_id} undone`, at: undone_at, author: undone_by ?? '', of: objection_id }
    return [objection, { leadId, edit: { type: 'undo' as const, ...undo } }]
  })
}

/** Holds those of whom it is said: before anything is written. */
export async function holdConcerned(tx: Db, siteId: string, whom: Whom): Promise<void> {
  const leadIds = await concernedBy(tx, siteId, whom)
  await holdLeadRows(
    tx,
    leadIds.map((lead_id) => ({ site_id: siteId, lead_id })),
  )
}

/**
 * From now on whom it is said of is not scored.
 * @param whom a lead, with its address if it has one; or whoever has the address
 * @returns its id
 */
export async function recordObjection(
  tx: Db,
  siteId: string,
  whom: Whom,
  { note, author, at }: Signature & { note: string | null },
): Promise<string> {
  await holdConcerned(tx, siteId, whom)
  const id = newId(at)
  await insertObjection(tx, siteId, whom, { id, note, at, author })
  const leadIds = await tellLeads(tx, siteId, id, whom, 'objection recorded', { author, at })
  if (leadIds.length === 0) return id
  // Until they are worked out anew, nothing of what they were worth is told.
  await tx
    .updateTable('lead')
    .set({ objected: 1 })
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .execute()
  return id
}

/** What was recorded or taken back, of which it is still to be found whom it concerns by now. */
export function findRecounts(db: Db): Promise<RecountTable[]> {
  return db.selectFrom('recount').selectAll().orderBy('site_id').orderBy('recount_id').limit(MOST_RECOUNTS).execute()
}

const MOST_RECOUNTS = 1000

/**
 * A lead made while an objection by its address was recorded, or taken back, may have been counted without knowing. So those
 * concerned are looked for once more as soon as that is committed; should the process die first, by whoever comes next.
 */
export async function recountObjectors(tx: Db, recounts: readonly RecountTable[]): Promise<void> {
  const concerned: { site_id: string; lead_id: string }[] = []
  for (const { site_id, objection_id } of recounts) {
    const said = await whomOf(tx, site_id, objection_id)
    // Erased meanwhile, it concerns nobody.
    const leadIds = said ? await concernedBy(tx, site_id, said) : []
    concerned.push(...leadIds.map((lead_id) => ({ site_id, lead_id })))
  }
  await holdLeadRows(tx, concerned)
  await markThoseThereDue(tx, concerned)
  for (const { site_id, recount_id } of recounts) {
    await tx.deleteFrom('recount').where('site_id', '=', site_id).where('recount_id', '=', recount_id).execute()
  }
}

function whomOf(tx: Db, siteId: string, objectionId: string): Promise<Whom | undefined> {
  return tx
    .selectFrom('objection')
    .select(['lead_id', 'email'])
    .where('site_id', '=', siteId)
    .where('objection_id', '=', objectionId)
    .executeTakeFirst()
}

/** Takes an objection back. What asked for it waits again. */
export async function undoObjection(
  tx: Db,
  siteId: string,
  objectionId: string,
  { author, at }: Signature,
): Promise<void> {
  const said = await whomOf(tx, siteId, objectionId)
  if (!said) return
  await holdConcerned(tx, siteId, said)
  await tx
    .updateTable('opt_out')
    .set({ answer: null, answered_at: null, answered_by: null, objection_id: null })
    .where('site_id', '=', siteId)
    .where('objection_id', '=', objectionId)
    .execute()
  const undone = await tx
    .updateTable('objection')
    .set({ undone_at: at, undone_by: author })
    .where('site_id', '=', siteId)
    .where('objection_id', '=', objectionId)
    .where('undone_at', 'is', null)
    .returning(['lead_id', 'email'])
    .executeTakeFirst()
  if (undone) await tellLeads(tx, siteId, objectionId, undone, 'objection undone', { author, at })
}

/** Deletes what was taken back and is nobody's. @returns how many */
export async function purgeObjections(tx: Db, siteId: string, before: number, limit: number): Promise<number> {
  const owner = tx
    .selectFrom('lead')
    .select('lead_id')
    .where(
      sql<boolean>`lead.site_id = objection.site_id and (lead.lead_id = objection.lead_id or lead.email = objection.email)`,
    )
  const old = tx
    .selectFrom('objection')
    .select('objection_id')
    .where('site_id', '=', siteId)
    .where('undone_at', '<', before)
    .where((where) => where.not(where.exists(owner)))
    .limit(limit)
  const deleted = await tx
    .deleteFrom('objection')
    .where('site_id', '=', siteId)
    .where('objection_id', 'in', old)
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

/** Writes it down, and tells nobody. */
export async function insertObjection(
  tx: Db,
  siteId: string,
  whom: Whom,
  { id, ...said }: Signature & { id: string; note: string | null },
): Promise<void> {
  const { lead_id, email } = whom
  await tx
    .insertInto('objection')
    .values({ site_id: siteId, objection_id: id, lead_id, email, ...said, undone_at: null, undone_by: null })
    .execute()
}

/**
 * Those that it is said of are worked out anew; the audit log names the first of them, never an address.
 * @returns their ids
 */
async function tellLeads(
  tx: Db,
  siteId: string,
  objectionId: string,
  whom: Whom,
  action: 'objection recorded' | 'objection undone',
  { author, at }: Signature,
): Promise<string[]> {
  const leadIds = await concernedBy(tx, siteId, whom)
  await markDue(tx, siteId, leadIds, at)
  const mark = { site_id: siteId, recount_id: newId(at), objection_id: objectionId }
  await tx.insertInto('recount').values(mark).execute()
  await recordAudit(tx, { actor: author, action, siteId, subject: whom.lead_id ?? leadIds[0] }, at)
  return leadIds
}

/** Leads of whom it is said; after them those that one of them counts as part of. */
async function concernedBy(db: Db, siteId: string, { lead_id, email }: Whom): Promise<string[]> {
  const leads = db.selectFrom('lead').select('lead_id').where('site_id', '=', siteId)
  const byLead = leads.where('lead_id', '=', lead_id)
  const byAddress = leads.where('email', '=', email)
  const byBrowser = db
    .selectFrom('span')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', lead_id)
    .where('quarantined', '=', 0)
  const rows = await byLead.union(byAddress).union(byBrowser).execute()
  const leadIds = new Set(rows.map((row) => row.lead_id))
  for (const id of [...leadIds]) {
    const root = await mergedInto(db, siteId, id)
    if (root !== undefined) leadIds.add(root)
  }
  return [...leadIds]
}
