/** `/api/sites` and `/api/refused`: the websites, and what intake did not take from them. */
import { Hono } from 'hono'
import { seesSite } from '../domain/access.ts'
import { recordAudit } from '../store/audit.ts'
import { findRefusals } from '../store/refusals.ts'
import { changeSite, findSite, findSites } from '../store/sites.ts'
import { bodyOf, listOfTexts, optional, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'
import { adminsOnly } from './signin.ts'

export function siteRoutes({ database, clock }: Collector) {
  const { db } = database
  return new Hono<SignedIn>()
    .get('/', async (c) =>
      c.json({ items: (await findSites(db)).filter(({ id }) => seesSite(c.get('user'), id)), next: null }),
    )
    .patch(
      '/:id',
      adminsOnly,
      bodyOf(({ name, origins, excludedHosts, requireConsent }) => ({
        name: optional(name, (given) => shortText(given, 'name')),
        origins: optional(origins, (given) => listOfTexts(given, 'origins').map(originOf)),
        excludedHosts: optional(excludedHosts, (given) => listOfTexts(given, 'excludedHosts').map(hostOf)),
        requireConsent: optional(requireConsent, truthOf),
      })),
      async (c) => {
        const siteId = c.req.param('id')
        if (!seesSite(c.get('user'), siteId) || !(await findSite(db, siteId)))
          throw problem(404, 'There is no such site')
        const changes = c.req.valid('json')
        await database.transact(async (tx) => {
          await changeSite(tx, siteId, changes)
          const deed = { actor: c.get('user').email, siteId, detail: JSON.stringify(changes) }
          await recordAudit(tx, { ...deed, action: 'site changed' }, clock())
        })
        return c.json((await findSite(db, siteId)) ?? null)
      },
    )
}

export function refusedRoutes({ database: { db } }: Collector) {
  return new Hono<SignedIn>().get('/', async (c) => {
    const site = await siteFor(c, db)
    return c.json({ items: await findRefusals(db, site.id), next: null })
  })
}

function originOf(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    throw problem(422, `"${text}" is not an origin such as https://www.example.com`)
  return new URL(text).origin
}

function hostOf(text: string): string {
  const address = /^https?:\/\//i.test(text) ? text : `http://${text}`
  if (/[\s/]/.test(text.replace(/^https?:\/\//i, '').replace(/\/$/, '')) || !URL.canParse(address)) {
    throw problem(422, `"${text}" is not a host such as staging.example.com`)
  }
  return new URL(address).host
}

function truthOf(input: unknown): boolean {
  if (typeof input !== 'boolean') throw problem(422, 'requireConsent is true or false')
  return input
}
