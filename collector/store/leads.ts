import type { Db } from './database.ts'
import { forEachRow } from './many.ts'
import type { LeadTable } from './schema.ts'
import { forgetBookmarks } from './standings.ts'
import { replaceWords, wordsOf } from './words.ts'

/** What follows from a lead's history, whatever the rules. */
export type LeadToSave = Omit<LeadTable, 'site_id' | 'lead_id' | 'email' | 'owner'>

/** Holds the lead and marks it as due, so that nobody removes it for being empty before the history that is coming to it. */
export async function findOrCreateLead(
  tx: Db,
  siteId: string,
  email: string,
  newLeadId: string,
  now: number,
): Promise<string> {
  const { lead_id } = await tx
    .insertInto('lead')
    .values(newLead(siteId, newLeadId, email, now))
    .onConflict((conflict) => conflict.columns(['site_id', 'email']).doUpdateSet({ next_change_at: 0 }))
    .returning('lead_id')
    .executeTakeFirstOrThrow()
  return lead_id
}

/** Something happened to these leads: their standings are to be worked out again. Unknown ones are leads of unknown visitors. */
export async function markDue(tx: Db, siteId: string, leadIds: string[], now: number): Promise<void> {
  if (leadIds.length === 0) return
  await tx
    .insertInto('lead')
    .values([...leadIds].sort().map((leadId) => newLead(siteId, leadId, null, now)))
    .onConflict((conflict) => conflict.columns(['site_id', 'lead_id']).doUpdateSet({ next_change_at: 0 }))
    .execute()
}

