/** `/api/sites` and `/api/refused`: the websites, what intake did not take from them, and whether anything comes still. */
import { Hono } from 'hono'
import { SITE_KEY } from '../config.ts'
import { seesSite } from '../domain/access.ts'
import { recordAudit } from '../store/audit.ts'
import { findRefusals } from '../store/refusals.ts'
import { changeSite, createSite, findSite, findSites } from '../store/sites.ts'
import { bodyOf, listOfTexts, optional, shortText, truthOf } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'
import { secretRoutes } from './secrets.ts'
import { adminsOnly } from './signin.ts'

const LONGEST_NAME = 100

export function siteRoutes(collector: Collector) {
  const { database, clock } = collector
  const { db } = database
  return new Hono<SignedIn>()
    .route('/', secretRoutes(collector))
    .get('/', async (c) =>
      c.json({ items: (await findSites(db)).filter(({ id }) => seesSite(c.get('user'), id)), next: null }),
    )
    .post(
      '/',
      adminsOnly,
      bodyOf(({ id, name, origins, excludedHosts }) => ({
        id: siteIdOf(id),
        name: shortText(name, 'name', LONGEST_NAME),
        origins: listOfTexts(origins, 'origins').map(originOf),
        excludedHosts: listOfTexts(excludedHosts, 'excludedHosts').map(hostOf),
      })),
      async (c) => {
        if (c.get('user').sites !== 'all') throw problem(403, 'New sites are made by admins of all sites')
        const { id: siteId, ...changes } = c.req.valid('json')
        await database.transact(async (tx) => {
          if (await findSite(tx, siteId)) throw problem(409, 'There is a site with this key already')
          await createSite(tx, siteId, clock())
          await changeSite(tx, siteId, changes)
          const deed = { actor: c.get('user').email, siteId, detail: JSON.stringify(changes) }
          await recordAudit(tx, { ...deed, action: 'site made' }, clock())
        })
        return c.json((await findSite(db, siteId)) ?? null, 201)
      },
    )
    .patch(
      '/:id',
      adminsOnly,
      bodyOf(({ name, origins, excludedHosts, requireConsent }) => ({
        name: optional(name, (given) => shortText(given, 'name')),
        origins: optional(origins, (given) => listOfTexts(given, 'origins').map(originOf)),
        excludedHosts: optional(excludedHosts, (given) => listOfTexts(given, 'excludedHosts').map(hostOf)),
        requireConsent: optional(requireConsent, (given) => truthOf(given, 'requireConsent')),
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
    return c.json({ items: await findRefusals(db, site.id), next: null, lastSeenAt: site.lastEventAt })
  })
}

/** It stands in every page of the site. */
function siteIdOf(input: unknown): string {
  const id = shortText(input, 'id')
  if (!SITE_KEY.test(id)) throw problem(422, 'A key has 1 to 100 letters, digits, dots, dashes or underscores')
  return id
}

function originOf(text: string): string {
  refuseOtherStars(text, /^https?:\/\/\*\.[^*]+$/i, 'https://*.example.com')
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text).origin
  // Not taken for https without a word: of a site that is still on http nothing would come any more.
  if (!text.includes('://') && URL.canParse(`https://${text}`))
    throw problem(422, `"${text}" needs https:// before it, or http://`)
  throw problem(422, `"${text}" is not an origin such as https://www.example.com`)
}

function hostOf(text: string): string {
  refuseOtherStars(text, /^(https?:\/\/)?\*\.[^*]+$/i, '*.example.com')
  const address = /^https?:\/\//i.test(text) ? text : `http://${text}`
  if (/[\s/]/.test(text.replace(/^https?:\/\//i, '').replace(/\/$/, '')) || !URL.canParse(address)) {
    throw problem(422, `"${text}" is not a host such as staging.example.com`)
  }
  return new URL(address).host
}

/** Anywhere else one would let in whoever registers a host that fits, such as `www.acme.evil.example` by `www.acme.*`. */
function refuseOtherStars(text: string, subdomains: RegExp, example: string): void {
  if (!text.includes('*') || subdomains.test(text)) return
  throw problem(422, `"${text}": a star can only stand for all subdomains, as in ${example}`)
}
