/** Leads with what they are worth, as lists and pages show them. */
import { sql } from 'kysely'
import type { Shelf } from '../domain/shelf.ts'
import type { Db } from './database.ts'
import { filledUp } from './parts.ts'
import type { LeadTable, StandingTable } from './schema.ts'
import { liveVersion } from './standings.ts'

/** A lead, and what it is worth by the live version. */
export type LeadRow = LeadTable & Omit<StandingTable, 'owner' | 'last_seen_at' | 'next_change_at' | 'bookmark'>

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
  filter: LeadFilter,
  after: RankedAfter | undefined,
  limit: number,
): Promise<LeadRow[]> {
  if (filter.leadIds?.length === 0) return []
  let query = filtered(db, filter)
  if (after) {
    const { rank, lastSeenAt, leadId } = after
    const place = sql`(standing.rank, standing.last_seen_at, standing.lead_id)`
    query = query.where(sql<boolean>`${place} < (${rank}, ${lastSeenAt}, ${leadId})`)
  }
  return query
    .orderBy('standing.rank', 'desc')
    .orderBy('standing.last_seen_at', 'desc')
    .orderBy('standing.lead_id', 'desc')
    .limit(limit)
    .execute()
}

/**
 * The same leads by id, after this one: an order in which nobody moves, so that whoever reads them page by page sees each
 * once, whatever happens meanwhile.
 */
export async function findAllLeads(db: Db, filter: LeadFilter, after: string, limit: number): Promise<LeadRow[]> {
  if (filter.leadIds?.length === 0) return []
  return filtered(db, filter).where('standing.lead_id', '>', after).orderBy('standing.lead_id').limit(limit).execute()
}

export async function findLead(db: Db, siteId: string, leadId: string): Promise<LeadRow | undefined> {
  return rowsOf(db, siteId).where('standing.lead_id', '=', leadId).executeTakeFirst()
}

export async function findLeads(db: Db, siteId: string, leadIds: string[]): Promise<LeadRow[]> {
  return rowsOf(db, siteId).where('standing.lead_id', 'in', filledUp(leadIds)).execute()
}

function filtered(db: Db, { siteId, shelf, owner, leadIds }: LeadFilter) {
  let query = rowsOf(db, siteId)
  if (leadIds) query = query.where('standing.lead_id', 'in', filledUp(leadIds))
  if (shelf) query = query.where('standing.shelf', '=', shelf)
  else if (!leadIds) query = query.where('standing.listed', '=', sql.lit(1))
  if (owner !== undefined) query = query.where('standing.owner', '=', owner)
  return query
}

/** Leads with what they are worth by the live version; none that was never worked out. */
function rowsOf(db: Db, siteId: string) {
  return db
    .selectFrom('standing')
    .innerJoin('lead', (join) =>
      join.onRef('lead.site_id', '=', 'standing.site_id').onRef('lead.lead_id', '=', 'standing.lead_id'),
    )
    .selectAll('lead')
    .select(['standing.version', 'standing.stage', 'standing.shelf', 'standing.listed', 'standing.rank'])
    .select(['standing.engagement', 'standing.fit', 'standing.spam', 'standing.why'])
    .where('standing.site_id', '=', siteId)
    .where('standing.version', '=', liveVersion(db, siteId))
}
