/** `/api/leads/export`: a list of leads as a file for spreadsheets. */
import type { ServerResponse } from 'node:http'
import { Hono } from 'hono'
import { mayChange } from '../domain/access.ts'
import { BYTE_ORDER_MARK, csvRow } from '../domain/csv.ts'
import { recordAudit } from '../store/audit.ts'
import { openSnapshot } from '../store/database.ts'
import { findRanked, type LeadRow, type RankedAfter } from '../store/ranked.ts'
import type { Collector, SignedIn } from './context.ts'
import { filterOf } from './filter.ts'
import { itemOf } from './lead.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'

/** Read and sent at a time; no more than this is ever in memory. */
const PAGE = 500
/** Whoever takes so long keeps a state of the database that is long past. */
const LONGEST = 10 * 60 * 1000

const COLUMNS = ['id', 'name', 'company', 'email', 'stage', 'score', 'engagement', 'fit', 'spam', 'owner']

export function exportRoutes({ database: { url, db }, condition, log, clock }: Collector) {
  return new Hono<SignedIn>().get('/', async (c) => {
    if (!mayChange(c.get('user'))) throw problem(403, 'Your role lets you read, not export')
    const { id: siteId } = await siteFor(c, db)
    const { more, ...filter } = await filterOf(c, db, siteId)
    if (more) throw problem(400, 'The search finds too many to export; narrow it down')
    const deed = { actor: c.get('user').email, siteId, detail: c.req.query('stage') || 'ranked' }
    await recordAudit(db, { ...deed, action: 'leads exported' }, clock())

    // In the order of the list leads move; of one state each is read once.
    const snapshot = await openSnapshot(url)
    let after: RankedAfter | undefined
    let isEnded = false
    const late = setTimeout(() => cutOff(new Error('It took too long')), LONGEST)
    const end = async () => {
      if (isEnded) return
      isEnded = true
      clearTimeout(late)
      await snapshot.close()
    }
    const cutOff = async (error: unknown) => {
      if (condition.note(error) === null) log.error({ err: error }, 'An export was cut off')
      await end().catch(() => {})
      // So that nobody takes what came for the whole list. The server would print the error as it is, with what is in it.
      const { outgoing } = c.env as { outgoing: ServerResponse }
      outgoing.destroy()
    }
    const encoder = new TextEncoder()
    const rows = new ReadableStream<Uint8Array>({
      start(controller) {
        const header = csvRow([...COLUMNS, 'firstSeenAt', 'lastSeenAt', 'notScored'])
        controller.enqueue(encoder.encode(BYTE_ORDER_MARK + header))
      },
      // Called when the last page has gone out: a slow reader slows the reading down.
      async pull(controller) {
        try {
          // Everybody else has a turn between two pages: SQLite answers without one.
          await new Promise(setImmediate)
          if (isEnded) return
          const page = await findRanked(snapshot.db, filter, after, PAGE)
          if (isEnded) return
          after = placeOf(page.at(-1))
          if (page.length > 0) controller.enqueue(encoder.encode(page.map(rowOf).join('')))
          if (page.length < PAGE) {
            controller.close()
            await end()
          }
        } catch (error) {
          await cutOff(error)
        }
      },
      cancel: end,
    })
    c.header('content-type', 'text/csv; charset=utf-8')
    const name = `braise-leads-${siteId}-${new Date(clock()).toISOString().slice(0, 10)}.csv`
    c.header('content-disposition', `attachment; filename="${name}"`)
    return c.body(rows)
  })
}

function rowOf(row: LeadRow): string {
  const { id, name, company, email, stage, owner, objected, ...lead } = itemOf(row)
  const { score, engagement, fit, spam } = lead
  const points = objected ? [null, null, null, null] : [score, asShown(engagement), asShown(fit), spam]
  const days = [lead.firstSeenAt, lead.lastSeenAt].map((at) => new Date(at).toISOString())
  const notScored = objected ? 'objected to profiling' : null
  return csvRow([id, name, company, email, stage, ...points, owner, ...days, notScored])
}

function placeOf(row: LeadRow | undefined): RankedAfter | undefined {
  return row && { rank: row.rank, lastSeenAt: row.last_seen_at, leadId: row.lead_id }
}

/** Points as pages show them. */
function asShown(points: number): number {
  return Math.round(points * 10) / 10
}
