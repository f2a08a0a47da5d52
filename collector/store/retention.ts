/** What is past its time, found and deleted in small parts; and how far the purge has come. */
import { sql } from 'kysely'
import { HORIZON } from '../domain/history.ts'
import { DEFAULT_RETENTION, type Kind, type Retention } from '../domain/retention.ts'
import type { Db } from './database.ts'
import { eraseHeld } from './held.ts'
import { holdVisitors } from './holding.ts'
import { mergedInto, withMerged } from './merges.ts'
import { outliveLead } from './outliving.ts'
import { filledUp, inParts } from './parts.ts'
import { findPerson, holdPeople, type Person, personOf } from './person.ts'
import { touch } from './spans.ts'

const DAY = 24 * 60 * 60 * 1000

export async function findRetention(db: Db, siteId: string): Promise<Retention> {
  const rows = await db.selectFrom('retention').select(['kind', 'days']).where('site_id', '=', siteId).execute()
  return { ...DEFAULT_RETENTION, ...Object.fromEntries(rows.map(({ kind, days }) => [kind, days])) }
}

export async function changeRetention(tx: Db, siteId: string, changes: Partial<Retention>): Promise<void> {
  for (const [kind, days] of Object.entries(changes) as [Kind, number][]) {
    await tx
      .insertInto('retention')
      .values({ site_id: siteId, kind, days })
      .onConflict((conflict) => conflict.columns(['site_id', 'kind']).doUpdateSet({ days }))
      .execute()
  }
}

/** When the purge last began and ended, what it deleted, and since when it refuses to run. */
export interface Purge {
  lastRunAt: number | null
  finishedAt: number | null
  refusedAt: number | null
  deleted: Record<Kind, number>
}

export async function findPurge(db: Db): Promise<Purge> {
  const row = await db.selectFrom('purge').selectAll().executeTakeFirst()
  return {
    lastRunAt: row?.last_run_at ?? null,
    finishedAt: row?.finished_at ?? null,
    refusedAt: row?.refused_at ?? null,
    deleted: JSON.parse(row?.deleted ?? '{"events":0,"leads":0,"refused":0,"audit":0}') as Record<Kind, number>,
  }
}

export async function savePurge(db: Db, { lastRunAt, finishedAt, refusedAt, deleted }: Purge): Promise<void> {
  const row = {
    last_run_at: lastRunAt,
    finished_at: finishedAt,
    refused_at: refusedAt,
    deleted: JSON.stringify(deleted),
  }
  await db
    .insertInto('purge')
    .values({ purge_id: 'purge', ...row })
    .onConflict((conflict) => conflict.column('purge_id').doUpdateSet(row))
    .execute()
}

/** @returns false where another collector has begun it since `lastRunAt` */
export async function beginPurge(db: Db, lastRunAt: number | null, now: number): Promise<boolean> {
  const begun = await db
    .updateTable('purge')
    .set({ last_run_at: now, finished_at: null, refused_at: null })
    .where('last_run_at', lastRunAt === null ? 'is' : '=', lastRunAt)
    .returning('purge_id')
    .executeTakeFirst()
  return begun !== undefined
}

/** When anybody was last seen. */
export async function findLastSeenAt(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('lead')
    .select((select) => select.fn.max('last_seen_at').as('at'))
    .executeTakeFirst()
  return row?.at == null ? null : Number(row.at)
}

