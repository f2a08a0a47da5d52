/** What a canary leaves in the database, and how it is swept away: see `../canary.ts`. */
import type { Db } from './database.ts'
import { inParts } from './parts.ts'
import { publishDefault } from './rulesets.ts'

/** Of a process that has died in the middle. */
const LEFT_BEHIND = 60 * 60 * 1000

/** Rules without a site. */
export async function ensureRules(tx: Db, siteId: string, now: number): Promise<void> {
  const known = await tx.selectFrom('ruleset').select('version').where('site_id', '=', siteId).executeTakeFirst()
  if (!known) await publishDefault(tx, siteId, now)
}

export async function isScored(db: Db, siteId: string, visitorId: string): Promise<boolean> {
  const row = await db
    .selectFrom('standing')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', visitorId)
    .executeTakeFirst()
  return row !== undefined
}

/** Sweeps away what this one has left, and what others left long ago. */
export async function sweepSite(tx: Db, siteId: string, visitorId: string, now: number): Promise<void> {
  const old = await tx
    .selectFrom('visitor')
    .select('visitor_id')
    .where('site_id', '=', siteId)
    .where('first_seen_at', '<', now - LEFT_BEHIND)
    .execute()
  for (const ids of inParts([visitorId, ...old.map(({ visitor_id }) => visitor_id)])) {
    for (const table of ['event', 'touch', 'span', 'visitor'] as const) {
      await tx.deleteFrom(table).where('site_id', '=', siteId).where('visitor_id', 'in', ids).execute()
    }
    // The lead of an unknown visitor bears the visitor's id.
    for (const table of ['standing', 'stage_change', 'lead'] as const) {
      await tx.deleteFrom(table).where('site_id', '=', siteId).where('lead_id', 'in', ids).execute()
    }
  }
}
