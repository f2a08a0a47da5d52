/** Erasures that this database knows of: a restored copy of an earlier day does not. */
import type { Db } from './database.ts'
import type { Person } from './person.ts'

export interface Erasure {
  siteId: string
  id: string
  at: number
  /** The line of the tombstones' file. */
  tombstone: string
  /** Whose rows are to be looked for once more; null once that is done. */
  person: Person | null
  /** When what was deleted left the disk, too. */
  clearedAt: number | null
}

export async function recordErasure(
  tx: Db,
  { siteId, id, at, tombstone, person }: Omit<Erasure, 'clearedAt'>,
): Promise<void> {
  const kept = person && JSON.stringify(person)
  const row = { site_id: siteId, erasure_id: id, at, tombstone, person: kept, cleared_at: null }
  await tx
    .insertInto('erasure')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function findErasureIds(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('erasure').select('erasure_id').execute()
  return rows.map(({ erasure_id }) => erasure_id)
}

export async function findTombstone(db: Db, id: string): Promise<string | undefined> {
  const row = await db.selectFrom('erasure').select('tombstone').where('erasure_id', '=', id).executeTakeFirst()
  return row?.tombstone
}

/** Erasures of before then that are to be looked over. */
export async function findOpenErasures(db: Db, before: number): Promise<{ id: string; at: number; person: Person }[]> {
  const rows = await db
    .selectFrom('erasure')
    .select(['erasure_id', 'at', 'person'])
    .where('person', 'is not', null)
    .where('at', '<=', before)
    .execute()
  return rows.map(({ erasure_id, at, person }) => {
    return { id: erasure_id, at, person: JSON.parse(person as string) as Person }
  })
}

/** Nothing in the database names the person any more. */
export async function closeErasure(tx: Db, id: string): Promise<void> {
  await tx.updateTable('erasure').set({ person: null }).where('erasure_id', '=', id).execute()
}

/** How many erased people the disk may still have traces of, in space that no row uses. */
export async function countUncleared(db: Db): Promise<number> {
  const row = await db
    .selectFrom('erasure')
    .select((select) => select.fn.countAll().as('erasures'))
    .where('person', 'is', null)
    .where('cleared_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.erasures)
}

/** What was deleted by then has left the disk. */
export async function recordCleared(db: Db, deletedBy: number, now: number): Promise<void> {
  await db
    .updateTable('erasure')
    .set({ cleared_at: now })
    .where('person', 'is', null)
    .where('cleared_at', 'is', null)
    .where('at', '<=', deletedBy)
    .execute()
}

/** Leads with an address, in the order of their ids. */
export async function findAddressed(db: Db, siteId: string, after: string, limit: number) {
  const rows = await db
    .selectFrom('lead')
    .select(['lead_id as leadId', 'email'])
    .where('site_id', '=', siteId)
    .where('lead_id', '>', after)
    .where('email', 'is not', null)
    .orderBy('lead_id')
    .limit(limit)
    .execute()
  return rows as { leadId: string; email: string }[]
}

/** Visitors in the order of their ids. */
export async function findVisitors(db: Db, siteId: string, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('visitor')
    .select('visitor_id')
    .where('site_id', '=', siteId)
    .where('visitor_id', '>', after)
    .orderBy('visitor_id')
    .limit(limit)
    .execute()
  return rows.map(({ visitor_id }) => visitor_id)
}

/** Lets nothing of before come along with what was claimed by a visitor of whom nobody knew. @returns those visitors */
export async function cutClaims(tx: Db, siteId: string, email: string, at: number): Promise<string[]> {
  const rows = await tx
    .updateTable('claim')
    .set({ since_at: at })
    .where('site_id', '=', siteId)
    .where('email', '=', email)
    .where('since_at', '<', at)
    .returning('visitor_id')
    .execute()
  return rows.map(({ visitor_id }) => visitor_id)
}

/** Visitors who gave an address, and when they first did. */
export async function findClaimants(db: Db, siteId: string, email: string) {
  return db
    .selectFrom('claim')
    .select((select) => ['visitor_id as visitorId', select.fn.min('at').as('at')])
    .where('site_id', '=', siteId)
    .where('email', '=', email)
    .groupBy('visitor_id')
    .execute()
}

/** Addresses that asked not to be scored, or objected, in their order. */
export async function findAskers(db: Db, siteId: string, after: string, limit: number): Promise<string[]> {
  const of = (table: 'opt_out' | 'objection') =>
    db.selectFrom(table).select('email').where('site_id', '=', siteId).where('email', '>', after).groupBy('email')
  const rows = await of('opt_out').union(of('objection')).orderBy('email').limit(limit).execute()
  return rows.map(({ email }) => email as string)
}

/** What an address asked for, or objected to, until then. */
export async function forgetAddress(tx: Db, siteId: string, email: string, until: number): Promise<void> {
  for (const table of ['opt_out', 'objection'] as const) {
    await tx
      .deleteFrom(table)
      .where('site_id', '=', siteId)
      .where('email', '=', email)
      .where('at', '<=', until)
      .execute()
  }
}
