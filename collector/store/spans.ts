import { sql } from 'kysely'
import { type Claim, type Span, spansOf } from '../domain/identity.ts'
import type { Db } from './database.ts'
import { newTouch } from './events.ts'
import { holdWithLeads } from './holding.ts'
import { newId } from './id.ts'
import { findOrCreateLead, markDue } from './leads.ts'
import { type Link, recordLinks } from './links.ts'
import { inParts } from './parts.ts'

/** The visitor's turn comes then, unless it does something before. */
export async function postponeTouched(db: Db, siteId: string, visitorId: string, until: number): Promise<void> {
  await db
    .updateTable('touch')
    .set({ due_at: until })
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .execute()
}

/**
 * Brings the map visitor → leads up to date for one visitor and marks the leads concerned as due.
 * Call it in a transaction; does nothing where another collector has seen to the visitor.
 */
export async function stitch(tx: Db, siteId: string, visitorId: string, now: number): Promise<void> {
  await holdWithLeads(tx, [{ site_id: siteId, visitor_id: visitorId }])
  const touches = await tx
    .deleteFrom('touch')
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .returning('claimed')
    .execute()
  if (touches.length === 0) return
  // First: what comes meanwhile is not settled, and what is settled is among them.
  const isNew = await settle(tx, siteId, visitorId)
  const claims = await claimsOf(tx, siteId, visitorId)
  if (claims.length === 0) return markDue(tx, siteId, [visitorId], now)

  const { links, others } = await recordLinks(tx, siteId, visitorId, claims, now)
  await touch(tx, siteId, others, now)
  const elsewhere = await firstClaimsElsewhere(tx, siteId, visitorId, claims)
  const undone = new Set(links.filter((link) => link.undone).map(({ email }) => email))
  const standing = claims.filter(({ email }) => !undone.has(email))
  const spans = spansOf(standing, (email, at) => (elsewhere.get(email) ?? Number.POSITIVE_INFINITY) < at)
  const concerned = await replaceSpans(tx, siteId, visitorId, spans, links, now)
  if (await hasUnknownPast(tx, siteId, visitorId, spans)) concerned.add(visitorId)
  await markDue(tx, siteId, [...concerned], now)
  if (isNew || touches.some(({ claimed }) => claimed === 1)) await touchDoubtful(tx, siteId, visitorId, claims, now)
}

/** Is there a link to this lead that is quarantined? One to an address that was corrected is none. */
export async function hasQuarantined(db: Db, siteId: string, leadId: string): Promise<boolean> {
  const span = await db
    .selectFrom('span')
    .select('visitor_id')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .where('quarantined', '=', 1)
    .limit(1)
    .executeTakeFirst()
  return span !== undefined
}

async function claimsOf(tx: Db, siteId: string, visitorId: string): Promise<Claim[]> {
  const rows = await tx
    .selectFrom('claim')
    .select(['event_id', 'email', 'at', 'received_at', 'since_at', 'signed', 'form', 'others'])
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .execute()
  return rows.map(({ event_id, received_at, since_at, signed, ...given }) => {
    const received = { receivedAt: received_at, since: since_at }
    return { eventId: event_id, visitorId, ...received, signed: signed === 1, ...given }
  })
}

/** When another visitor first claimed each of these addresses: asked only where a second address makes it matter. */
async function firstClaimsElsewhere(tx: Db, siteId: string, visitorId: string, claims: Claim[]) {
  const first = new Map<string, number>()
  const emails = new Set(claims.map(({ email }) => email))
  if (emails.size < 2) return first
  for (const email of emails) {
    const claim = await firstClaim(tx, siteId, email, [visitorId]).executeTakeFirst()
    if (claim) first.set(email, claim.at)
  }
  return first
}

/** The first claim to an address but for those of these visitors: a step in an index, however many claim it. */
function firstClaim(tx: Db, siteId: string, email: string, butOf: string[]) {
  return tx
    .selectFrom('claim')
    .select(['visitor_id', 'at'])
    .where('site_id', '=', siteId)
    .where('email', '=', email)
    .where('visitor_id', 'not in', butOf)
    .orderBy('at')
    .limit(1)
}

