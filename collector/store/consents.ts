/** What the visitors of a lead said to being followed: the proof that they consented, or that they refused. */
import { sql } from 'kysely'
import type { ConsentEvent } from '../../tracker/protocol.ts'
import type { Db } from './database.ts'
import { filledUp } from './parts.ts'
import { isAfter, type Place } from './place.ts'

export interface ConsentSaid {
  id: string
  visitorId: string
  at: number
  choice: ConsentEvent['choice']
  /** Which version of which text they were shown, and by which tool. */
  text: string | null
  tool: string | null
  proof: string | null
}

/**
 * Newest first: while a browser was theirs, and before it was anybody's. What somebody else said in it is theirs.
 * @param leadIds a lead and those merged into it, or an unknown visitor
 */
export async function findConsentsOf(
  db: Db,
  siteId: string,
  leadIds: readonly string[],
  after: Place | undefined,
  limit: number,
): Promise<ConsentSaid[]> {
  const ids = filledUp(leadIds)
  const theirs = db
    .selectFrom('span')
    .select('visitor_id')
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', ids)
    .where('quarantined', '=', 0)
  const others = db
    .selectFrom('span')
    .select('visitor_id')
    .where(sql<boolean>`span.site_id = event.site_id and span.visitor_id = event.visitor_id`)
    .where(sql<boolean>`span.from_at <= event.at and event.at < span.until_at`)
    .where('lead_id', 'not in', ids)
  const rows = await db
    .selectFrom('event')
    .select(['event_id', 'visitor_id', 'at', 'body'])
    .where('site_id', '=', siteId)
    .where((where) => where.or([where('visitor_id', 'in', theirs), where('visitor_id', 'in', ids)]))
    .where('type', '=', 'consent')
    .where((where) => where.not(where.exists(others)))
    .where(isAfter(sql.ref('at'), sql.ref('event_id'), after))
    .orderBy('at', 'desc')
    .orderBy('event_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ event_id, visitor_id, at, body }) => {
    const { choice, text = null, tool = null, proof = null } = JSON.parse(body) as Omit<ConsentEvent, 'id' | 'at'>
    return { id: event_id, visitorId: visitor_id, at, choice, text, tool, proof }
  })
}
