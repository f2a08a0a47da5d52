/** The histories of many leads at a time, in the order of their ids: what a whole site is worked out from. */
import type { Deed, Edit, HistoryEvent } from '../domain/history.ts'
import { joined } from '../domain/submission.ts'
import type { Db } from './database.ts'
import { deedOf, editOf, inHistory, withAddress, withoutAddress } from './history.ts'
import { newId } from './id.ts'
import { findMerged, isOnItsOwn } from './merges.ts'
import { findObjections } from './objections.ts'
import { filledUp } from './parts.ts'
import type { LeadTable } from './schema.ts'
import { liveVersion } from './standings.ts'

const DAY = 24 * 60 * 60 * 1000

export interface LeadHistory {
  lead: Pick<LeadTable, 'lead_id' | 'email' | 'name' | 'company' | 'first_seen_at' | 'last_seen_at'>
  /** In order. */
  history: HistoryEvent[]
}

/** Reads all of them: not for a thread that others wait for. */
export async function countLeadsOf(db: Db, siteId: string): Promise<number> {
  const { leads } = await db
    .selectFrom('lead')
    .select((select) => select.fn.countAll().as('leads'))
    .where('site_id', '=', siteId)
    .executeTakeFirstOrThrow()
  return Number(leads)
}

/** The ids of the leads that follow this one, up to another; null: to the last one. */
export async function findPart(
  db: Db,
  siteId: string,
  after: string,
  until: string | null,
  limit: number,
): Promise<string[]> {
  let query = db.selectFrom('lead').select('lead_id').where('site_id', '=', siteId).where('lead_id', '>', after)
  if (until !== null) query = query.where('lead_id', '<=', until)
  const rows = await query.where(isOnItsOwn).orderBy('lead_id').limit(limit).execute()
  return rows.map(({ lead_id }) => lead_id)
}

/** Of these leads those that are more than visitors: no rules make a visitor of them, nor them of a visitor. */
export async function withoutVisitors(db: Db, siteId: string, leadIds: string[]): Promise<string[]> {
  const visitors = await db
    .selectFrom('standing')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .where('version', '=', liveVersion(db, siteId))
    .where('stage', '=', 'visitor')
    .execute()
  const ids = new Set(visitors.map(({ lead_id }) => lead_id))
  return leadIds.filter((id) => !ids.has(id))
}

/** The newest events of everybody, as their ids tell, which are made in browsers: of those from the future nothing is known. */
export async function findNewest(db: Db, siteId: string, limit: number, now: number): Promise<Deed[]> {
  const rows = await db
    .selectFrom('event')
    .select(['event_id', 'type', 'at', 'visitor_id', 'page_id', 'body', 'bot'])
    .where('site_id', '=', siteId)
    .where('event_id', '<', newId(now + DAY))
    .orderBy('event_id', 'desc')
    .limit(limit)
    .execute()
  return joined(rows.filter(({ bot, type }) => bot === 0 && type !== 'consent').map(deedOf))
}

export async function findHistories(db: Db, siteId: string, leadIds: string[]): Promise<LeadHistory[]> {
  const { leads, roots, known, unknown, edited, objections } = await findHistoryRows(db, siteId, leadIds)
  const byId = new Map<string, LeadHistory>(leads.map((lead) => [lead.lead_id, { lead, history: [] }]))
  const add = (leadId: string, event: Deed | Edit) => byId.get(leadId)?.history.push(event)
  const rootOf = (leadId: string) => roots.get(leadId) ?? leadId
  for (const row of known) {
    const root = rootOf(row.lead_id)
    add(root, withAddress(deedOf(row), byId.get(root)?.lead.email ?? ''))
  }
  for (const row of unknown) add(row.visitor_id, withoutAddress(deedOf(row)))
  for (const row of edited) add(rootOf(row.lead_id), editOf(row))
  for (const { leadId, edit } of objections) add(rootOf(leadId), edit)
  for (const each of byId.values()) each.history = inHistory(each.history)
  return [...byId.values()]
}

/** What histories are made of, as it is stored. */
export async function findHistoryRows(db: Db, siteId: string, leadIds: string[]) {
  if (leadIds.length === 0) {
    return { leads: [], roots: new Map<string, string>(), known: [], unknown: [], edited: [], objections: [] }
  }
  const leads = await db
    .selectFrom('lead')
    .select(['lead_id', 'email', 'name', 'company', 'first_seen_at', 'last_seen_at'])
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .orderBy('lead_id')
    .execute()
  const idsOf = (isKnown: boolean) =>
    filledUp(leads.filter(({ email }) => (email !== null) === isKnown).map(({ lead_id }) => lead_id))
  const [alone, unknown] = [idsOf(true), idsOf(false)]
  const roots = await findMerged(db, siteId, alone)
  const known = filledUp([...new Set(alone), ...roots.keys()])
  return {
    leads,
    roots,
    known: known.length > 0 ? await deedsInSpans(db, siteId, known) : [],
    unknown: unknown.length > 0 ? await deedsBeforeSpans(db, siteId, unknown) : [],
    edited: await edits(db, siteId, [...leadIds, ...roots.keys()]),
    objections: await findObjections(db, siteId, [...leadIds, ...roots.keys()]),
  }
}

function deedsInSpans(db: Db, siteId: string, leadIds: string[]) {
  return db
    .selectFrom('span')
    .innerJoin('event', (join) =>
      join
        .onRef('event.site_id', '=', 'span.site_id')
        .onRef('event.visitor_id', '=', 'span.visitor_id')
        .onRef('event.at', '>=', 'span.from_at')
        .onRef('event.at', '<', 'span.until_at'),
    )
    .select([
      'event.event_id',
      'event.type',
      'event.at',
      'event.visitor_id',
      'event.page_id',
      'event.body',
      'span.lead_id',
    ])
    .where('span.site_id', '=', siteId)
    .where('span.lead_id', 'in', leadIds)
    .where('span.quarantined', '=', 0)
    .where('event.bot', '=', 0)
    .where('event.type', '!=', 'consent')
    .execute()
}

/** The lead of an unknown visitor bears the visitor's id. */
function deedsBeforeSpans(db: Db, siteId: string, visitorIds: string[]) {
  return db
    .selectFrom('event')
    .select(['event_id', 'type', 'at', 'visitor_id', 'page_id', 'body'])
    .where('site_id', '=', siteId)
    .where('visitor_id', 'in', visitorIds)
    .where('bot', '=', 0)
    .where('type', '!=', 'consent')
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

function edits(db: Db, siteId: string, leadIds: string[]) {
  return db
    .selectFrom('edit')
    .select(['lead_id', 'edit_id', 'type', 'at', 'author', 'body'])
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .execute()
}
