/**
 * Who has objected to being profiled. A user says it of a lead; whoever gives the lead's address later, after the lead is
 * gone too, has objected with it, as has whoever an unknown visitor turns out to be.
 */
import { sql } from 'kysely'
import type { Edit } from '../domain/history.ts'
import { recordAudit } from './audit.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { markDue } from './leads.ts'
import { filledUp } from './parts.ts'
import type { ObjectionTable } from './schema.ts'

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
  const rows = await byLead.union(byAddress).union(byBrowser).execute()
  return rows.flatMap(({ of, objection_id, note, at, author, undone_at, undone_by }) => {
    const leadId = of ?? ''
    const objection = { leadId, edit: { type: 'objection' as const, id: objection_id, at, author, note } }
    if (undone_at === null) return [objection]
    const undo = { id: `${objection_id} undone`, at: undone_at, author: undone_by ?? '', of: objection_id }
    return [objection, { leadId, edit: { type: 'undo' as const, ...undo } }]
  })
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
  const { lead_id, email } = whom
  const id = newId(at)
  const row = { site_id: siteId, objection_id: id, lead_id, email, note, at, author }
  await tx
    .insertInto('objection')
    .values({ ...row, undone_at: null, undone_by: null })
    .execute()
  await tellLeads(tx, siteId, whom, 'objection recorded', { author, at })
  return id
}

/** Takes an objection back. What asked for it waits again. */
export async function undoObjection(
  tx: Db,
  siteId: string,
  objectionId: string,
  { author, at }: Signature,
): Promise<void> {
  const undone = await tx
    .updateTable('objection')
    .set({ undone_at: at, undone_by: author })
    .where('site_id', '=', siteId)
    .where('objection_id', '=', objectionId)
    .where('undone_at', 'is', null)
    .returning(['lead_id', 'email'])
    .executeTakeFirst()
  if (!undone) return
  await tx
    .updateTable('opt_out')
    .set({ answer: null, answered_at: null, answered_by: null, objection_id: null })
    .where('site_id', '=', siteId)
    .where('objection_id', '=', objectionId)
    .execute()
  await tellLeads(tx, siteId, undone, 'objection undone', { author, at })
}

/** Deletes what was taken back and is nobody's. @returns how many */
export async function purgeObjections(tx: Db, siteId: string, before: number): Promise<number> {
  const owner = tx
    .selectFrom('lead')
    .select('lead_id')
    .where(
      sql<boolean>`lead.site_id = objection.site_id and (lead.lead_id = objection.lead_id or lead.email = objection.email)`,
    )
  const deleted = await tx
    .deleteFrom('objection')
    .where('site_id', '=', siteId)
    .where('undone_at', '<', before)
    .where((where) => where.not(where.exists(owner)))
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

/** Who objected, and did not take it back, still does when the lead goes: by the address alone. */
export async function outliveLead(tx: Db, siteId: string, leadId: string): Promise<void> {
  await tx
    .updateTable('objection')
    .set({ lead_id: null })
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .where('email', 'is not', null)
    .where('undone_at', 'is', null)
    .execute()
}

/** Those that it is said of are worked out anew; the audit log names the first of them, never an address. */
async function tellLeads(
  tx: Db,
  siteId: string,
  whom: Whom,
  action: 'objection recorded' | 'objection undone',
  { author, at }: Signature,
): Promise<void> {
  const leadIds = await concernedBy(tx, siteId, whom)
  await markDue(tx, siteId, leadIds, at)
  await recordAudit(tx, { actor: author, action, siteId, subject: whom.lead_id ?? leadIds[0] }, at)
}

async function concernedBy(db: Db, siteId: string, { lead_id, email }: Whom): Promise<string[]> {
  const leads = db.selectFrom('lead').select('lead_id').where('site_id', '=', siteId)
  const byLead = leads.where('lead_id', '=', lead_id)
  const byAddress = leads.where('email', '=', email)
  const byBrowser = db
    .selectFrom('span')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', lead_id)
  const rows = await byLead.union(byAddress).union(byBrowser).execute()
  return rows.map((row) => row.lead_id)
}