/** The visitor's turn has come. @returns whether there are claims that it had not come since */
async function settle(tx: Db, siteId: string, visitorId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('claim')
    .set({ settled: 1 })
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .where('settled', '=', 0)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** @returns the leads that gain, lose or keep some of the visitor's history */
async function replaceSpans(
  tx: Db,
  siteId: string,
  visitorId: string,
  spans: Span[],
  links: Link[],
  now: number,
): Promise<Set<string>> {
  const before = await tx
    .deleteFrom('span')
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .returning('lead_id')
    .execute()
  const concerned = new Set(before.map(({ lead_id }) => lead_id))
  const quarantined = new Set(links.filter((link) => link.quarantined).map(({ email }) => email))
  for (const { email, from, until } of spans) {
    const leadId = await findOrCreateLead(tx, siteId, email, newId(now), now)
    concerned.add(leadId)
    await tx
      .insertInto('span')
      .values({
        site_id: siteId,
        visitor_id: visitorId,
        from_at: from,
        until_at: until ?? Number.MAX_SAFE_INTEGER,
        lead_id: leadId,
        quarantined: quarantined.has(email) ? 1 : 0,
      })
      .execute()
  }
  return concerned
}

/** Did the visitor do anything, or has a lead as a visitor, before it was anybody? */
async function hasUnknownPast(tx: Db, siteId: string, visitorId: string, spans: Span[]): Promise<boolean> {
  const lead = await tx
    .selectFrom('lead')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', visitorId)
    .executeTakeFirst()
  if (lead) return true
  const event = await tx
    .selectFrom('event')
    .select('event_id')
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .where('at', '<', spans[0]?.from ?? Number.MAX_SAFE_INTEGER)
    .limit(1)
    .executeTakeFirst()
  return event !== undefined
}

/**
 * Whether a second address corrects a first depends on who else claimed them before: who might be concerned looks again.
 * That is the visitor who claimed an address first of all others, if this one was sooner than the next after it: to
 * everybody else somebody was sooner anyhow. Whose turn is still to come sees everything then, and says nothing of who is
 * concerned. A crowd that claims one address is not read for each of it.
 */
async function touchDoubtful(tx: Db, siteId: string, visitorId: string, claims: Claim[], now: number): Promise<void> {
  const concerned = new Set<string>()
  for (const email of new Set(claims.map((claim) => claim.email))) {
    const at = Math.min(...claims.filter((claim) => claim.email === email).map((claim) => claim.at))
    const settled = (butOf: string[]) =>
      firstClaim(tx, siteId, email, butOf).where('settled', '=', sql.lit(1)).executeTakeFirst()
    const first = await settled([visitorId])
    if (!first) continue
    const next = await settled([visitorId, first.visitor_id])
    if (at >= (next?.at ?? Number.POSITIVE_INFINITY)) continue
    for (const id of await claimantsAt(tx, siteId, email, first.at, visitorId)) concerned.add(id)
  }
  await touch(tx, siteId, [...concerned], now)
}

/** Other visitors, whose turn has come, who claimed an address at that time, and another one besides: mostly one, or none. */
async function claimantsAt(tx: Db, siteId: string, email: string, at: number, butOf: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('claim as mine')
    .innerJoin('claim as other', (join) =>
      join
        .onRef('other.site_id', '=', 'mine.site_id')
        .onRef('other.visitor_id', '=', 'mine.visitor_id')
        .onRef('other.email', '!=', 'mine.email'),
    )
    .select('mine.visitor_id')
    .distinct()
    .where('mine.site_id', '=', siteId)
    .where('mine.email', '=', email)
    .where('mine.at', '=', at)
    .where('mine.settled', '=', sql.lit(1))
    .where('mine.visitor_id', '!=', butOf)
    .execute()
  return rows.map(({ visitor_id }) => visitor_id)
}

/** What these visitors' leads are, and have been from the beginning, is to be found again. */
export async function touch(tx: Db, siteId: string, visitorIds: readonly string[], now: number): Promise<void> {
  for (const part of inParts(visitorIds.map((visitorId) => ({ ...newTouch(siteId, visitorId, now), since_at: 0 })))) {
    await tx.insertInto('touch').values(part).execute()
  }
}
