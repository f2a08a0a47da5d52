import type { ConsentEvent, VisitorEvent } from '../../tracker/protocol.ts'
import type { Whereabouts } from '../domain/history.ts'
import type { Claim } from '../domain/identity.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { addNew, forEachRow } from './many.ts'
import { inParts } from './parts.ts'
import type { TouchTable, VisitorTable } from './schema.ts'

const VISITOR = { site_id: 'text', visitor_id: 'text' } as const
const EVENT = {
  site_id: 'text',
  event_id: 'text',
  visitor_id: 'text',
  type: 'text',
  at: 'bigint',
  page_id: 'text',
  body: 'text',
  bot: 'bigint',
} as const
const TOUCH = {
  site_id: 'text',
  touch_id: 'text',
  visitor_id: 'text',
  claimed: 'bigint',
  since_at: 'bigint',
  due_at: 'bigint',
} as const

/** An event as it is recorded: of a proof only whether it was one. */
export type Recorded = VisitorEvent & { signed?: true }

/** An event to be stored: `at` is the collector's time. */
export interface NewEvent {
  siteId: string
  visitorId: string
  event: Recorded
  bot: boolean
  whereabouts: Whereabouts
  /** The address it gives, if it gives one. */
  claim: Claim | null
  receivedAt: number
}

/**
 * Records events; those whose id the site knows already are left as they are, and are not new.
 * Call it in a transaction: the visitors they touch are marked in the same one.
 */
export async function recordEvents(tx: Db, events: readonly NewEvent[], now: number): Promise<void> {
  const byKey = new Map<string, NewEvent>()
  for (const event of events) {
    const key = keyOf(event.siteId, event.event.id)
    if (!byKey.has(key)) byKey.set(key, event)
  }
  // In the order of their keys, so that two collectors with the same events in hand never wait for each other in a ring.
  const candidates = [...byKey.keys()].sort().map((key) => byKey.get(key) as NewEvent)
  const recorded = await addEvents(tx, candidates.map(rowOf))
  const fresh = recorded.map((row) => byKey.get(keyOf(row.site_id, row.event_id)) as NewEvent)
  const human = fresh.filter((event) => !event.bot)
  await recordVisitors(tx, human, now)
  await recordClaims(tx, human)
  await touchVisitors(tx, human, now)
}

/** What a visitor last said about consent. */
export type Consent = Pick<ConsentEvent, 'choice' | 'at'>

/** @returns what each visitor last said, by site and visitor */
export async function findConsents(
  tx: Db,
  visitors: readonly { siteId: string; visitorId: string }[],
): Promise<Map<string, Map<string, Consent>>> {
  const consents = new Map(visitors.map(({ siteId }) => [siteId, new Map<string, Consent>()]))
  for (const row of await selectConsents(tx, visitors.map(visitorRowOf))) {
    if (row.consent) {
      consents.get(row.site_id)?.set(row.visitor_id, { choice: row.consent, at: row.consent_at ?? 0 })
    }
  }
  return consents
}

async function recordVisitors(tx: Db, events: readonly NewEvent[], now: number): Promise<void> {
  const visitors = new Map(events.map((event) => [keyOf(event.siteId, event.visitorId), event]))
  const rows = [...visitors.keys()].sort().map((key) => visitorRowOf(visitors.get(key) as NewEvent))
  await insertVisitors(
    tx,
    rows.map((row) => ({ ...row, first_seen_at: now })),
  )
  // In the same order, as each holds its visitor.
  for (const { siteId, visitorId, event } of events.toSorted((a, b) => (a.visitorId < b.visitorId ? -1 : 1))) {
    if (event.type === 'consent') await recordConsent(tx, siteId, visitorId, event)
  }
}

/** The latest choice stands. */
async function recordConsent(tx: Db, siteId: string, visitorId: string, { choice, at }: ConsentEvent): Promise<void> {
  await tx
    .updateTable('visitor')
    .set({ consent: choice, consent_at: at })
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .where((where) => where.or([where('consent_at', 'is', null), where('consent_at', '<=', at)]))
    .execute()
}

async function recordClaims(tx: Db, events: readonly NewEvent[]): Promise<void> {
  for (const part of inParts(events.filter(({ claim }) => claim !== null))) {
    const rows = part.map(({ siteId, claim }) => {
      const { eventId, visitorId, receivedAt, since, signed, ...given } = claim as Claim
      const received = { received_at: receivedAt, since_at: since }
      const row = { site_id: siteId, event_id: eventId, visitor_id: visitorId, ...received }
      return { ...row, signed: signed ? 1 : 0, settled: 0, ...given }
    })
    await tx.insertInto('claim').values(rows).execute()
  }
}

async function touchVisitors(tx: Db, events: readonly NewEvent[], now: number): Promise<void> {
  const touched = new Map<string, TouchTable>()
  for (const { siteId, visitorId, claim, event } of events) {
    if (event.type === 'consent') continue
    const key = keyOf(siteId, visitorId)
    const row = touched.get(key) ?? { ...newTouch(siteId, visitorId, now), since_at: event.at }
    row.since_at = Math.min(row.since_at, event.at)
    if (claim) row.claimed = 1
    touched.set(key, row)
  }
  await insertTouches(tx, [...touched.values()])
}

/** Marks a visitor as one whose leads are to be found again, and worked out from all they have. */
export function newTouch(siteId: string, visitorId: string, now: number): TouchTable {
  return { site_id: siteId, touch_id: newId(now), visitor_id: visitorId, claimed: 0, since_at: 0, due_at: 0 }
}

function rowOf({ siteId, visitorId, event, bot, whereabouts, receivedAt }: NewEvent) {
  const { id, type, at, pageId = null, ...body } = event as VisitorEvent & { pageId?: string }
  // Of what comes often and says nothing new of it, it would only fill the disk.
  const tellsWhereabouts = type === 'page' || type === 'form' || type === 'identify'
  // Equal pages stay equal.
  const tellsDelay = receivedAt > at && (type === 'form' || type === 'identify' || type === 'track')
  return {
    site_id: siteId,
    event_id: id,
    visitor_id: visitorId,
    type,
    at,
    page_id: pageId,
    body: JSON.stringify({
      ...body,
      ...(tellsWhereabouts && whereabouts),
      ...(tellsDelay && { delayMs: receivedAt - at }),
    }),
    bot: bot ? 1 : 0,
  }
}

function visitorRowOf({ siteId, visitorId }: { siteId: string; visitorId: string }) {
  return { site_id: siteId, visitor_id: visitorId }
}

function keyOf(siteId: string, id: string): string {
  return `${siteId} ${id}`
}

const addEvents = addNew('event', ['site_id', 'event_id'], EVENT)

const selectConsents = forEachRow<Omit<VisitorTable, 'first_seen_at'>, typeof VISITOR>(
  VISITOR,
  `select visitor.site_id, visitor.visitor_id, consent, consent_at from given cross join visitor
    where visitor.site_id = given.site_id and visitor.visitor_id = given.visitor_id and consent is not null`,
)

const insertVisitors = forEachRow<never, typeof VISITOR & { first_seen_at: 'bigint' }>(
  { ...VISITOR, first_seen_at: 'bigint' },
  `insert into visitor (site_id, visitor_id, first_seen_at) select site_id, visitor_id, first_seen_at
    from given where true on conflict (site_id, visitor_id) do nothing`,
)

const insertTouches = forEachRow<never, typeof TOUCH>(
  TOUCH,
  `insert into touch (site_id, touch_id, visitor_id, claimed, since_at, due_at)
    select site_id, touch_id, visitor_id, claimed, since_at, due_at from given`,
)
