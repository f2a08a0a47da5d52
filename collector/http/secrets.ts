/** `/api/sites/:id/secrets`: what a site's own server signs identities by. */
import { type Context, Hono } from 'hono'
import { seesSite } from '../domain/access.ts'
import { newToken } from '../password.ts'
import { recordAudit } from '../store/audit.ts'
import { listSecrets, MOST_SECRETS, recordSecret, removeSecret } from '../store/secrets.ts'
import { findSite, holdSite } from '../store/sites.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { adminsOnly } from './signin.ts'

export function secretRoutes({ database, clock }: Collector) {
  const { db } = database

  async function siteIdOf(c: Context<SignedIn>): Promise<string> {
    const siteId = c.req.param('id') ?? ''
    if (!seesSite(c.get('user'), siteId) || !(await findSite(db, siteId))) throw problem(404, 'There is no such site')
    return siteId
  }

  return new Hono<SignedIn>()
    .get('/:id/secrets', adminsOnly, async (c) =>
      c.json({ items: await listSecrets(db, await siteIdOf(c)), next: null }),
    )
    .post('/:id/secrets', adminsOnly, async (c) => {
      const siteId = await siteIdOf(c)
      const actor = c.get('user').email
      // Told this once.
      const secret = newToken()
      const made = await database.transact(async (tx) => {
        await holdSite(tx, siteId)
        if ((await listSecrets(tx, siteId)).length >= MOST_SECRETS) {
          throw problem(409, 'Two secrets are in use: revoke the older one first')
        }
        const recorded = await recordSecret(tx, siteId, secret, actor, clock())
        await recordAudit(tx, { actor, action: 'secret made', siteId, subject: recorded.id }, clock())
        return recorded
      })
      return c.json({ ...made, secret }, 201)
    })
    .delete('/:id/secrets/:secretId', adminsOnly, async (c) => {
      const siteId = await siteIdOf(c)
      const subject = c.req.param('secretId')
      await database.transact(async (tx) => {
        if (!(await removeSecret(tx, siteId, subject))) throw problem(404, 'There is no such secret')
        await recordAudit(tx, { actor: c.get('user').email, action: 'secret revoked', siteId, subject }, clock())
      })
      return c.body(null, 204)
    })
}
