import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Access } from '../../../collector/domain/access.ts'
import { onEachEngine, type TestDatabase } from '../../support/engines.ts'
import { addressOf, isAllowed, ROUTES } from '../../support/routes.ts'
import {
  aGuess,
  asOperator,
  keptOf,
  makeTwoSites,
  markOf,
  SITES,
  type SiteName,
  type TwoSites,
} from '../../support/sites.ts'
import { type Visited, visit } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

/** What must not be there, whatever the server is asked for. */
const NEVER_SERVED = [
  '/.git/config',
  '/.env',
  '/.source-hash',
  '/.biome.json',
  '/package.json',
  '/data/braise.db',
  '/braise.db',
  '/braise.db-wal',
  '/main.js',
  '/index.html',
  '/main.js.map',
  '/braise.js.map',
  '/assets/main.js.map',
  '/assets/.source-hash',
  '/assets/index.html',
  '/assets/braise.js',
  '/collector/main.js',
  '/collector/main.ts',
  '/dist/collector/main.js',
  '/dashboard/main.tsx',
  '/node_modules/hono/package.json',
  '/demo/',
  '/dev',
  '/debug',
  '/sent_emails',
  '/api',
  '/api/',
  '/api/nothing',
  '/..%2fpackage.json',
  '/assets/..%2f..%2fpackage.json',
  '/assets/%2e%2e/package.json',
  '/%2e%2e/%2e%2e/etc/passwd',
]

