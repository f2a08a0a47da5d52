/** The trackers that this installation has served under names of their own. */
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

export interface TrackerVersion {
  /** `braise-<beginning of its hash>.js` */
  name: string
  script: string
}

/** Keeps a tracker for as long as there are sites that name it; one that is known already stays as it is. */
export async function keepTracker(db: Kysely<Schema>, { name, script }: TrackerVersion, now: number): Promise<void> {
  await db
    .insertInto('tracker_version')
    .values({ name, script, first_served_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function findTrackers(db: Kysely<Schema>): Promise<TrackerVersion[]> {
  return await db.selectFrom('tracker_version').select(['name', 'script']).orderBy('name').execute()
}
