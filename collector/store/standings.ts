/** What leads are worth by the versions of the rules that standings are kept of. */
import type { Shelf } from '../domain/shelf.ts'
import type { Db } from './database.ts'
import { addNew, forEachRow, overwrite } from './many.ts'
import type { StandingTable } from './schema.ts'
import { findSites } from './sites.ts'

/** What a lead is worth by a version: a cache of `scoreLead`. */
export type Worth = Omit<StandingTable, 'site_id' | 'lead_id' | 'owner'>

/** The version that everybody sees, as a part of a query: within one statement nobody sees two. */
export function liveVersion(db: Db, siteId: string) {
  return db.selectFrom('ruleset').select('version').where('site_id', '=', siteId).where('state', '=', 'live')
}

const STANDING = {
  site_id: 'text',
  lead_id: 'text',
  version: 'bigint',
  owner: 'text',
  stage: 'text',
  shelf: 'text',
  listed: 'bigint',
  rank: 'bigint',
  engagement: 'double precision',
  fit: 'double precision',
  spam: 'bigint',
  why: 'text',
  last_seen_at: 'bigint',
  next_change_at: 'bigint',
  bookmark: 'text',
} as const
const KEY = ['site_id', 'lead_id', 'version'] as const
const LEAD_AND_VERSION = { site_id: 'text', lead_id: 'text', version: 'bigint' } as const

const save = overwrite('standing', KEY, STANDING)
const add = addNew('standing', KEY, STANDING)

/** Writes over what was kept of leads that are held. */
export async function saveWorths(tx: Db, rows: StandingTable[]): Promise<void> {
  await save(tx, rows)
}

/** What is kept of a lead: enough to count on. */
export type Kept = Pick<StandingTable, 'lead_id' | 'version' | 'stage' | 'last_seen_at' | 'bookmark'>

export const findKept = forEachRow<Kept, { site_id: 'text'; lead_id: 'text' }>(
  { site_id: 'text', lead_id: 'text' },
  `select standing.lead_id, version, stage, last_seen_at, bookmark from given
    cross join standing where standing.site_id = given.site_id and standing.lead_id = given.lead_id`,
)

/** Nothing can be counted on what is kept of the lead: it takes the whole history. */
export async function forgetBookmarks(tx: Db, siteId: string, leadId: string): Promise<void> {
  await tx
    .updateTable('standing')
    .set({ bookmark: null })
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .execute()
}

/**
 * Adds what leads, which must be held, are worth by a version that is on its way, but for those of whom it is known
 * already: that is newer. Makes them due when they change by it, where that is sooner: once it is live, nothing is to be done.
 */
export async function addWorths(tx: Db, rows: StandingTable[]): Promise<void> {
  await add(tx, rows)
  await makeDue(tx, rows)
}

const makeDue = forEachRow<never, typeof LEAD_AND_VERSION>(
  LEAD_AND_VERSION,
  `update lead set next_change_at = standing.next_change_at from given, standing
    where lead.site_id = given.site_id and lead.lead_id = given.lead_id and standing.site_id = given.site_id
      and standing.lead_id = given.lead_id and standing.version = given.version
      and standing.next_change_at < lead.next_change_at`,
)

/** Leads that have a standing by a version before this one. */
export async function findFormer(db: Db, siteId: string, live: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('standing')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('version', '<', live)
    .limit(limit)
    .execute()
  return rows.map(({ lead_id }) => lead_id)
}

/**
 * Removes what leads were worth before this version.
 * @returns `moved`: those whose stage it changed, with the stage it gives; `unknown`: of whom it is not known what they are worth now
 */
export async function removeFormer(
  tx: Db,
  siteId: string,
  leadIds: string[],
  live: number,
): Promise<{ moved: Former[]; unknown: string[] }> {
  const rows = leadIds.map((lead_id) => ({ site_id: siteId, lead_id, version: live }))
  const former = await removeBefore(tx, rows)
  if (former.length === 0) return { moved: [], unknown: [] }
  const stages = new Map(former.map(({ lead_id, stage }) => [lead_id, stage]))
  const current = await findStages(tx, rows)
  const known = new Set(current.map(({ lead_id }) => lead_id))
  return {
    moved: current.filter(({ lead_id, stage }) => stages.has(lead_id) && stages.get(lead_id) !== stage),
    unknown: [...stages.keys()].filter((leadId) => !known.has(leadId)),
  }
}

type Former = Pick<StandingTable, 'lead_id' | 'stage'>

const removeBefore = forEachRow<Former, typeof LEAD_AND_VERSION>(
  LEAD_AND_VERSION,
  // One version for all.
  `delete from standing where (site_id, lead_id) in (select site_id, lead_id from given)
    and version < (select max(version) from given) returning lead_id, stage`,
)

const findStages = forEachRow<Former, typeof LEAD_AND_VERSION>(
  LEAD_AND_VERSION,
  `select standing.lead_id, stage from given cross join standing where standing.site_id = given.site_id
    and standing.lead_id = given.lead_id and standing.version = given.version`,
)

/** How many leads of all sites stand in which list. It goes through an index from end to end. */
export async function countShelves(db: Db): Promise<Map<Shelf, number>> {
  const counts = new Map<Shelf, number>()
  for (const { id } of await findSites(db)) {
    const rows = await db
      .selectFrom('standing')
      .select((select) => ['shelf', select.fn.countAll().as('leads')])
      .where('site_id', '=', id)
      .where('version', '=', liveVersion(db, id))
      .groupBy('shelf')
      .execute()
    for (const { shelf, leads } of rows) counts.set(shelf, (counts.get(shelf) ?? 0) + Number(leads))
  }
  return counts
}

/**
 * How many visitors of whom no contact detail is known stand in which list. Nearly all stand in that of visitors, where
 * nobody else does: an index alone tells how many. Only of the others it must be read what they are.
 */
export async function countVisitors(db: Db, siteId: string): Promise<Map<Shelf, number>> {
  const standings = db
    .selectFrom('standing')
    .select((select) => ['shelf', select.fn.countAll().as('visitors')])
    .where('site_id', '=', siteId)
    .where('version', '=', liveVersion(db, siteId))
    .groupBy('shelf')
  const own = await standings.where('shelf', '=', 'visitor').execute()
  const others = await standings.where('shelf', 'in', ['quarantined', 'spam']).where('stage', '=', 'visitor').execute()
  return new Map([...own, ...others].map(({ shelf, visitors }) => [shelf, Number(visitors)]))
}
