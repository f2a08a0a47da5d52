/** `/api/leads/export`: a list of leads as a file for spreadsheets. */
import type { ServerResponse } from 'node:http'
import { Hono } from 'hono'
import { mayChange } from '../domain/access.ts'
import { BYTE_ORDER_MARK, csvRow } from '../domain/csv.ts'
import { recordAudit } from '../store/audit.ts'
import { findAllLeads, type LeadRow } from '../store/ranked.ts'
import type { Collector, SignedIn } from './context.ts'
import { filterOf } from './filter.ts'
import { itemOf } from './lead.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'

/** Read and sent at a time; no more than this is ever in memory. */
const PAGE = 500

const COLUMNS = ['id', 'name', 'company', 'email', 'stage', 'score', 'engagement', 'fit', 'spam', 'owner']

export function exportRoutes({ database: { db }, condition, log, clock }: Collector) {
  return new Hono<SignedIn>().get('/', async (c) => {
    if (!mayChange(c.get('user'))) throw problem(403, 'Your role lets you read, not export')
    const { id: siteId } = await siteFor(c, db)
    const { more, ...filter } = await filterOf(c, db, siteId)
    if (more) throw problem(400, 'The search finds too many to export; narrow it down')
    const deed = { actor: c.get('user').email, siteId, detail: c.req.query('stage') || 'ranked' }
    await recordAudit(db, { ...deed, action: 'leads exported' }, clock())

    let after = ''
    let isLeft = false
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
          const page = await findAllLeads(db, filter, after, PAGE)
          if (isLeft) return
          after = page.at(-1)?.lead_id ?? ''
          if (page.length > 0) controller.enqueue(encoder.encode(page.map(rowOf).join('')))
          if (page.length < PAGE) controller.close()
        } catch (error) {
          if (condition.note(error) === null) log.error({ err: error }, 'An export was cut off')
          // So that nobody takes what came for the whole list. The server would print the error as it is, with what is in it.
          const { outgoing } = c.env as { outgoing: ServerResponse }
          outgoing.destroy()
        }
      },
      cancel() {
        isLeft = true
      },
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

/** Points as pages show them. */
function asShown(points: number): number {
  return Math.round(points * 10) / 10
}
