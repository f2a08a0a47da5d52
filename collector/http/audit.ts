/** `/api/audit`: who did what. It can be read, and nothing else. */
import { Hono } from 'hono'
import { seesSite } from '../domain/access.ts'
import { AUDIT_ACTIONS, type AuditAction, findAudit } from '../store/audit.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { limitOf } from './query.ts'
import { adminsOnly } from './signin.ts'

export function auditRoutes({ database: { db } }: Collector) {
  return new Hono<SignedIn>().use(adminsOnly).get('/', async (c) => {
    const { sites } = c.get('user')
    const limit = limitOf(c)
    const site = c.req.query('site') || undefined
    if (site && !seesSite({ sites }, site)) throw problem(404, 'There is no such site')
    const action = actionOf(c.req.query('action'))
    const filter = { sites, action, actor: c.req.query('actor') || undefined, site }
    const entries = await findAudit(db, filter, afterOf(c.req.query('cursor')), limit + 1)
    const items = entries.slice(0, limit)
    const last = items.at(-1)
    const next = entries.length > limit && last ? Buffer.from(last.id).toString('base64url') : null
    return c.json({ items, next, actions: AUDIT_ACTIONS })
  })
}

function actionOf(input: string | undefined): AuditAction | undefined {
  if (!input) return undefined
  const action = AUDIT_ACTIONS.find((each) => each === input)
  if (!action) throw problem(400, `action is one of ${AUDIT_ACTIONS.join(', ')}`)
  return action
}

function afterOf(cursor: string | undefined): string | undefined {
  if (!cursor) return undefined
  const id = Buffer.from(cursor, 'base64url').toString()
  if (!/^[0-9a-f-]{36}$/.test(id)) throw problem(400, 'This cursor is not one of ours')
  return id
}
