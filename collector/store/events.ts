import type { ConsentEvent, VisitorEvent } from '../../tracker/protocol.ts'
import type { Whereabouts } from '../domain/history.ts'
import type { Claim } from '../domain/identity.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { inParts } from './parts.ts'
import type { TouchTable } from './schema.ts'

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
  const fresh: NewEvent[] = []
  for (const part of inParts(candidates)) {
    const recorded = await tx
      .insertInto('event')
      .values(part.map(rowOf))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['site_id', 'event_id'])
      .execute()
    fresh.push(...recorded.map((row) => byKey.get(keyOf(row.site_id, row.event_id)) as NewEvent))
  }
  const human = fresh.filter((event) => !event.bot)
  await recordVisitors(tx, human, now)
  await recordClaims(tx, human)
  await touchVisitors(tx, human, now)
}

/** What a visitor last said about consent. */
export type Consent = Pick<ConsentEvent, 'choice' | 'at'>

export async function findConsents(
  tx: Db,
  siteId: string,
  visitorIds: readonly string[],
): Promise<Map<string, Consent>> {
  const consents = new Map<string, Consent>()
  for (const part of inParts(visitorIds)) {
    const rows = await tx
      .selectFrom('visitor')
      .select(['visitor_id', 'consent', 'consent_at'])
      .where('site_id', '=', siteId)
      .where('visitor_id', 'in', part)
      .where('consent', 'is not', null)
      .execute()
    for (const row of rows) {
      if (row.consent) consents.set(row.visitor_id, { choice: row.consent, at: row.consent_at ?? 0 })
    }
  }
  return consents
}

async function recordVisitors(tx: Db, events: readonly NewEvent[], now: number): Promise<void> {
  const visitors = new Map(events.map(({ siteId, visitorId }) => [keyOf(siteId, visitorId), { siteId, visitorId }]))
  for (const part of inParts([...visitors.keys()].sort())) {
    const rows = part.map((key) => {
      const { siteId, visitorId } = visitors.get(key) as { siteId: string; visitorId: string }
      return { site_id: siteId, visitor_id: visitorId, first_seen_at: now, holds: 0 }
    })
    await tx
      .insertInto('visitor')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  for (const { siteId, visitorId, event } of events) {
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
      const { eventId, visitorId, receivedAt, signed, ...given } = claim as Claim
      const row = { site_id: siteId, event_id: eventId, visitor_id: visitorId, received_at: receivedAt }
      return { ...row, signed: signed ? 1 : 0, ...given }
    })
    await tx.insertInto('claim').values(rows).execute()
  }
}

async function touchVisitors(tx: Db, events: readonly NewEvent[], now: number): Promise<void> {
  const touched = new Map<string, TouchTable>()
  for (const { siteId, visitorId, claim, event } of events) {
    if (event.type === 'consent') continue
    const key = keyOf(siteId, visitorId)
    const row = touched.get(key) ?? newTouch(siteId, visitorId, now)
    row.since_at = Math.min(row.since_at, event.at)
    if (claim) row.claimed = 1
    touched.set(key, row)
  }
  for (const part of inParts([...touched.values()])) await tx.insertInto('touch').values(part).execute()
}

/** Marks a visitor as one whose leads are to be found again. */
export function newTouch(siteId: string, visitorId: string, now: number): TouchTable {
  return { site_id: siteId, touch_id: newId(now), visitor_id: visitorId, claimed: 0, since_at: now, due_at: 0 }
}

function rowOf({ siteId, visitorId, event, bot, whereabouts }: NewEvent) {
  const { id, type, at, pageId = null, ...body } = event as VisitorEvent & { pageId?: string }
  // Of what comes often and says nothing new of it, it would only fill the disk.
  const tellsWhereabouts = type === 'page' || type === 'form' || type === 'identify'
  return {
    site_id: siteId,
    event_id: id,
    visitor_id: visitorId,
    type,
    at,
    page_id: pageId,
    body: JSON.stringify(tellsWhereabouts ? { ...body, ...whereabouts } : body),
    bot: bot ? 1 : 0,
  }
}

function keyOf(siteId: string, id: string): string {
  return `${siteId} ${id}`
}
