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

/** Touches that are added at once to those found: where more came, the rest is found again. */
const MOST_LATER = 1000

/** Who was touched, and how far the touches have been read. */
export interface Found {
  /** By site and visitor. */
  touched: Map<string, Touched>
  /** By site, the latest touch that was read. */
  latest: Map<string, string>
  /** The last site, where there are more. */
  last: string | null
}

/**
 * Site by site, of each those who have waited for longest first.
 * @param after begins with the site after this one, and comes to it last
 * @param limit how many touches are read
 */
export async function findTouched(db: Db, after: string, limit: number, now: number): Promise<Found> {
  const due = db.selectFrom('touch').selectAll().where('due_at', '<=', now).orderBy('site_id').orderBy('touch_id')
  const rows = await due.where('site_id', '>', after).limit(limit).execute()
  if (after !== '' && rows.length < limit) {
    const before = due.where('site_id', '<=', after).limit(limit - rows.length)
    rows.push(...(await before.execute()))
  }
  const found: Found = { touched: new Map(), latest: new Map(), last: null }
  for (const row of rows) {
    const { site_id: siteId, visitor_id: visitorId, since_at: sinceAt } = row
    const key = keyOf(row)
    if (!found.touched.has(key)) found.touched.set(key, { siteId, visitorId, touchIds: [], sinceAt, known: true })
    add(found, row)
  }
  if (rows.length === limit) found.last = rows.at(-1)?.site_id ?? null
  return found
}

/**
 * Adds what touched visitors since they were found, of sites of which some are about to be counted. What they did then is
 * among their new events already; found by itself later it would seem late, and take their whole histories.
 */
export async function addLater(tx: Db, found: Found, siteIds: readonly string[], now: number): Promise<void> {
  const rows = siteIds.map((site_id) => ({ site_id, touch_id: found.latest.get(site_id) ?? '', now }))
  for (const row of await findAfter(tx, rows)) add(found, row)
}

function add({ touched, latest }: Found, row: TouchTable): void {
  latest.set(row.site_id, row.touch_id)
  const visitor = touched.get(keyOf(row))
  if (!visitor) return
  visitor.touchIds.push(row.touch_id)
  visitor.sinceAt = Math.min(visitor.sinceAt, row.since_at)
  visitor.known &&= row.claimed === 0 && row.since_at > 0
}

function keyOf({ site_id, visitor_id }: Pick<TouchTable, 'site_id' | 'visitor_id'>): string {
  return `${site_id} ${visitor_id}`
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
    const key = keyOf(span)
    spans.set(key, [...(spans.get(key) ?? []), span])
  }
  const leads = new Map<string, FreshLead>()
  for (const event of await findSince(tx, left)) {
    const leadId = leadAt(spans.get(keyOf(event)) ?? [], event)
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

const findAfter = forEachRow<TouchTable, { site_id: 'text'; touch_id: 'text'; now: 'bigint' }>(
  { site_id: 'text', touch_id: 'text', now: 'bigint' },
  // Those with whom an address came wait for their turn.
  `select touch.* from given cross join touch where touch.site_id = given.site_id and touch.touch_id > given.touch_id
    and due_at <= given.now and claimed = 0 and since_at > 0 order by touch.touch_id limit ${MOST_LATER}`,
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
