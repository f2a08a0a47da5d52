/** `/api/tokens`: what programs sign in by. */
import { Hono } from 'hono'
import { coversSites } from '../domain/access.ts'
import { hashToken, newToken } from '../password.ts'
import { recordAudit } from '../store/audit.ts'
import { type ApiToken, findTokens, recordToken, revokeToken } from '../store/tokens.ts'
import { bodyOf, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { grantedOf, refuseBeyond } from './granted.ts'
import { problem } from './problem.ts'
import { adminsOnly } from './signin.ts'

const LONGEST_NAME = 100
const SCOPES: readonly ApiToken['scope'][] = ['read', 'write']

export function tokenRoutes({ database, clock }: Collector) {
  const { db } = database

  return new Hono<SignedIn>()
    .use(adminsOnly)
    .get('/', async (c) => {
      const tokens = (await findTokens(db)).filter(({ sites }) => coversSites(c.get('user'), sites))
      return c.json({ items: tokens, next: null })
    })
    .post(
      '/',
      bodyOf(({ name, scope, sites }) => ({
        name: shortText(name, 'name', LONGEST_NAME),
        scope: scopeOf(scope),
        sites: grantedOf(sites),
      })),
      async (c) => {
        const wanted = c.req.valid('json')
        await refuseBeyond(c, db, wanted.sites)
        const actor = c.get('user').email
        // Told this once; what is kept is its hash.
        const token = `braise_${newToken()}`
        const made = await database.transact(async (tx) => {
          const of = wanted.sites === 'all' ? 'all sites' : wanted.sites.join(', ')
          const deed = { actor, subject: wanted.name, detail: `${wanted.scope}, ${of}` }
          await recordAudit(tx, { ...deed, action: 'token made' }, clock())
          return recordToken(tx, hashToken(token), { ...wanted, createdBy: actor }, clock())
        })
        return c.json({ ...made, token }, 201)
      },
    )
    .delete('/:id', async (c) => {
      const token = (await findTokens(db)).find(({ id }) => id === c.req.param('id'))
      if (!token || !coversSites(c.get('user'), token.sites)) throw problem(404, 'There is no such token')
      await database.transact(async (tx) => {
        if (!(await revokeToken(tx, token.id, clock()))) return
        await recordAudit(tx, { actor: c.get('user').email, action: 'token revoked', subject: token.name }, clock())
      })
      return c.body(null, 204)
    })
}

function scopeOf(input: unknown): ApiToken['scope'] {
  const scope = SCOPES.find((each) => each === input)
  if (!scope) throw problem(422, `scope is one of ${SCOPES.join(', ')}`)
  return scope
}
