/** Which visitors claim which addresses, since when, and which of these links are beyond the limits. */
import type { Claim } from '../domain/identity.ts'
import { ADDRESSES_WITHIN, type FirstClaim, limitExceeded, MOST_VISITORS, VISITORS_WITHIN } from '../domain/limits.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { findOrCreateLead } from './leads.ts'
import type { LinkTable } from './schema.ts'

export interface Link extends FirstClaim {
  visitorId: string
  email: string
  /** Beyond a limit, and neither taken back nor let out by a user. */
  quarantined: boolean
  /** Taken back by a user: as though it had never been claimed. */
  undone: boolean
}

/**
 * The links of a visitor who is held, each written once, when it is first seen.
 * @param claims the visitor's own
 * @returns them, and other visitors of whom a link turned out to be beyond a limit, because what came in before it arrived later
 */
export async function recordLinks(
  tx: Db,
  siteId: string,
  visitorId: string,
  claims: readonly Claim[],
  now: number,
): Promise<{ links: Link[]; others: string[] }> {
  const known = new Set((await linksOf(tx, siteId, visitorId)).map(({ email }) => email))
  const fresh = firstClaims(claims.filter(({ email }) => !known.has(email)))
  for (const { email, eventId, receivedAt, signedAt } of fresh) {
    // The lead is held first: of two visitors who claim an address at the same time, one sees the other's link.
    await findOrCreateLead(tx, siteId, email, newId(now), now)
    const row = { site_id: siteId, visitor_id: visitorId, email, event_id: eventId, received_at: receivedAt }
    await tx
      .insertInto('link')
      .values({ ...row, beyond: null, signed_at: signedAt, unlinked_by: null, released_by: null })
      .execute()
  }
  await recordSignatures(tx, siteId, visitorId, claims)
  const others = new Set<string>()
  for (const claim of fresh) {
    for (const link of await withinLimits(tx, siteId, claim)) {
      if ((await quarantineBeyond(tx, siteId, link)) && link.visitorId !== visitorId) others.add(link.visitorId)
    }
  }
  return { links: await linksOf(tx, siteId, visitorId), others: [...others] }
}

type Claimed = Omit<Link, 'quarantined' | 'undone'>

/** A link is proven from its first signed claim on. */
async function recordSignatures(tx: Db, siteId: string, visitorId: string, claims: readonly Claim[]): Promise<void> {
  const signed = claims.filter((claim) => claim.signed).sort((a, b) => a.receivedAt - b.receivedAt)
  for (const { email, receivedAt } of signed) {
    await tx
      .updateTable('link')
      .set({ signed_at: receivedAt })
      .where('site_id', '=', siteId)
      .where('visitor_id', '=', visitorId)
      .where('email', '=', email)
      .where('signed_at', 'is', null)
      .execute()
  }
}

/** The first claim to each address, in the order of the addresses, in which their leads are held. */
function firstClaims(claims: readonly Claim[]): Claimed[] {
  const first = new Map<string, Claimed>()
  for (const { email, visitorId, eventId, receivedAt, signed } of claims) {
    const known = first.get(email)
    const isFirst =
      !known || receivedAt < known.receivedAt || (receivedAt === known.receivedAt && eventId < known.eventId)
    if (isFirst) first.set(email, { email, visitorId, eventId, receivedAt, signedAt: signed ? receivedAt : null })
  }
  return [...first.values()].sort((a, b) => (a.email < b.email ? -1 : 1))
}

/** A new claim, and what was received after it and is within the limits so far: arriving late, it may push others beyond. */
async function withinLimits(tx: Db, siteId: string, { email, visitorId, receivedAt }: Claimed): Promise<Claimed[]> {
  const within = (by: 'email' | 'visitor_id', time: number) =>
    tx
      .selectFrom('link')
      .selectAll()
      .where('site_id', '=', siteId)
      .where(by, '=', by === 'email' ? email : visitorId)
      .where('received_at', '>=', receivedAt)
      .where('received_at', '<', receivedAt + time)
      .where('beyond', 'is', null)
      .execute()
  const rows = [...(await within('email', VISITORS_WITHIN)), ...(await within('visitor_id', ADDRESSES_WITHIN))]
  return rows.map(linkOf)
}

/** @returns whether it was within the limits until now, and is not */
async function quarantineBeyond(tx: Db, siteId: string, link: Claimed): Promise<boolean> {
  const { email, visitorId } = link
  const before = await tx
    .selectFrom('link')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('email', '=', email)
    .where('visitor_id', '!=', visitorId)
    .where('received_at', '<=', link.receivedAt)
    .where('received_at', '>', link.receivedAt - VISITORS_WITHIN)
    .where((where) => where.or([where('signed_at', 'is', null), where('signed_at', '>', link.receivedAt)]))
    .orderBy('received_at')
    .orderBy('event_id')
    .limit(MOST_VISITORS)
    .execute()
  const own = (await linksOf(tx, siteId, visitorId)).filter((other) => other.email !== email)
  const beyond = limitExceeded(link, before.map(linkOf), own)
  if (beyond === null) return false
  const quarantined = await tx
    .updateTable('link')
    .set({ beyond })
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .where('email', '=', email)
    .where('beyond', 'is', null)
    .returning('visitor_id')
    .executeTakeFirst()
  return quarantined !== undefined
}

async function linksOf(tx: Db, siteId: string, visitorId: string): Promise<Link[]> {
  const rows = await tx
    .selectFrom('link')
    .selectAll()
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .execute()
  return rows.map(linkOf)
}

function linkOf(row: LinkTable): Link {
  const { visitor_id, email, event_id, received_at, beyond, signed_at, unlinked_by, released_by } = row
  const undone = unlinked_by !== null
  const quarantined = beyond !== null && signed_at === null && released_by === null && !undone
  const first = { eventId: event_id, receivedAt: received_at, signedAt: signed_at }
  return { visitorId: visitor_id, email, ...first, quarantined, undone }
}
