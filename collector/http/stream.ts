/** `/api/stream`: scores and stages as they change, as server-sent events. */
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { seesSite } from '../domain/access.ts'
import { findLeads } from '../store/ranked.ts'
import { findSite } from '../store/sites.ts'
import type { Collector, SignedIn } from './context.ts'
import { itemOf } from './lead.ts'
import { siteFor } from './query.ts'
import { whoAsks } from './signin.ts'

/** Changes of a busy moment are read and sent together. */
const SEND_EVERY = 250
/** Proxies end connections that are silent for a minute. */
const COMMENT_EVERY = 20_000
/** Then the browser comes again by itself, and is asked who it is. */
const LIFE = 15 * 60 * 1000

export function streamRoutes(collector: Collector) {
  const { database, condition, log } = collector
  return new Hono<SignedIn>().get('/', async (c) => {
    const { id: siteId, firstEventAt } = await siteFor(c, database.db)
    // Without this, nginx keeps the events until its buffer is full.
    c.header('x-accel-buffering', 'no')
    return streamSSE(c, async (stream) => {
      const changed = new Set<string>()
      let version: number | undefined
      let awaitsFirstEvent = firstEventAt === null
      const deaf = database.listen((news) => {
        if (news.siteId !== siteId) return
        for (const leadId of news.leadIds) changed.add(leadId)
        version = news.version ?? version
      })
      stream.onAbort(deaf)
      try {
        await tellChanges()
      } catch (error) {
        // It ends, and the browser comes again by itself.
        if (condition.note(error) === null) log.error({ err: error }, 'A stream has failed')
      } finally {
        deaf()
      }

      async function tellChanges(): Promise<void> {
        await stream.write(': open\n\n')
        let silentSince = performance.now()
        const endAt = performance.now() + LIFE
        while (!stream.aborted && !collector.isStopping && performance.now() < endAt) {
          await stream.sleep(SEND_EVERY)
          if (stream.aborted || collector.isStopping) break
          if (version !== undefined || changed.size > 0) {
            const user = await whoAsks(c, collector)
            if (!user || !seesSite(user, siteId)) break
          }
          if (version !== undefined) {
            const data = JSON.stringify({ version })
            // Before it is told: another one may go live until a slow reader has taken this.
            version = undefined
            await stream.writeSSE({ event: 'rules', data })
          }
          if (changed.size > 0) {
            const leadIds = [...changed]
            changed.clear()
            await tellLeads(leadIds)
            silentSince = performance.now()
          } else if (performance.now() - silentSince > COMMENT_EVERY) {
            await stream.write(': still here\n\n')
            silentSince = performance.now()
          }
        }
      }

      async function tellLeads(leadIds: string[]): Promise<void> {
        const site = awaitsFirstEvent ? await findSite(database.db, siteId) : undefined
        if (site && site.firstEventAt !== null) {
          awaitsFirstEvent = false
          await stream.writeSSE({ event: 'site', data: JSON.stringify(site) })
        }
        const rows = new Map((await findLeads(database.db, siteId, leadIds)).map((row) => [row.lead_id, row]))
        for (const id of leadIds) {
          const row = rows.get(id)
          await stream.writeSSE(
            row
              ? { event: 'lead', data: JSON.stringify(itemOf(row)) }
              : { event: 'gone', data: JSON.stringify({ id }) },
          )
        }
      }
    })
  })
}
