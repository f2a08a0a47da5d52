import type { Db } from './database.ts'

/** Something that intake did not take, or took and does not score. */
export interface Refusal {
  /** Empty where no known site was named. */
  siteId: string
  /** In plain words, for the site owner; one of a finite number. */
  reason: string
  /** What it looked like. */
  sample: string | null
}

const DAY = 24 * 60 * 60 * 1000
const MOST_LISTED = 100

/** Counts refusals by day and reason, so that no storm of them can fill the disk. */
export async function recordRefusals(tx: Db, refusals: readonly Refusal[], now: number): Promise<void> {
  const day = Math.floor(now / DAY)
  const counted = new Map<string, Refusal & { count: number }>()
  for (const refusal of refusals) {
    const key = `${refusal.siteId} ${refusal.reason}`
    counted.set(key, { ...refusal, count: (counted.get(key)?.count ?? 0) + 1 })
  }
  for (const key of [...counted.keys()].sort()) {
    const { siteId, reason, sample, count } = counted.get(key) as Refusal & { count: number }
    await tx
      .insertInto('refusal')
      .values({ site_id: siteId, day, reason, count, last_at: now, sample })
      .onConflict((conflict) =>
        conflict.columns(['site_id', 'day', 'reason']).doUpdateSet((update) => ({
          count: update('refusal.count', '+', count),
          last_at: now,
          sample,
        })),
      )
      .execute()
  }
}

/** The latest refusals of a site, and those that named no known one. */
export async function findRefusals(db: Db, siteId: string) {
  return db
    .selectFrom('refusal')
    .select(['site_id as site', 'reason', 'count', 'last_at as lastAt', 'sample'])
    .where('site_id', 'in', [siteId, ''])
    .orderBy('last_at', 'desc')
    .limit(MOST_LISTED)
    .execute()
}
