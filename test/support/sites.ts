/** Two websites in one installation, with somebody and something on each, and names that tell whose it is. */
import { randomBytes } from 'node:crypto'
import type { FormEvent } from '../../tracker/protocol.ts'
import { API_TOKEN, visitOf } from './client.ts'
import type { Ids } from './routes.ts'
import type { Visited } from './visiting.ts'
import { START } from './wire.ts'

export const SITES = ['shop', 'blog'] as const
export type SiteName = (typeof SITES)[number]

const PASSWORD = 'a difference engine'

/** What stands in everything of a site, and nowhere else. */
export const markOf = (site: SiteName) => `${site}-secret`

export interface TwoSites {
  ids: Record<SiteName, Ids>
  /** Somebody new, with this role. @returns headers to ask with */
  welcome(name: string, role: string, sites: 'all' | string[]): Promise<Record<string, string>>
  /** Asks as the operator, for what it answers. */
  operate(method: string, path: string, body?: unknown): Promise<Record<string, string>>
}

export async function makeTwoSites(visited: Visited): Promise<TwoSites> {
  const operate = async (method: string, path: string, body?: unknown) => {
    const response = await visited.api(path, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.status === 204 ? {} : await response.json()
  }

  async function fill(site: SiteName): Promise<Ids> {
    const mark = markOf(site)
    for (const person of ['Ada', 'Bob']) {
      const { email: _, ...batch } = visitOf(person, 'newsletter', [`/${mark}`], START)
      const form = batch.events.at(-1) as FormEvent
      const fields = { email: `${person}@${mark}.example`, firstName: person, company: mark }
      await visited.take({ ...batch, site, events: [...batch.events.slice(0, -1), { ...form, fields }] })
    }
    await visited.counted()
    const { items: leads } = await visited.read<{ items: { id: string }[] }>(`/leads?site=${site}`)
    const [lead = { id: '' }, other = { id: '' }] = leads
    const at = `/leads/${lead.id}`
    const note = await operate('POST', `${at}/notes?site=${site}`, { text: mark })
    const { decisions } = await visited
      .api(`${at}?site=${site}`, { method: 'PATCH', body: '{"stage":"accepted"}' })
      .then((response) => response.json() as Promise<{ decisions: { id: string }[] }>)
    await operate('POST', '/users', { email: `user@${mark}.example`, role: 'viewer', sites: [site] })
    const token = await operate('POST', '/tokens', { name: mark, scope: 'read', sites: [site] })
    const secret = await operate('POST', `/sites/${site}/secrets`)
    await fetch(`${visited.running.url.replace('localhost', '127.0.0.1')}/opt-out/${site}`, {
      method: 'POST',
      body: new URLSearchParams({ email: `eve@${mark}.example` }),
    })
    const { items: objections } = await visited.read<{ items: { id: string }[] }>(`/objections?site=${site}`)
    const { items: users } = await visited.read<{ items: { id: string; email: string }[] }>('/users')
    const { ruleset } = await visited.read<{ ruleset: unknown }>(`/rules?site=${site}`)
    return {
      site,
      lead: lead.id,
      other: other.id,
      note: note.id ?? '',
      decision: decisions[0]?.id ?? '',
      user: users.find(({ email }) => email === `user@${mark}.example`)?.id ?? '',
      token: token.id ?? '',
      secret: secret.id ?? '',
      objection: objections[0]?.id ?? '',
      ruleset,
    }
  }

  // Both before the first event: intake asks for the sites once a second, by a clock that may stand still.
  for (const site of SITES) await operate('POST', '/sites', { id: site, name: markOf(site) })
  const ids = { shop: await fill('shop'), blog: await fill('blog') }
  return {
    ids,
    operate,
    async welcome(name, role, sites) {
      const { link } = await operate('POST', '/users', { email: `${name}@mill.example`, role, sites })
      const token = new URL(link ?? '').hash.slice(1)
      const joined = await visited.api('/join', {
        method: 'POST',
        body: JSON.stringify({ token, password: PASSWORD }),
      })
      const cookie = joined.headers.get('set-cookie')?.split(';')[0] ?? ''
      return { cookie, 'sec-fetch-site': 'same-origin' }
    },
  }
}

export const asOperator = { authorization: `Bearer ${API_TOKEN}` }
export const aGuess = () => randomBytes(32).toString('base64url')

/** Everything that is kept of a site, as a text: equal before and after where nothing has changed. */
export async function keptOf(visited: Visited, site: SiteName): Promise<string> {
  const { db } = visited.running.collector.database
  const kept: Record<string, unknown[]> = {}
  // The log of who asked, counts of what was refused, and marks of work to do are no data of the site.
  const apart = new Set(['audit', 'refusal', 'touch', 'kysely_migration', 'kysely_migration_lock'])
  for (const { name, columns } of await db.introspection.getTables()) {
    if (apart.has(name)) continue
    const rows = (await db
      .selectFrom(name as 'user')
      .selectAll()
      .execute()) as unknown as Record<string, unknown>[]
    const isOfSite = columns.some((column) => column.name === 'site_id')
    const own = rows.filter((row) => (isOfSite ? row.site_id === site : JSON.stringify(row).includes(markOf(site))))
    kept[name] = own.map(({ used_at: _, ...row }) => JSON.stringify(row)).sort()
  }
  return JSON.stringify(kept)
}
