import { sql } from 'kysely'
import type { Stage } from '../domain/history.ts'
import type { Db } from './database.ts'
import { filledUp } from './parts.ts'
import type { LeadTable } from './schema.ts'
import { replaceWords, wordsOf } from './words.ts'

export type LeadRow = LeadTable

/** A standing to keep: a cache of `scoreLead`. */
export type StandingToSave = Omit<LeadTable, 'site_id' | 'lead_id' | 'email' | 'owner'>

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
export async function findDue(db: Db, now: number, limit: number): Promise<{ siteId: string; leadId: string }[]> {
  const rows = await db
    .selectFrom('lead')
    .select(['site_id', 'lead_id'])
    .where('next_change_at', '<=', now)
    .orderBy('next_change_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ siteId: row.site_id, leadId: row.lead_id }))
}

/**
 * Holds a lead that is due, by writing to it: others wait until the transaction ends. What is read afterwards is all
 * that was committed before, so that nothing is lost between two collectors.
 * @returns undefined if it is not due: another collector has seen to it
 */
export async function holdDueLead(tx: Db, siteId: string, leadId: string, now: number): Promise<LeadRow | undefined> {
  return tx
    .updateTable('lead')
    .set({ next_change_at: Number.MAX_SAFE_INTEGER })
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .where('next_change_at', '<=', now)
    .returningAll()
    .executeTakeFirst()
}

/** Its turn comes then, unless something happens before. */
export async function postponeLead(db: Db, siteId: string, leadId: string, until: number): Promise<void> {
  await db
    .updateTable('lead')
    .set({ next_change_at: until })
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .execute()
}

export async function saveStanding(tx: Db, before: LeadRow, standing: StandingToSave): Promise<void> {
  const { site_id, lead_id, email } = before
  await tx.updateTable('lead').set(standing).where('site_id', '=', site_id).where('lead_id', '=', lead_id).execute()
  await replaceWords(tx, before, wordsOf({ ...standing, email }))
}

/** A lead with nothing in it: its visitor turned out to be somebody, or its address was a typing mistake. */
export async function removeLead(tx: Db, lead: LeadRow): Promise<void> {
  await replaceWords(tx, lead, [])
  for (const table of ['stage_change', 'note', 'lead'] as const) {
    await tx.deleteFrom(table).where('site_id', '=', lead.site_id).where('lead_id', '=', lead.lead_id).execute()
  }
}

/** Which list a lead stands in: quarantined ones in one of their own, others in that of their stage. */
export type Shelf = Stage | 'quarantined'

export interface LeadFilter {
  siteId: string
  /** Absent: everyone worth ranking; in a search, everyone. */
  shelf?: Shelf
  owner?: string
  /** Only these: what a search found. */
  leadIds?: string[]
}

/** Where a page of the ranked list begins: after this lead. */
export interface RankedAfter {
  rank: number
  lastSeenAt: number
  leadId: string
}

/** Leads by rank, then last activity, then id, all descending: an index holds each list in this order. */
export async function findRanked(
  db: Db,
  { siteId, shelf, owner, leadIds }: LeadFilter,
  after: RankedAfter | undefined,
  limit: number,
): Promise<LeadRow[]> {
  if (leadIds?.length === 0) return []
  let query = db.selectFrom('lead').selectAll().where('site_id', '=', siteId)
  if (leadIds) query = query.where('lead_id', 'in', filledUp(leadIds))
  if (shelf) query = query.where('shelf', '=', shelf)
  else if (!leadIds) query = query.where('listed', '=', 1)
  if (owner !== undefined) query = query.where('owner', '=', owner)
  if (after) {
    const { rank, lastSeenAt, leadId } = after
    query = query.where(sql<boolean>`(rank, last_seen_at, lead_id) < (${rank}, ${lastSeenAt}, ${leadId})`)
  }
  return query.orderBy('rank', 'desc').orderBy('last_seen_at', 'desc').orderBy('lead_id', 'desc').limit(limit).execute()
}

export async function findLead(db: Db, siteId: string, leadId: string): Promise<LeadRow | undefined> {
  return db
    .selectFrom('lead')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .executeTakeFirst()
}

export async function findLeads(db: Db, siteId: string, leadIds: string[]): Promise<LeadRow[]> {
  return db
    .selectFrom('lead')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
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

export async function assignOwner(db: Db, siteId: string, leadId: string, owner: string | null): Promise<void> {
  await db.updateTable('lead').set({ owner }).where('site_id', '=', siteId).where('lead_id', '=', leadId).execute()
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
    stage: 'visitor',
    shelf: 'visitor',
    listed: 0,
    rank: 0,
    engagement: 0,
    fit: 0,
    spam: 0,
    why: '[]',
    version: 0,
    first_seen_at: now,
    last_seen_at: now,
    next_change_at: 0,
  }
}
