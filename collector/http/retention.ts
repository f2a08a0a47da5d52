/** `/api/retention`: how long what is kept, and how the purge fares. */
import { Hono } from 'hono'
import { KINDS, LONGEST_DAYS, type Retention, SHORTEST_DAYS } from '../domain/retention.ts'
import { recordAudit } from '../store/audit.ts'
import { changeRetention, findPurge, findRetention, savePurge } from '../store/retention.ts'
import { bodyOf } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'
import { adminsOnly } from './signin.ts'

const DAY = 24 * 60 * 60 * 1000

export function retentionRoutes({ database, retention, clock }: Collector) {
  const { db } = database

  async function told(siteId: string) {
    const { lastRunAt, finishedAt, refusedAt, deleted } = await findPurge(db)
    return { days: await findRetention(db, siteId), purge: { lastRunAt, finishedAt, refusedAt, deleted } }
  }

  return (
    new Hono<SignedIn>()
      .get('/', async (c) => c.json(await told((await siteFor(c, db)).id)))
      .patch('/', adminsOnly, bodyOf(daysOf), async (c) => {
        const { id: siteId } = await siteFor(c, db)
        const changes = c.req.valid('json')
        await database.transact(async (tx) => {
          await changeRetention(tx, siteId, changes)
          const deed = { actor: c.get('user').email, siteId, detail: `kept: ${JSON.stringify(changes)}` }
          await recordAudit(tx, { ...deed, action: 'site changed' }, clock())
        })
        return c.json(await told(siteId))
      })
      // Somebody has looked at the clock.
      .post('/resume', adminsOnly, async (c) => {
        // The clock is everybody's.
        if (c.get('user').sites !== 'all') throw problem(403, 'This is for admins of all sites')
        const { id: siteId } = await siteFor(c, db)
        const purge = await findPurge(db)
        if (purge.refusedAt === null) throw problem(409, 'Nothing waits to be resumed')
        await savePurge(db, { ...purge, lastRunAt: clock() - DAY, refusedAt: null })
        await recordAudit(
          db,
          { actor: c.get('user').email, action: 'site changed', siteId, detail: 'clock confirmed' },
          clock(),
        )
        void retention.carryOn()
        return c.json(await told(siteId))
      })
  )
}

function daysOf(body: Record<string, unknown>): Partial<Retention> {
  const given = KINDS.filter((kind) => body[kind] !== undefined).map((kind) => {
    const days = body[kind]
    if (!Number.isInteger(days) || (days as number) < SHORTEST_DAYS || (days as number) > LONGEST_DAYS) {
      throw problem(422, `${kind} is a number of days from ${SHORTEST_DAYS} to ${LONGEST_DAYS}`)
    }
    return [kind, days as number] as const
  })
  return Object.fromEntries(given)
}
