/**
 * Who has objected to being profiled. A user says it of a lead; whoever gives the lead's address later, after the lead is
 * gone too, has objected with it, as has whoever an unknown visitor turns out to be.
 */
import type { Edit } from '../domain/history.ts'
import { recordAudit } from './audit.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { markDue } from './leads.ts'
import { filledUp } from './parts.ts'

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

/** From now on the lead, which is marked as due by the caller, is not scored. */
export async function recordObjection(
  tx: Db,
  siteId: string,
  { lead_id, email }: { lead_id: string; email: string | null },
  { note, author, at }: Signature & { note: string | null },
): Promise<void> {
  const row = { site_id: siteId, objection_id: newId(at), lead_id, email, note, at, author }
  await tx
    .insertInto('objection')
    .values({ ...row, undone_at: null, undone_by: null })
    .execute()
  await recordAudit(tx, { actor: author, action: 'objection recorded', siteId, subject: lead_id }, at)
}

/** Takes back what this lead, and perhaps others, objected to. */
export async function undoObjection(
  tx: Db,
  siteId: string,
  leadId: string,
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
  await markDue(tx, siteId, await concernedBy(tx, siteId, undone), at)
  await recordAudit(tx, { actor: author, action: 'objection undone', siteId, subject: leadId }, at)
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

/** The leads that it is said of. */
async function concernedBy(
  db: Db,
  siteId: string,
  { lead_id, email }: { lead_id: string | null; email: string | null },
): Promise<string[]> {
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
