import { defaultRuleset } from '../domain/defaults.ts'
import type { Ruleset } from '../domain/rule.ts'
import type { Db } from './database.ts'

export interface RulesetVersion {
  version: number
  ruleset: Ruleset
  /** When each version up to this one was published; the first one comes with the site and counts from ever. */
  publishes: number[]
}

/** The live ruleset of a site: the newest, or the version asked for. */
export async function findRuleset(db: Db, siteId: string, version?: number): Promise<RulesetVersion | undefined> {
  let query = db.selectFrom('ruleset').select(['version', 'published_at']).where('site_id', '=', siteId)
  if (version !== undefined) query = query.where('version', '<=', version)
  const versions = await query.orderBy('version').execute()
  const newest = versions.at(-1)
  if (!newest || (version !== undefined && newest.version !== version)) return undefined
  const { document } = await db
    .selectFrom('ruleset')
    .select('document')
    .where('site_id', '=', siteId)
    .where('version', '=', newest.version)
    .executeTakeFirstOrThrow()
  const publishes = versions.slice(1).map(({ published_at }) => published_at)
  return { version: newest.version, ruleset: JSON.parse(document) as Ruleset, publishes }
}

export async function findRulesetOrThrow(db: Db, siteId: string): Promise<RulesetVersion> {
  const found = await findRuleset(db, siteId)
  if (!found) throw new Error(`Site ${siteId} has no ruleset`)
  return found
}

/** Publishes the next version and marks every lead of the site as due. @returns its number */
export async function publishRuleset(
  tx: Db,
  siteId: string,
  ruleset: Ruleset,
  { note, author }: { note: string; author: string },
  now: number,
): Promise<number> {
  const newest = await tx
    .selectFrom('ruleset')
    .select((select) => select.fn.max('version').as('version'))
    .where('site_id', '=', siteId)
    .executeTakeFirst()
  const version = Number(newest?.version ?? 0) + 1
  const row = { site_id: siteId, version, document: JSON.stringify(ruleset), note, author, published_at: now }
  await tx.insertInto('ruleset').values(row).execute()
  await tx.updateTable('lead').set({ next_change_at: 0 }).where('site_id', '=', siteId).execute()
  return version
}

export async function publishDefault(tx: Db, siteId: string, now: number): Promise<void> {
  const note = { note: 'Default rules', author: 'Braise' }
  await publishRuleset(tx, siteId, defaultRuleset(), note, now)
}
