/** What visitors did since they were last seen to, and to which leads it belongs: read without the rest of their histories. */
import type { Deed } from '../domain/history.ts'
import type { Db } from './database.ts'
import { deedOf, type EventRow } from './history.ts'
import { holdVisitors } from './holding.ts'
import { forEachRow } from './many.ts'
import type { SpanTable, TouchTable } from './schema.ts'

/** A visitor with new events that no lead counts yet. */
export interface Touched {
  siteId: string
  visitorId: string
  touchIds: string[]
  /** When the earliest of its new events was. */
  sinceAt: number
  /** Is whose it is as it was? Else it takes `stitch`. */
  known: boolean
}

/**
 * Site by site, of each those who have waited for longest first.
 * @param after begins with the site after this one, and comes to it last
 * @param limit how many touches are read
 * @returns whom they touch, and the last site where there are more
 */
export async function findTouched(
  db: Db,
  after: string,
  limit: number,
  now: number,
): Promise<{ touched: Touched[]; last: string | null }> {
  const due = db.selectFrom('touch').selectAll().where('due_at', '<=', now).orderBy('site_id').orderBy('touch_id')
  const rows = await due.where('site_id', '>', after).limit(limit).execute()
  if (after !== '' && rows.length < limit) {
    const before = due.where('site_id', '<=', after).limit(limit - rows.length)
    rows.push(...(await before.execute()))
  }
  const byVisitor = new Map<string, Touched>()
  for (const { site_id, touch_id, visitor_id, claimed, since_at } of rows) {
    const key = `${site_id} ${visitor_id}`
    const known = byVisitor.get(key)
    const isKnown = claimed === 0 && since_at > 0
    if (known) {
      known.touchIds.push(touch_id)
      known.sinceAt = Math.min(known.sinceAt, since_at)
      known.known &&= isKnown
    } else {
      const touched = {
        siteId: site_id,
        visitorId: visitor_id,
        touchIds: [touch_id],
        sinceAt: since_at,
        known: isKnown,
      }
      byVisitor.set(key, touched)
    }
  }
  return { touched: [...byVisitor.values()], last: rows.length === limit ? (rows.at(-1)?.site_id ?? null) : null }
}

export interface FreshLead {
  siteId: string
  leadId: string
  fresh: Deed[]
}

/**
 * Takes the touches of visitors away, and gives the leads that their new events belong to. In a transaction.
 * @param touched in the order of their ids; only visitors of whom it is known whose they are
 */
export async function takeFresh(tx: Db, touched: readonly Touched[]): Promise<FreshLead[]> {
  const rows = touched.map(({ siteId, visitorId, sinceAt }) => {
    return { site_id: siteId, visitor_id: visitorId, since_at: sinceAt }
  })
  await holdVisitors(tx, rows)
  const taken = await takeTouches(
    tx,
    touched.flatMap(({ siteId, touchIds }) => touchIds.map((touch_id) => ({ site_id: siteId, touch_id }))),
  )
  // Another collector has seen to the others.
  const ids = new Set(taken.map(({ visitor_id }) => visitor_id))
  const left = rows.filter(({ visitor_id }) => ids.has(visitor_id))
  const spans = new Map<string, SpanTable[]>()
  for (const span of await findSpans(tx, left)) {
    const key = `${span.site_id} ${span.visitor_id}`
    spans.set(key, [...(spans.get(key) ?? []), span])
  }
  const leads = new Map<string, FreshLead>()
  for (const event of await findSince(tx, left)) {
    const leadId = leadAt(spans.get(`${event.site_id} ${event.visitor_id}`) ?? [], event)
    if (leadId === null) continue
    const key = `${event.site_id} ${leadId}`
    const lead = leads.get(key) ?? { siteId: event.site_id, leadId, fresh: [] }
    lead.fresh.push(deedOf(event))
    leads.set(key, lead)
  }
  return [...leads.values()]
}

/** The lead of an unknown visitor bears the visitor's id. @returns null where nobody counts it */
function leadAt(spans: SpanTable[], { at, visitor_id }: { at: number; visitor_id: string }): string | null {
  const span = spans.find(({ from_at, until_at }) => from_at <= at && at < until_at)
  if (span) return span.quarantined === 1 ? null : span.lead_id
  return spans.some(({ from_at }) => from_at <= at) ? null : visitor_id
}

const VISITOR = { site_id: 'text', visitor_id: 'text', since_at: 'bigint' } as const

const takeTouches = forEachRow<Pick<TouchTable, 'visitor_id'>, { site_id: 'text'; touch_id: 'text' }>(
  { site_id: 'text', touch_id: 'text' },
  'delete from touch where (site_id, touch_id) in (select site_id, touch_id from given) returning visitor_id',
)

const findSpans = forEachRow<SpanTable, typeof VISITOR>(
  VISITOR,
  `select span.* from given cross join span
    where span.site_id = given.site_id and span.visitor_id = given.visitor_id`,
)

const findSince = forEachRow<EventRow & { site_id: string }, typeof VISITOR>(
  VISITOR,
  `select event.site_id, event_id, type, at, event.visitor_id, page_id, body from given cross join event
    where event.site_id = given.site_id and event.visitor_id = given.visitor_id and at >= given.since_at
      and bot = 0 and type <> 'consent'`,
)
