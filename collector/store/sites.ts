import type { Db } from './database.ts'
import { publishDefault } from './rulesets.ts'

/** A website with a public key. */
export interface Site {
  id: string
  name: string
  /** Origins that may post, `https://*.acme.example` for all subdomains; none: any. */
  origins: string[]
  /** Hosts whose pages are not counted: staging, colleagues, `*.test.acme.example`. */
  excludedHosts: string[]
  requireConsent: boolean
  firstEventAt: number | null
  /** To the minute. */
  lastEventAt: number | null
  firstHost: string | null
}

export type SiteChanges = Partial<Pick<Site, 'name' | 'origins' | 'excludedHosts' | 'requireConsent'>>

export async function findSites(db: Db): Promise<Site[]> {
  const rows = await db.selectFrom('site').selectAll().orderBy('site_id').execute()
  return rows.map((row) => ({
    id: row.site_id,
    name: row.name,
    origins: JSON.parse(row.origins) as string[],
    excludedHosts: JSON.parse(row.excluded_hosts) as string[],
    requireConsent: row.require_consent === 1,
    firstEventAt: row.first_event_at,
    lastEventAt: row.last_event_at,
    firstHost: row.first_host,
  }))
}

export async function findSite(db: Db, siteId: string): Promise<Site | undefined> {
  return (await findSites(db)).find(({ id }) => id === siteId)
}

/** Makes a site with the default rules unless it exists. */
export async function ensureSite(db: Db, siteId: string, now: number): Promise<void> {
  await db.transaction().execute((tx) => createSite(tx, siteId, now))
}

/** One that exists already stays as it is. */
export async function createSite(tx: Db, siteId: string, now: number): Promise<void> {
  const made = await tx
    .insertInto('site')
    .values({
      site_id: siteId,
      name: siteId,
      origins: '[]',
      excluded_hosts: '[]',
      require_consent: 0,
      created_at: now,
      first_event_at: null,
      last_event_at: null,
      first_host: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('site_id')
    .executeTakeFirst()
  if (made) await publishDefault(tx, siteId, now)
}

/** Holds the site's row: two who change it, or add to what it has, wait for each other. */
export async function holdSite(tx: Db, siteId: string): Promise<void> {
  await tx
    .updateTable('site')
    .set((set) => ({ name: set.ref('name') }))
    .where('site_id', '=', siteId)
    .execute()
}

export async function changeSite(db: Db, siteId: string, changes: SiteChanges): Promise<void> {
  const { name, origins, excludedHosts, requireConsent } = changes
  if (Object.values(changes).every((value) => value === undefined)) return
  await db
    .updateTable('site')
    .set({
      name,
      origins: origins && JSON.stringify(origins),
      excluded_hosts: excludedHosts && JSON.stringify(excludedHosts),
      require_consent: requireConsent === undefined ? undefined : requireConsent ? 1 : 0,
    })
    .where('site_id', '=', siteId)
    .execute()
}

/** The first stays the first. */
export async function recordFirstEvent(tx: Db, siteId: string, at: number, host: string | null): Promise<void> {
  await tx
    .updateTable('site')
    .set({ first_event_at: at, first_host: host })
    .where('site_id', '=', siteId)
    .where('first_event_at', 'is', null)
    .execute()
}

export async function recordLastEvent(tx: Db, siteId: string, at: number): Promise<void> {
  await tx.updateTable('site').set({ last_event_at: at }).where('site_id', '=', siteId).execute()
}
