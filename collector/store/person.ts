/** Whose data it is: a lead and its browsers, or somebody of whom there is an address alone; and whom that concerns. */
import type { Db } from './database.ts'
import { holdLeadRows, holdVisitors } from './holding.ts'
import { findMerged, mergedInto } from './merges.ts'
import { inParts } from './parts.ts'

/** Whose data it is: a lead and its browsers. */
export interface Person {
  siteId: string
  /** Of somebody who is no lead and objected, the id of that. */
  leadId: string
  email: string | null
  /** Browsers that were nobody else's: all of them goes. */
  visitorIds: string[]
  /** Browsers that somebody else used before or after: what was done in their time stays. */
  sharedIds: string[]
  /** Browsers that were theirs last. */
  lastIds: string[]
}

export async function findPerson(db: Db, siteId: string, leadId: string): Promise<Person | undefined> {
  const lead = await db
    .selectFrom('lead')
    .select('email')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .executeTakeFirst()
  return lead && personOf(db, siteId, leadId, lead.email, await visitorsOf(db, siteId, leadId, lead.email))
}

/** Somebody of whom nothing is known but the address, by which they objected. */
export async function findObjector(db: Db, siteId: string, optOutId: string, email: string): Promise<Person> {
  return personOf(db, siteId, optOutId, email, await visitorsOf(db, siteId, optOutId, email))
}

/** The same where it is known which visitors were theirs. */
export async function personOf(
  db: Db,
  siteId: string,
  leadId: string,
  email: string | null,
  visitorIds: string[],
): Promise<Person> {
  const lastSpans = new Map<string, string>()
  const shared = new Set<string>()
  for (const part of inParts(visitorIds)) {
    const spans = await db
      .selectFrom('span')
      .select(['visitor_id', 'lead_id'])
      .where('site_id', '=', siteId)
      .where('visitor_id', 'in', part)
      .orderBy('from_at')
      .execute()
    for (const span of spans) {
      lastSpans.set(span.visitor_id, span.lead_id)
      if (span.lead_id !== leadId) shared.add(span.visitor_id)
    }
  }
  return {
    siteId,
    leadId,
    email,
    visitorIds: visitorIds.filter((id) => !shared.has(id)),
    sharedIds: visitorIds.filter((id) => shared.has(id)),
    lastIds: visitorIds.filter((id) => (lastSpans.get(id) ?? leadId) === leadId),
  }
}

/** Holds all that erasing them writes to: of several, before the first of them is erased. */
export async function holdPeople(tx: Db, people: readonly Person[]): Promise<void> {
  await holdVisitors(
    tx,
    people.flatMap(({ siteId, visitorIds, sharedIds }) => {
      return [...visitorIds, ...sharedIds].map((visitorId) => ({ site_id: siteId, visitor_id: visitorId }))
    }),
  )
  const leads: { site_id: string; lead_id: string }[] = []
  for (const person of people) {
    const ids = [person.leadId, ...(await straysOf(tx, person))]
    leads.push(...ids.map((lead_id) => ({ site_id: person.siteId, lead_id })))
  }
  await holdLeadRows(tx, leads)
}

/** Other leads that had some of it, who count anew: of its browsers, also by links taken back, whom it was merged into, and who into it. */
export async function straysOf(tx: Db, { siteId, leadId, visitorIds }: Person): Promise<string[]> {
  const ids = new Set(visitorIds)
  for (const part of inParts(visitorIds)) {
    const rows = await tx
      .selectFrom('span')
      .select('lead_id')
      .where('site_id', '=', siteId)
      .where('visitor_id', 'in', part)
      .union(tx.selectFrom('map_edit').select('lead_id').where('site_id', '=', siteId).where('visitor_id', 'in', part))
      .execute()
    for (const { lead_id } of rows) ids.add(lead_id)
  }
  const root = await mergedInto(tx, siteId, leadId)
  if (root !== undefined) ids.add(root)
  for (const id of (await findMerged(tx, siteId, [leadId])).keys()) ids.add(id)
  ids.delete(leadId)
  return [...ids].sort()
}

/** Browsers that remain and were, for a time, theirs: whose they are now is to be found out again. */
export async function othersOf(tx: Db, { siteId, leadId, visitorIds, sharedIds }: Person): Promise<string[]> {
  const rows = await tx
    .selectFrom('span')
    .select('visitor_id')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .execute()
  const erased = new Set(visitorIds)
  const others = new Set([...rows.map(({ visitor_id }) => visitor_id), ...sharedIds])
  return [...others].filter((id) => !erased.has(id)).sort()
}

/** The lead of an unknown visitor bears the visitor's id; the others have their visitors' spans, or will have. */
async function visitorsOf(db: Db, siteId: string, leadId: string, email: string | null): Promise<string[]> {
  if (email === null) return [leadId]
  const inSpans = db.selectFrom('span').select('visitor_id').where('site_id', '=', siteId).where('lead_id', '=', leadId)
  const inClaims = db.selectFrom('claim').select('visitor_id').where('site_id', '=', siteId).where('email', '=', email)
  const rows = await inSpans.union(inClaims).execute()
  return rows.map(({ visitor_id }) => visitor_id).sort()
}
