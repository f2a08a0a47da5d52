/** One visitor who sends 2,000 events, half of them late, as a ratio to 2,000 visitors who send one each. */
import { join } from 'node:path'
import { Intake } from '../../collector/intake.ts'
import { StandingsJob } from '../../collector/standings-job.ts'
import { type Database, openDatabase } from '../../collector/store/database.ts'
import { newId } from '../../collector/store/id.ts'
import { findSite, type Site } from '../../collector/store/sites.ts'
import type { Batch, PageEvent } from '../../tracker/protocol.ts'
import { arrivalOf, failOn } from '../support/arrivals.ts'
import { EVENTS, fill } from './full.ts'
import { inFolder, median, ROUNDS } from './machine.ts'

const MANY = 2000
/** Requests on their way at a time. */
const AT_ONCE = 64

export async function benchLate(): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, 'braise.db')
    await fill(path, EVENTS)
    const database = await openDatabase(path)
    const one: number[] = []
    const many: number[] = []
    try {
      for (let i = 0; i < ROUNDS; i++) {
        many.push(await millisecondsFor(database, (n, now) => batchOf(newId(now), now, now - n)))
        const visitorId = newId(Date.now())
        one.push(
          await millisecondsFor(database, (n, now) => batchOf(visitorId, now, n % 2 === 0 ? now : now - n * 1000)),
        )
      }
    } finally {
      await database.close()
    }
    const [a, b] = [median(one), median(many)]
    console.log(`\n${MANY} events of ${MANY} visitors, taken in and scored: ${b.toFixed(0)} ms = 1.0`)
    console.log(`  ${(a / b).toFixed(1)}  of one visitor, half of them late: ${a.toFixed(0)} ms (the goal: at most 10)`)
  })
}

/** From the first request until everything is scored. */
async function millisecondsFor(database: Database, batch: (n: number, now: number) => Batch): Promise<number> {
  const site = (await findSite(database.db, 'acme')) as Site
  const standings = new StandingsJob(database, Date.now, failOn)
  await standings.upToDate()
  const intake = new Intake(database, () => standings.wake())
  const from = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = next++; n < MANY; n = next++) {
        const now = Date.now()
        await intake.takeIn(arrivalOf(site, batch(n, now), now))
        // As though each came over a connection: everything else has its turn in between.
        await new Promise(setImmediate)
      }
    }),
  )
  await standings.upToDate()
  const ms = performance.now() - from
  await standings.stop()
  return ms
}

function batchOf(visitorId: string, now: number, at: number): Batch {
  const url = 'https://acme.example/pricing'
  const page: PageEvent = { id: newId(now), type: 'page', at, pageId: newId(now), url }
  return { site: 'acme', visitorId, sentAt: now, events: [page] }
}
