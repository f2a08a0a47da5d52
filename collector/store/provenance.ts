/** Why a lead has the history that it has: which visitors belong to it, since when, and by which claim. */
import { sql } from 'kysely'
import { type Beyond, VISITORS_WITHIN } from '../domain/limits.ts'
import type { Db } from './database.ts'
import { emailsOf } from './map.ts'
import { filledUp } from './parts.ts'
import { isAfter, type Place } from './place.ts'

/** A visitor's link to a lead, as a person is shown it. */
export interface Provenance {
  visitorId: string
  email: string
  /** Of the claim. */
  eventId: string
  /** What the visitor did to claim the address first. */
  claim: 'form' | 'identify'
  form: string | null
  at: number
  receivedAt: number
  state: 'linked' | 'quarantined' | 'undone'
  /** Did the site's own server sign it (level 2), or does the browser only say so (level 1)? */
  signed: boolean
  beyond: Beyond | null
}

/** Newest first. @param leadIds a lead with an address and those merged into it, or an unknown visitor */
export async function findProvenance(
  db: Db,
  siteId: string,
  leadIds: readonly string[],
  after: Place | undefined,
  limit: number,
): Promise<Provenance[]> {
  const rows = await linksOf(db, siteId, leadIds)
    .innerJoin('claim', (join) =>
      join
        .onRef('claim.site_id', '=', 'link.site_id')
        .onRef('claim.visitor_id', '=', 'link.visitor_id')
        .onRef('claim.event_id', '=', 'link.event_id'),
    )
    .select(['link.visitor_id as visitorId', 'link.email', 'link.event_id as eventId'])
    .select(['claim.form', 'claim.at', 'link.received_at as receivedAt'])
    .select(['link.beyond', 'link.signed_at', 'link.unlinked_by', 'link.released_by'])
    .where(isAfter(sql.ref('link.received_at'), sql.ref('link.event_id'), after))
    .orderBy('link.received_at', 'desc')
    .orderBy('link.event_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ unlinked_by, released_by, signed_at, ...row }) => ({
    ...row,
    signed: signed_at !== null,
    claim: row.form === null ? 'identify' : 'form',
    state:
      unlinked_by !== null
        ? 'undone'
        : row.beyond !== null && released_by === null && signed_at === null
          ? 'quarantined'
          : 'linked',
  }))
}

/** How many links there are, and when those began of which some are beyond the limits: a week before the first of these. */
export async function countProvenance(db: Db, siteId: string, leadIds: readonly string[]) {
  const standing = linksOf(db, siteId, leadIds).where('link.unlinked_by', 'is', null)
  const quarantined = standing
    .where('link.beyond', 'is not', null)
    .where('link.released_by', 'is', null)
    .where('link.signed_at', 'is', null)
  const [all, undone, beyond] = [
    await sumUp(standing),
    await sumUp(linksOf(db, siteId, leadIds).where('link.unlinked_by', 'is not', null)),
    await sumUp(quarantined),
  ]
  const began = await sumUp(standing.where('link.received_at', '>', (beyond.firstAt ?? 0) - VISITORS_WITHIN))
  return {
    linked: all.links - beyond.links,
    quarantined: beyond.links,
    undone: undone.links,
    beganAt: beyond.firstAt === null ? null : began.firstAt,
  }
}

async function sumUp(query: ReturnType<typeof linksOf>): Promise<{ links: number; firstAt: number | null }> {
  const row = await query
    .select((select) => [select.fn.countAll().as('links'), select.fn.min('link.received_at').as('firstAt')])
    .executeTakeFirst()
  return { links: Number(row?.links ?? 0), firstAt: row?.firstAt == null ? null : Number(row.firstAt) }
}

function linksOf(db: Db, siteId: string, leadIds: readonly string[]) {
  return db
    .selectFrom('link')
    .where('link.site_id', '=', siteId)
    .where((where) =>
      where.or([
        where('link.email', 'in', emailsOf(db, siteId, leadIds)),
        where('link.visitor_id', 'in', filledUp(leadIds)),
      ]),
    )
}
