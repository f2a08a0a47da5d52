import { defaultRuleset } from '../domain/defaults.ts'
import type { Ruleset } from '../domain/rule.ts'
import type { Db } from './database.ts'
import type { RulesetTable } from './schema.ts'

export interface RulesetVersion {
  version: number
  ruleset: Ruleset
  /** When each version up to this one was published; the first one comes with the site and counts from ever. */
  publishes: number[]
  /** When everybody's standing switched to it; null while it is being published. */
  liveAt: number | null
}

const FIRST_VERSION = 1

/** A version as its history tells it. */
export type VersionRow = Omit<RulesetTable, 'site_id' | 'document'>

/** Another version is on its way: the next one may be published once that is live. */
export class PublishUnderWay extends Error {
  readonly version: number

  constructor(version: number) {
    super(`Version ${version} is being published`)
    this.version = version
  }
}

/** Another version is live than the one that the changes were made to. */
export class PublishedMeanwhile extends Error {
  readonly live: number

  constructor(live: number) {
    super(`Version ${live} was published meanwhile`)
    this.live = live
  }
}

/** The live ruleset of a site, or the version asked for. */
export async function findRuleset(db: Db, siteId: string, version?: number): Promise<RulesetVersion | undefined> {
  const versions = await findVersions(db, siteId)
  const wanted = versions.find((each) => (version === undefined ? each.state === 'live' : each.version === version))
  return wanted && withDocument(db, siteId, wanted, versions)
}

export async function findRulesetOrThrow(db: Db, siteId: string, version?: number): Promise<RulesetVersion> {
  const found = await findRuleset(db, siteId, version)
  if (!found) throw new Error(`Site ${siteId} has no ruleset${version === undefined ? '' : ` ${version}`}`)
  return found
}

/** The versions that standings are kept of: the live one, and the one on its way, if there is one. */
export async function findKeptRulesets(
  db: Db,
  siteId: string,
): Promise<{ live: RulesetVersion; next: RulesetVersion | null }> {
  const versions = await findVersions(db, siteId)
  const live = versions.find(({ state }) => state === 'live')
  const next = versions.find(({ state }) => state === 'publishing')
  if (!live) throw new Error(`Site ${siteId} has no ruleset`)
  return {
    live: await withDocument(db, siteId, live, versions),
    next: next ? await withDocument(db, siteId, next, versions) : null,
  }
}

/** All versions of a site, newest first. */
export async function findVersions(db: Db, siteId: string): Promise<VersionRow[]> {
  return db
    .selectFrom('ruleset')
    .select(['version', 'note', 'author', 'published_at', 'state', 'live_at', 'done', 'total', 'reached'])
    .select(['worker', 'worker_until'])
    .where('site_id', '=', siteId)
    .orderBy('version', 'desc')
    .execute()
}

/**
 * Records the next version, to be worked out for everybody in the background.
 * @param basedOn the version that must be live, where that matters
 * @returns its number
 * @throws PublishedMeanwhile, PublishUnderWay
 */
export async function publishRuleset(
  tx: Db,
  siteId: string,
  ruleset: Ruleset,
  { note, author, basedOn }: { note: string; author: string; basedOn?: number | undefined },
  now: number,
): Promise<number> {
  // Held by writing to it, and to the one that never goes: of two publishes at a time the second one sees the first.
  await tx
    .updateTable('ruleset')
    .set(({ ref }) => ({ state: ref('state') }))
    .where('site_id', '=', siteId)
    .where('version', '=', FIRST_VERSION)
    .execute()
  const versions = await findVersions(tx, siteId)
  const [newest] = versions
  const live = versions.find(({ state }) => state === 'live')
  if (live && basedOn !== undefined && basedOn !== live.version) throw new PublishedMeanwhile(live.version)
  if (newest?.state === 'publishing') throw new PublishUnderWay(newest.version)
  const somebody = await tx
    .selectFrom('lead')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .limit(1)
    .executeTakeFirst()
  const version = newest ? newest.version + 1 : FIRST_VERSION
  // Where there is nobody yet, it counts at once.
  const isLive = !newest || !somebody
  if (isLive) await tx.updateTable('ruleset').set({ state: 'past' }).where('site_id', '=', siteId).execute()
  await tx
    .insertInto('ruleset')
    .values({
      site_id: siteId,
      version,
      document: JSON.stringify(ruleset),
      note,
      author,
      published_at: now,
      state: isLive ? 'live' : 'publishing',
      live_at: !newest ? 0 : isLive ? now : null,
      done: 0,
      total: 0,
      reached: '',
      worker: null,
      worker_until: 0,
    })
    .execute()
  return version
}