export async function purgeRefusals(tx: Db, siteId: string, before: number): Promise<number> {
  const day = Math.floor(before / DAY)
  const deleted = await tx.deleteFrom('refusal').where('site_id', '=', siteId).where('day', '<', day).executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

export async function purgeBots(tx: Db, siteId: string, before: number, limit: number): Promise<number> {
  const old = tx
    .selectFrom('event')
    .select('event_id')
    .where('site_id', '=', siteId)
    // As the index says it, which has nothing but bots in it.
    .where(sql<boolean>`bot = 1`)
    .where('at', '<', before)
    .limit(limit)
  const deleted = await tx
    .deleteFrom('event')
    .where('site_id', '=', siteId)
    .where('event_id', 'in', old)
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

export async function purgeAudit(tx: Db, siteId: string, before: number, limit: number): Promise<number> {
  // Its ids follow the time.
  const old = tx
    .selectFrom('audit')
    .select('audit_id')
    .where('site_id', '=', siteId)
    .where('at', '<', before)
    .orderBy('audit_id')
    .limit(limit)
  const deleted = await tx.deleteFrom('audit').where('audit_id', 'in', old).executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

const FADING = ['page', 'engage', 'track']

/** Deletes the browsing of these visitors, and those of them of whom nothing remains. @returns how many events */
export async function purgeBrowsing(
  tx: Db,
  siteId: string,
  visitorIds: string[],
  before: number,
  now: number,
): Promise<number> {
  const inQuestion = await findInQuestion(tx, siteId, visitorIds, before)
  if (inQuestion.length === 0) return 0
  await holdVisitors(
    tx,
    inQuestion.map((visitor_id) => ({ site_id: siteId, visitor_id })),
  )
  const deleted = await tx
    .deleteFrom('event')
    .where('site_id', '=', siteId)
    .where('visitor_id', 'in', filledUp(inQuestion))
    .where('at', '<', before)
    .where('type', 'in', FADING)
    .returning('visitor_id')
    .execute()
  // Of what still counted, whoever counted it counts anew.
  if (before > now - HORIZON) await touch(tx, siteId, [...new Set(deleted.map(({ visitor_id }) => visitor_id))], now)
  const empty: Person[] = []
  for (const visitorId of await findEmpty(tx, siteId, inQuestion, before)) {
    empty.push(await personOf(tx, siteId, visitorId, null, [visitorId]))
  }
  await holdPeople(tx, empty)
  for (const person of empty) await eraseHeld(tx, person, now)
  return deleted.length
}

/** Of these visitors those of whom something may go. */
async function findInQuestion(tx: Db, siteId: string, visitorIds: string[], before: number): Promise<string[]> {
  const old = await tx
    .selectFrom('event')
    .select('visitor_id')
    .distinct()
    .where('site_id', '=', siteId)
    .where('visitor_id', 'in', filledUp(visitorIds))
    .where('at', '<', before)
    .where('type', 'in', FADING)
    .execute()
  const ids = old.map(({ visitor_id }) => visitor_id)
  return [...new Set([...ids, ...(await findEmpty(tx, siteId, visitorIds, before))])]
}

/** Of these visitors those of whom nothing remains. */
async function findEmpty(tx: Db, siteId: string, visitorIds: string[], before: number): Promise<string[]> {
  const nothingIn = (table: 'event' | 'claim') => sql<boolean>`not exists (select 1 from ${sql.table(table)} as other
    where other.site_id = visitor.site_id and other.visitor_id = visitor.visitor_id
    ${table === 'event' ? sql`and other.type != 'consent'` : sql``})`
  const empty = await tx
    .selectFrom('visitor')
    .select('visitor_id')
    .where('site_id', '=', siteId)
    .where('visitor_id', 'in', filledUp(visitorIds))
    .where('first_seen_at', '<', before)
    // What somebody said to being followed is kept as long as what they said it for would be.
    .where((where) => where.or([where('consent_at', 'is', null), where('consent_at', '<', before)]))
    .where(nothingIn('event'))
    .where(nothingIn('claim'))
    .execute()
  return empty.map(({ visitor_id }) => visitor_id)
}

/** Leads in the order of their ids; `isOld` where their last own action was before then. */
export async function findLeadsByAge(db: Db, siteId: string, after: string, before: number, limit: number) {
  const rows = await db
    .selectFrom('lead')
    .select(['lead_id', 'last_seen_at'])
    .where('site_id', '=', siteId)
    .where('lead_id', '>', after)
    .orderBy('lead_id')
    .limit(limit)
    .execute()
  return rows.map(({ lead_id, last_seen_at }) => ({ leadId: lead_id, isOld: last_seen_at < before }))
}

/** @returns whether it was deleted, with whom was merged into it: nothing of them is as young as `before` */
export async function purgeLead(tx: Db, siteId: string, leadId: string, before: number, now: number): Promise<boolean> {
  // It goes with the one that it counts as part of.
  if ((await mergedInto(tx, siteId, leadId)) !== undefined) return false
  const people: Person[] = []
  for (const id of await withMerged(tx, siteId, leadId)) {
    const person = await findPerson(tx, siteId, id)
    if (person) people.push(person)
  }
  await holdPeople(tx, people)
  for (const person of people) if (await hasEventsSince(tx, person, before)) return false
  // By their addresses they still object: should they come again, they are not scored.
  await outliveLead(tx, siteId, people, now)
  for (const person of people.reverse()) await eraseHeld(tx, { ...person, email: null }, now)
  return people.length > 0
}

async function hasEventsSince(
  tx: Db,
  { siteId, leadId, visitorIds, sharedIds }: Person,
  since: number,
): Promise<boolean> {
  for (const part of inParts([...visitorIds, ...sharedIds])) {
    const young = await tx
      .selectFrom('event')
      .leftJoin('span', (join) =>
        join
          .onRef('span.site_id', '=', 'event.site_id')
          .onRef('span.visitor_id', '=', 'event.visitor_id')
          .onRef('span.from_at', '<=', 'event.at')
          .onRef('span.until_at', '>', 'event.at'),
      )
      .select('event.event_id')
      .where('event.site_id', '=', siteId)
      .where('event.visitor_id', 'in', part)
      .where('event.at', '>=', since)
      .where((where) => where.or([where('span.lead_id', 'is', null), where('span.lead_id', '=', leadId)]))
      .limit(1)
      .executeTakeFirst()
    if (young) return true
  }
  return false
}