/** Leads whose rank or stage is to change by now, longest due first. */
export async function findDue(
  db: Db,
  now: number,
  limit: number,
): Promise<{ siteId: string; leadId: string; dueAt: number }[]> {
  const rows = await db
    .selectFrom('lead')
    .select(['site_id', 'lead_id', 'next_change_at'])
    .where('next_change_at', '<=', now)
    .orderBy('next_change_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ siteId: row.site_id, leadId: row.lead_id, dueAt: row.next_change_at }))
}

/**
 * Holds leads that are due: others wait until the transaction ends. What is read afterwards is all that was committed
 * before, so that nothing is lost between two collectors.
 * @returns those that are still due: another collector has seen to the others
 */
export async function holdDueLeads(
  tx: Db,
  due: readonly { siteId: string; leadId: string }[],
  now: number,
): Promise<{ lead: LeadTable; fresh: [] }[]> {
  const held = await hold(tx, rowsOf(due))
  return held.filter(({ next_change_at }) => next_change_at <= now).map((lead) => ({ lead, fresh: [] }))
}

/** Holds leads, due or not. Those that are not there yet are made, as leads of unknown visitors. */
export async function holdOrCreateLeads(
  tx: Db,
  leads: readonly { siteId: string; leadId: string }[],
  now: number,
): Promise<LeadTable[]> {
  const rows = rowsOf(leads)
  const held = await hold(tx, rows)
  if (held.length === rows.length) return held
  const there = new Set(held.map(({ site_id, lead_id }) => `${site_id} ${lead_id}`))
  const missing = rows.filter(({ site_id, lead_id }) => !there.has(`${site_id} ${lead_id}`))
  const created = await create(
    tx,
    missing.map((row) => ({ ...row, now })),
  )
  return [...held, ...created]
}

/** Holds leads. @returns those that are still there */
export function holdLeads(tx: Db, siteId: string, leadIds: string[]): Promise<LeadTable[]> {
  return hold(tx, rowsOf(leadIds.map((leadId) => ({ siteId, leadId }))))
}

/** In the order of their ids, in which they are made, too: no two collectors ever wait for each other in a ring. */
function rowsOf(leads: readonly { siteId: string; leadId: string }[]) {
  const sorted = leads.toSorted((a, b) => (a.leadId < b.leadId ? -1 : 1))
  return sorted.map(({ siteId, leadId }) => ({ site_id: siteId, lead_id: leadId }))
}

const LEAD = { site_id: 'text', lead_id: 'text' } as const

const hold = forEachRow<LeadTable, typeof LEAD>(
  LEAD,
  'select lead.* from given join lead on lead.site_id = given.site_id and lead.lead_id = given.lead_id',
  'order by lead.lead_id for update of lead',
)

/** Something happened to those of these leads that are there. */
export const markThoseThereDue = forEachRow<never, typeof LEAD>(
  LEAD,
  `update lead set next_change_at = 0 from given
    where lead.site_id = given.site_id and lead.lead_id = given.lead_id`,
)

const create = forEachRow<LeadTable, typeof LEAD & { now: 'bigint' }>(
  { ...LEAD, now: 'bigint' },
  // Another collector may have been faster: then it is held here.
  `insert into lead (site_id, lead_id, version, first_seen_at, last_seen_at, next_change_at)
    select site_id, lead_id, 0, now, now, 0 from given where true
    on conflict (site_id, lead_id) do update set version = lead.version returning *`,
)

/** Its turn comes then, unless something happens before. */
export async function postponeLead(db: Db, siteId: string, leadId: string, until: number): Promise<void> {
  // What it fails at is still to be counted.
  await forgetBookmarks(db, siteId, leadId)
  await db
    .updateTable('lead')
    .set({ next_change_at: until })
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .execute()
}

/** Writes what follows from the histories of leads that are held. */
export async function saveLeads(tx: Db, leads: readonly { before: LeadTable; lead: LeadToSave }[]): Promise<void> {
  await save(
    tx,
    leads.map(({ before: { site_id, lead_id }, lead }) => ({ site_id, lead_id, ...lead })),
  )
  for (const { before, lead } of leads) {
    const isSame = before.version > 0 && before.name === lead.name && before.company === lead.company
    if (!isSame) await replaceWords(tx, before, wordsOf({ ...lead, email: before.email }))
  }
}

const save = forEachRow<never, Record<'site_id' | 'lead_id' | 'name' | 'company', 'text'> & Record<Numbers, 'bigint'>>(
  {
    ...{ site_id: 'text', lead_id: 'text', name: 'text', company: 'text', version: 'bigint' },
    ...{ objected: 'bigint', first_seen_at: 'bigint', last_seen_at: 'bigint', next_change_at: 'bigint' },
  },
  `update lead set name = given.name, company = given.company, objected = given.objected, version = given.version,
    first_seen_at = given.first_seen_at, last_seen_at = given.last_seen_at, next_change_at = given.next_change_at
    from given where lead.site_id = given.site_id and lead.lead_id = given.lead_id`,
)
type Numbers = 'objected' | 'version' | 'first_seen_at' | 'last_seen_at' | 'next_change_at'

/** A lead with nothing in it: its visitor turned out to be somebody, or its address was a typing mistake. */
export async function removeLead(tx: Db, lead: LeadTable): Promise<void> {
  await hideLead(tx, lead)
  for (const table of ['stage_change', 'note', 'lead'] as const) {
    await tx.deleteFrom(table).where('site_id', '=', lead.site_id).where('lead_id', '=', lead.lead_id).execute()
  }
}

/** A lead that counts as part of another: in no list, and found by nothing of its own. */
export async function hideLead(tx: Db, lead: LeadTable): Promise<void> {
  await replaceWords(tx, lead, [])
  await tx.deleteFrom('standing').where('site_id', '=', lead.site_id).where('lead_id', '=', lead.lead_id).execute()
  // Should it be on its own again, it is as though it had never been worked out.
  await tx
    .updateTable('lead')
    .set({ version: 0, next_change_at: Number.MAX_SAFE_INTEGER })
    .where('site_id', '=', lead.site_id)
    .where('lead_id', '=', lead.lead_id)
    .execute()
}

/** The lead that a visitor turned out to be, the latest if there were several. */
export async function findLeadOfVisitor(db: Db, siteId: string, visitorId: string): Promise<string | undefined> {
  const span = await db
    .selectFrom('span')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .orderBy('from_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return span?.lead_id
}

export async function assignOwner(tx: Db, siteId: string, leadId: string, owner: string | null): Promise<void> {
  for (const table of ['lead', 'standing'] as const) {
    await tx.updateTable(table).set({ owner }).where('site_id', '=', siteId).where('lead_id', '=', leadId).execute()
  }
}

/** A lead that nothing is known of yet; due at once. */
function newLead(siteId: string, leadId: string, email: string | null, now: number): LeadTable {
  return {
    site_id: siteId,
    lead_id: leadId,
    email,
    name: null,
    company: null,
    owner: null,
    objected: 0,
    version: 0,
    first_seen_at: now,
    last_seen_at: now,
    next_change_at: 0,
  }
}