onEachEngine((newDatabase) => {
  let database: TestDatabase
  let visited: Visited
  let two: TwoSites

  beforeAll(async () => {
    database = await newDatabase()
    visited = await visit(database.url, () => START)
    two = await makeTwoSites(visited)
  })
  afterAll(async () => {
    await visited.running.stop()
    await database.remove()
  })

  const routesOf = ({ running: { app } }: Visited) => [
    ...new Set(app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`)),
  ]

  async function ask(route: string, site: SiteName, headers: Record<string, string>) {
    const [method = ''] = route.split(' ')
    const url = visited.running.url.replace('localhost', '127.0.0.1') + addressOf(route, two.ids[site])
    const body = ROUTES[route]?.body?.(two.ids[site])
    const stop = new AbortController()
    const response = await fetch(url, {
      method,
      signal: stop.signal,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const isEndless = response.headers.get('content-type') === 'text/event-stream'
    const text = isEndless ? '' : await response.text()
    stop.abort()
    return { status: response.status, text, headers: response.headers }
  }

  /** @returns headers to ask with, by a token that somebody made for everything that a token may */
  async function tokenBy(headers: Record<string, string>): Promise<Record<string, string>> {
    const url = `${visited.running.url.replace('localhost', '127.0.0.1')}/api/tokens`
    const body = JSON.stringify({ name: 'CRM', scope: 'write', sites: 'all' })
    const made = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body })
    const { token } = (await made.json()) as { token: string }
    return { authorization: `Bearer ${token}` }
  }

  test('the routes are those of the table, and no other', () => {
    expect(routesOf(visited).sort()).toEqual(Object.keys(ROUTES).sort())
  })

  test('the files are those that pages and websites load, without a way back to their source', async () => {
    const { files } = visited.running.collector
    const pinned = [...files.keys()].filter((name) => /^braise-[0-9a-f]{12}\.js$/.test(name))
    expect([...files.keys()].sort()).toEqual(
      ['braise-debug.js', 'braise.js', 'index.html', 'main.js', 'style.css', ...pinned].sort(),
    )
    expect(pinned).toHaveLength(1)
    for (const { plain } of files.values()) expect(plain.toString()).not.toMatch(/sourceMappingURL|localhost:\d+/)
    for (const path of NEVER_SERVED) {
      const response = await fetch(visited.running.url.replace('localhost', '127.0.0.1') + path)
      expect([path, response.status]).toEqual([path, path.startsWith('/api') ? 401 : 404])
    }
  })

  test('every answer says what a page may do, and only /e and the tracker may be read from elsewhere', async () => {
    for (const route of Object.keys(ROUTES)) {
      const { headers } = await ask(route, 'shop', {
        origin: 'https://evil.example',
        ...(!/ \/e$/.test(route) && { cookie: 'braise=x' }),
      })
      const isOptOut = route.includes('/opt-out/')
      expect(headers.get('content-security-policy')?.replace(/'sha256-[^']+'/, 'ITS OWN'), route).toBe(
        isOptOut
          ? "default-src 'none'; img-src data:; style-src ITS OWN; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
          : POLICY,
      )
      if (isOptOut) expect(headers.has('set-cookie')).toBe(false)
      expect(headers.get('x-content-type-options'), route).toBe('nosniff')
      const isForAll = / \/(e$|:name)/.test(route)
      expect(headers.has('access-control-allow-origin'), route).toBe(isForAll)
      if (route.includes('/api/')) expect(headers.get('cache-control'), route).toBe('no-store')
    }
  })

  test('whoever asks for whatever: nothing leaks, nothing changes', { timeout: 300_000 }, async () => {
    const { welcome, operate } = two
    // Somebody who sees to everything is always left.
    await welcome('ada', 'admin', 'all')
    const disabled = await welcome('eve', 'admin', 'all')
    const disabledMade = await tokenBy(disabled)
    const lessened = await tokenBy(await welcome('grace', 'admin', 'all'))
    const { items } = (await operate('GET', '/users')) as unknown as { items: { id: string; email: string }[] }
    const idOf = (name: string) => items.find(({ email }) => email.startsWith(`${name}@`))?.id
    await operate('PATCH', `/users/${idOf('eve')}`, { disabled: true })
    await operate('PATCH', `/users/${idOf('grace')}`, { role: 'viewer', sites: ['shop'] })
    const token = await operate('POST', '/tokens', { name: 'gone', scope: 'write', sites: 'all' })
    await operate('DELETE', `/tokens/${token.id}`)
    const callers: [string, Record<string, string>, Access | null][] = [
      ['nobody', {}, null],
      ['a guessed cookie', { cookie: `braise=${aGuess()}`, 'sec-fetch-site': 'same-origin' }, null],
      ['the public key', { authorization: 'Bearer shop' }, null],
      ['a disabled user', disabled, null],
      ['a revoked token', { authorization: `Bearer ${token.token}` }, null],
      ['a token of a disabled user', disabledMade, null],
      ['a token of somebody who is a viewer of the shop by now', lessened, { role: 'viewer', sites: ['shop'] }],
      ['a viewer of the shop', await welcome('vera', 'viewer', ['shop']), { role: 'viewer', sites: ['shop'] }],
      ['the admin of the blog', await welcome('bob', 'admin', ['blog']), { role: 'admin', sites: ['blog'] }],
    ]
    for (const [who, headers, access] of callers) {
      for (const site of SITES) {
        const others = access?.sites === 'all' ? [] : SITES.filter((each) => !access?.sites.includes(each))
        const isFixed = access?.role === 'admin' ? others : SITES
        const before = await Promise.all(isFixed.map((each) => keptOf(visited, each)))
        for (const [route, entry] of Object.entries(ROUTES)) {
          // What signs out is tried last of all, on the site that comes last.
          if (route === 'DELETE /api/session' && site !== SITES.at(-1)) continue
          // What is one's own to destroy is tried by the operator, below.
          if (isAllowed(entry, access, site) && /^(DELETE|PATCH|POST) \/api\/(?!session|join)/.test(route)) continue
          const { status, text } = await ask(route, site, headers)
          const said = `${who}: ${route} of the ${site}`
          for (const other of others) expect(text.includes(markOf(other)), `${said} tells of the ${other}`).toBe(false)
          if (!isAllowed(entry, access, site)) expect([401, 403, 404], `${said}: ${status}`).toContain(status)
        }
        const after = await Promise.all(isFixed.map((each) => keptOf(visited, each)))
        expect(after, `${who} has changed something`).toEqual(before)
      }
    }
  })

  test('every request of the table is in order: whoever may, can', async () => {
    for (const [route, { answers }] of Object.entries(ROUTES)) {
      const { status, text } = await ask(route, 'shop', route.includes('/api/') ? asOperator : {})
      if (answers !== undefined) expect([route, status]).toEqual([route, answers])
      else expect(status, `${route}: ${text.slice(0, 200)}`).toBeLessThan(300)
    }
  })
})

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
