/** The histories of many leads at a time, in the order of their ids: what a whole site is worked out from. */
import { type Deed, type Edit, type HistoryEvent, inOrder } from '../domain/history.ts'
import type { Db } from './database.ts'
import { deedOf, editOf, withAddress } from './history.ts'
import type { LeadTable } from './schema.ts'

export interface LeadHistory {
  lead: Pick<LeadTable, 'lead_id' | 'email' | 'name' | 'company' | 'last_seen_at'>
  /** In order. */
  history: HistoryEvent[]
}

/** The id of the `limit`th lead after this one, or of the last one; undefined if none comes after it. */
export async function findEndOfPart(
  db: Db,
  siteId: string,
  after: string,
  until: string | null,
  limit: number,
): Promise<string | undefined> {
  let query = db.selectFrom('lead').select('lead_id').where('site_id', '=', siteId).where('lead_id', '>', after)
  if (until !== null) query = query.where('lead_id', '<=', until)
  const rows = await query.orderBy('lead_id').limit(limit).execute()
  return rows.at(-1)?.lead_id
}

/** All leads with an id after `after` up to `to`. */
export async function findHistories(db: Db, siteId: string, after: string, to: string): Promise<LeadHistory[]> {
  const { leads, known, unknown, edited } = await findHistoryRows(db, siteId, after, to)
  const byId = new Map<string, LeadHistory>(leads.map((lead) => [lead.lead_id, { lead, history: [] }]))
  const add = (leadId: string, event: Deed | Edit) => byId.get(leadId)?.history.push(event)
  for (const row of known) add(row.lead_id, withAddress(deedOf(row), byId.get(row.lead_id)?.lead.email ?? ''))
  for (const row of unknown) add(row.visitor_id, deedOf(row))
  for (const row of edited) add(row.lead_id, editOf(row))
  for (const { history } of byId.values()) history.sort(inOrder)
  return [...byId.values()]
}

/** What histories are made of, as it is stored. */
export async function findHistoryRows(db: Db, siteId: string, after: string, to: string) {
  const leads = await db
    .selectFrom('lead')
    .select(['lead_id', 'email', 'name', 'company', 'last_seen_at'])
    .where('site_id', '=', siteId)
    .where('lead_id', '>', after)
    .where('lead_id', '<=', to)
    .orderBy('lead_id')
    .execute()
  return {
    leads,
    known: await deedsInSpans(db, siteId, after, to),
    unknown: await deedsBeforeSpans(db, siteId, after, to),
    edited: await edits(db, siteId, after, to),
  }
}

function deedsInSpans(db: Db, siteId: string, after: string, to: string) {
  return db
    .selectFrom('lead')
    .innerJoin('span', (join) =>
      join.onRef('span.site_id', '=', 'lead.site_id').onRef('span.lead_id', '=', 'lead.lead_id'),
    )
    .innerJoin('event', (join) =>
      join
        .onRef('event.site_id', '=', 'span.site_id')
        .onRef('event.visitor_id', '=', 'span.visitor_id')
        .onRef('event.at', '>=', 'span.from_at')
        .onRef('event.at', '<', 'span.until_at'),
    )
    .select(['event.event_id', 'event.type', 'event.at', 'event.visitor_id', 'event.body', 'lead.lead_id'])
    .where('lead.site_id', '=', siteId)
    .where('lead.lead_id', '>', after)
    .where('lead.lead_id', '<=', to)
    .where('lead.email', 'is not', null)
    .where('event.bot', '=', 0)
    .where('event.type', '!=', 'consent')
    .execute()
}

function deedsBeforeSpans(db: Db, siteId: string, after: string, to: string) {
  return db
    .selectFrom('lead')
    .innerJoin('event', (join) =>
      join.onRef('event.site_id', '=', 'lead.site_id').onRef('event.visitor_id', '=', 'lead.lead_id'),
    )
    .select(['event.event_id', 'event.type', 'event.at', 'event.visitor_id', 'event.body'])
    .where('lead.site_id', '=', siteId)
    .where('lead.lead_id', '>', after)
    .where('lead.lead_id', '<=', to)
    .where('lead.email', 'is', null)
    .where('event.bot', '=', 0)
    .where('event.type', '!=', 'consent')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('span')
            .select('span.visitor_id')
            .whereRef('span.site_id', '=', 'event.site_id')
            .whereRef('span.visitor_id', '=', 'event.visitor_id')
            .whereRef('span.from_at', '<=', 'event.at'),
        ),
      ),
    )
    .execute()
}

function edits(db: Db, siteId: string, after: string, to: string) {
  return db
    .selectFrom('edit')
    .select(['lead_id', 'edit_id', 'type', 'at', 'author', 'body'])
    .where('site_id', '=', siteId)
    .where('lead_id', '>', after)
    .where('lead_id', '<=', to)
    .execute()
}