export async function publishDefault(tx: Db, siteId: string, now: number): Promise<void> {
  const note = { note: 'Default rules', author: 'Braise' }
  await publishRuleset(tx, siteId, defaultRuleset(), note, now)
}

/** From now on this version counts. @returns false if it does so already */
export async function switchTo(tx: Db, siteId: string, version: number, now: number): Promise<boolean> {
  const row = await tx
    .updateTable('ruleset')
    // Another collector's clock may have been ahead when it was asked for.
    .set((set) => ({
      state: 'live' as const,
      live_at: set.case().when('published_at', '>', now).then(set.ref('published_at')).else(now).end(),
    }))
    .where('site_id', '=', siteId)
    .where('version', '=', version)
    .where('state', '=', 'publishing')
    .returning('version')
    .executeTakeFirst()
  if (!row) return false
  await tx
    .updateTable('ruleset')
    .set({ state: 'past' })
    .where('site_id', '=', siteId)
    .where('version', '<', version)
    .where('state', '=', 'live')
    .execute()
  return true
}

/**
 * So many leads more are done.
 * @param total of how many, once that is known
 */
export async function recordProgress(
  tx: Db,
  siteId: string,
  version: number,
  { leads, reached, total }: { leads: number; reached: string; total: number | undefined },
): Promise<void> {
  await tx
    .updateTable('ruleset')
    .set((set) => ({ done: set('done', '+', leads), reached, ...(total !== undefined && { total }) }))
    .where('site_id', '=', siteId)
    .where('version', '=', version)
    .execute()
}

/** Takes the work on a version, so that others leave it alone meanwhile. @returns false if another collector has it */
export async function holdWork(
  db: Db,
  siteId: string,
  version: number,
  worker: string,
  now: number,
  until: number,
): Promise<boolean> {
  const row = await db
    .updateTable('ruleset')
    .set({ worker, worker_until: until })
    .where('site_id', '=', siteId)
    .where('version', '=', version)
    .where((where) =>
      where.or([
        where('worker', 'is', null),
        where('worker', '=', worker),
        where('worker_until', '<', now),
        // Held longer than anybody may: by a collector whose clock is far ahead.
        where('worker_until', '>', now + 10 * (until - now)),
      ]),
    )
    .returning('version')
    .executeTakeFirst()
  return row !== undefined
}

async function withDocument(
  db: Db,
  siteId: string,
  { version, live_at }: VersionRow,
  versions: VersionRow[],
): Promise<RulesetVersion> {
  const { document } = await db
    .selectFrom('ruleset')
    .select('document')
    .where('site_id', '=', siteId)
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  const later = versions.slice(0, -1).filter((each) => each.version <= version)
  return {
    version,
    ruleset: parsed(document),
    publishes: later.map(({ published_at }) => published_at),
    liveAt: live_at,
  }
}

const MOST_PARSED = 50
const parsedDocuments = new Map<string, Ruleset>()

/** Equal documents are one object, as they never change: what is prepared of it is prepared once. */
function parsed(document: string): Ruleset {
  const ruleset = parsedDocuments.get(document) ?? (JSON.parse(document) as Ruleset)
  parsedDocuments.set(document, ruleset)
  if (parsedDocuments.size > MOST_PARSED) parsedDocuments.delete(parsedDocuments.keys().next().value as string)
  return ruleset
}
