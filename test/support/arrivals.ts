/** Batches taken in without HTTP, where a test is about what comes after it. */

import type { Ruleset } from '../../collector/domain/rule.ts'
import { checkBatch } from '../../collector/http/batch.ts'
import { Intake } from '../../collector/intake.ts'
import { type Arrival, arrivalsOf } from '../../collector/judge.ts'
import { carryOn, workOutOn } from '../../collector/rescoring.ts'
import { updateStandings } from '../../collector/standings.ts'
import type { Database } from '../../collector/store/database.ts'
import { publishRuleset } from '../../collector/store/rulesets.ts'
import { findSite, type Site } from '../../collector/store/sites.ts'
import type { Batch, Receipt } from '../../tracker/protocol.ts'

/** A batch as it stands at the door after it came over the wire. */
export function arrivalOf(site: Site, batch: Batch, receivedAt: number): Arrival {
  const checked = checkBatch(JSON.parse(JSON.stringify(batch)))
  return arrivalsOf(checked, { site, bot: false, whereabouts: {}, receivedAt, secrets: [] })[0] as Arrival
}

export async function takeIn(database: Database, batch: Batch, receivedAt: number): Promise<Receipt> {
  const site = (await findSite(database.db, batch.site)) as Site
  return new Intake(database, () => {}).takeIn(arrivalOf(site, batch, receivedAt))
}

/** Counts everything. @returns how many visitors and leads were seen to */
export async function settle(database: Database, now: number, onError = failOn): Promise<number> {
  let all = 0
  for (let some = 1; some > 0; all += some) some = (await updateStandings(database, () => now, onError)).seen
  return all
}

/** Publishes a version of the default site's rules and works everybody out by it. @returns its number */
export async function publish(database: Database, ruleset: Ruleset, now: number, author = 'eve'): Promise<number> {
  const version = await database.transact((tx) => {
    return publishRuleset(tx, 'default', ruleset, { note: 'a test', author }, now)
  })
  await finishPublish(database, now)
  return version
}

export async function finishPublish(database: Database, now: number): Promise<void> {
  while (await carryOn(database, workOutOn(database.db), 'test', now, failOn)) {
    // until it is live and the former one is cleared away
  }
}

/** Nothing may fail unless a test says so. */
export function failOn(error: unknown): void {
  throw error
}
