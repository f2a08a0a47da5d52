import { beforeEach, expect, test } from 'vitest'
import { API_TOKEN } from '../../support/client.ts'
import { onEachEngine } from '../../support/engines.ts'
import { visitEach } from '../../support/visiting.ts'
import { HOUR, START } from '../../support/wire.ts'

const PASSWORD = 'a difference engine'

onEachEngine((newDatabase) => {
  let now: number

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)
  beforeEach(async () => {
    for (const id of ['shop', 'blog']) await as(API_TOKEN, 'POST', '/sites', { id, name: id })
  })

  /** @param who a token, or a cookie as `name=value` */
  function as(who: string, method: string, path: string, body?: unknown): Promise<Response> {
    const isCookie = /^braise=/.test(who)
    const credentials: Record<string, string> = isCookie
      ? { cookie: who, 'sec-fetch-site': 'same-origin' }
      : { authorization: `Bearer ${who}` }
    const url = visited.running.url.replace('localhost', '127.0.0.1')
    const headers = { ...(who !== '' && credentials), 'content-type': 'application/json' }
    return fetch(`${url}/api${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  }

  const statusOf = async (...asked: Parameters<typeof as>) => (await as(...asked)).status
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const tokenIn = (link: string) => new URL(link).hash.slice(1)

  async function invite(name: string, role: string, sites: 'all' | string[]): Promise<string> {
    const invited = await as(API_TOKEN, 'POST', '/users', { email: `${name}@mill.example`, role, sites })
    expect(invited.status).toBe(201)
    return tokenIn((await invited.json()).link)
  }

  /** @returns the cookie of somebody new */
  async function welcome(name: string, role: string, sites: 'all' | string[]): Promise<string> {
    const joined = await as('', 'POST', '/join', { token: await invite(name, role, sites), password: PASSWORD })
    expect(joined.status).toBe(201)
    return cookieOf(joined)
  }

  async function idOf(name: string): Promise<string> {
    const { items } = await (await as(API_TOKEN, 'GET', '/users')).json()
    return items.find(({ email }: { email: string }) => email === `${name}@mill.example`).id
  }

  test('an invitation is good for half an hour, once, and is kept as a hash', async () => {
    const late = await invite('late', 'viewer', 'all')
    now += HOUR / 2
    expect(await statusOf('', 'POST', '/join', { token: late, password: PASSWORD })).toBe(404)
    const token = await invite('bob', 'viewer', 'all')
    expect(Buffer.from(token, 'base64url').length * 8).toBeGreaterThanOrEqual(128)
    const links = await visited.running.collector.database.db.selectFrom('one_time_link').selectAll().execute()
    expect(JSON.stringify(links)).not.toContain(token)
    const check = await as('', 'POST', '/join/check', { token })
    expect(await check.json()).toMatchObject({ kind: 'invite', email: 'bob@mill.example', presets: [] })
    expect(await statusOf('', 'POST', '/session', { email: 'bob@mill.example', password: '' })).toBe(422)
    expect(await statusOf('', 'POST', '/session', { email: 'bob@mill.example', password: PASSWORD })).toBe(401)
    expect(await statusOf('', 'POST', '/join', { token, password: PASSWORD })).toBe(201)
    expect(await statusOf('', 'POST', '/join', { token, password: PASSWORD })).toBe(404)
    expect(await statusOf('', 'POST', '/session', { email: 'bob@mill.example', password: PASSWORD })).toBe(200)
  })

  test('of several invitations of one person at once, one is made', async () => {
    const person = { email: 'bob@mill.example', role: 'viewer', sites: 'all' }
    const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf(API_TOKEN, 'POST', '/users', person)))
    expect(statuses.sort()).toEqual([201, ...Array(7).fill(409)])
  })

  test('a role says what somebody may do, on the sites granted', async () => {
    const viewer = await welcome('vera', 'viewer', ['shop'])
    const marketer = await welcome('mark', 'marketer', ['shop'])
    const { ruleset } = await (await as(marketer, 'GET', '/rules?site=shop')).json()
    const publish = { ruleset: { ...ruleset, timeZone: 'Europe/Paris' }, note: 'Paris' }
    for (const cookie of [viewer, marketer]) {
      const { items } = await (await as(cookie, 'GET', '/sites')).json()
      expect(items.map(({ id }: { id: string }) => id)).toEqual(['shop'])
      expect(await statusOf(cookie, 'GET', '/leads?site=shop')).toBe(200)
      expect(await statusOf(cookie, 'GET', '/leads?site=blog')).toBe(404)
      expect(await statusOf(cookie, 'PATCH', '/sites/shop', { name: 'Mine' })).toBe(403)
      expect(await statusOf(cookie, 'POST', '/rules/publish?site=blog', publish)).toBe(cookie === viewer ? 403 : 404)
      for (const path of ['/users', '/tokens', '/audit']) expect(await statusOf(cookie, 'GET', path)).toBe(403)
    }
    expect(await statusOf(viewer, 'POST', '/rules/publish?site=shop', publish)).toBe(403)
    expect(await statusOf(marketer, 'POST', '/rules/publish?site=shop', publish)).toBe(202)
  })

  test('an admin of one site sees to that site, its users and tokens, and to nothing beyond', async () => {
    const ada = await welcome('ada', 'admin', ['shop'])
    await welcome('bob', 'marketer', ['shop'])
    await welcome('eve', 'viewer', ['shop', 'blog'])
    const { items } = await (await as(ada, 'GET', '/users')).json()
    expect(items.map(({ email }: { email: string }) => email)).toEqual(['ada@mill.example', 'bob@mill.example'])
    expect(await statusOf(ada, 'PATCH', '/sites/shop', { name: 'Mine' })).toBe(200)
    expect(await statusOf(ada, 'PATCH', '/sites/blog', { name: 'Mine' })).toBe(404)
    expect(await statusOf(ada, 'POST', '/sites', { id: 'new', name: 'New' })).toBe(403)
    expect(await statusOf(ada, 'PATCH', `/users/${await idOf('eve')}`, { role: 'admin' })).toBe(404)
    expect(await statusOf(ada, 'POST', `/users/${await idOf('eve')}/link`)).toBe(404)
    expect(await statusOf(ada, 'PATCH', `/users/${await idOf('ada')}`, { sites: 'all' })).toBe(403)
    const beyond = { name: 'x', email: 'new@mill.example', role: 'admin', scope: 'read' }
    for (const sites of ['all', ['blog'], ['shop', 'blog'], ['nowhere']]) {
      expect(await statusOf(ada, 'POST', '/users', { ...beyond, sites })).toBe(403)
      expect(await statusOf(ada, 'POST', '/tokens', { ...beyond, sites })).toBe(403)
    }
    expect(await statusOf(ada, 'POST', '/users', { ...beyond, sites: ['shop'] })).toBe(201)
    const audit = await (await as(ada, 'GET', '/audit')).json()
    expect(new Set(audit.items.map(({ site }: { site: string }) => site))).toEqual(new Set(['shop']))
    expect(await statusOf(ada, 'GET', '/audit?site=blog')).toBe(404)
  })

  test('another role, other sites or being disabled end every sign-in at once', async () => {
    for (const [name, change] of [
      ['ada', { role: 'admin' }],
      ['bob', { sites: ['shop'] }],
      ['eve', { disabled: true }],
    ] as const) {
      const cookie = await welcome(name, 'viewer', 'all')
      expect(await statusOf(cookie, 'GET', '/session')).toBe(200)
      expect(await statusOf(API_TOKEN, 'PATCH', `/users/${await idOf(name)}`, change)).toBe(200)
      expect(await statusOf(cookie, 'GET', '/session')).toBe(401)
    }
    const eve = { email: 'eve@mill.example', password: PASSWORD }
    const [refused, unknown] = [
      await as('', 'POST', '/session', eve),
      await as('', 'POST', '/session', { ...eve, email: 'nobody@mill.example' }),
    ]
    expect([refused.status, await refused.text()]).toEqual([unknown.status, await unknown.text()])
    expect(await statusOf(API_TOKEN, 'POST', `/users/${await idOf('eve')}/link`)).toBe(409)
    await as(API_TOKEN, 'PATCH', `/users/${await idOf('eve')}`, { disabled: false })
    expect(await statusOf('', 'POST', '/session', eve)).toBe(200)
  })

  test('a link that was made before somebody was disabled does not let them in', async () => {
    await welcome('eve', 'viewer', 'all')
    const made = await as(API_TOKEN, 'POST', `/users/${await idOf('eve')}/link`)
    const token = tokenIn((await made.json()).link)
    await as(API_TOKEN, 'PATCH', `/users/${await idOf('eve')}`, { disabled: true })
    expect(await statusOf('', 'POST', '/join', { token, password: PASSWORD })).toBe(404)
  })

  test('somebody is always left who sees to everything, even if two admins take it from each other at once', async () => {
    const ada = await welcome('ada', 'admin', 'all')
    const change = { role: 'viewer' }
    expect(await statusOf(ada, 'PATCH', `/users/${await idOf('ada')}`, change)).toBe(409)
    await invite('late', 'admin', 'all')
    expect(await statusOf(ada, 'PATCH', `/users/${await idOf('ada')}`, { disabled: true })).toBe(409)
    const bob = await welcome('bob', 'admin', 'all')
    const [adaId, bobId] = [await idOf('ada'), await idOf('bob')]
    const statuses = await Promise.all([
      statusOf(ada, 'PATCH', `/users/${bobId}`, change),
      statusOf(bob, 'PATCH', `/users/${adaId}`, change),
    ])
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  })

  test('a token is told once, kept as a hash, and does what its scope and sites say until it is revoked', async () => {
    const wanted = { name: 'CRM', scope: 'read', sites: ['shop'] }
    const made = await (await as(API_TOKEN, 'POST', '/tokens', wanted)).json()
    const writer = await (await as(API_TOKEN, 'POST', '/tokens', { ...wanted, name: 'Form', scope: 'write' })).json()
    const { items } = await (await as(API_TOKEN, 'GET', '/tokens')).json()
    const kept = await visited.running.collector.database.db.selectFrom('api_token').selectAll().execute()
    expect(items.map(({ name }: { name: string }) => name).sort()).toEqual(['CRM', 'Form'])
    expect(JSON.stringify([items, kept])).not.toContain(made.token)
    const { ruleset } = await (await as(made.token, 'GET', '/rules')).json()
    const publish = { ruleset: { ...ruleset, timeZone: 'Europe/Paris' }, note: 'Paris' }
    expect(await statusOf(made.token, 'GET', '/leads?site=shop')).toBe(200)
    expect(await statusOf(made.token, 'GET', '/leads?site=blog')).toBe(404)
    expect(await statusOf(made.token, 'POST', '/rules/publish?site=shop', publish)).toBe(403)
    expect(await statusOf(writer.token, 'POST', '/rules/publish?site=shop', publish)).toBe(202)
    for (const path of ['/users', '/tokens', '/audit']) expect(await statusOf(writer.token, 'GET', path)).toBe(403)
    expect(await statusOf(API_TOKEN, 'DELETE', `/tokens/${made.id}`)).toBe(204)
    expect(await statusOf(made.token, 'GET', '/leads?site=shop')).toBe(401)
    const after = (await (await as(API_TOKEN, 'GET', '/tokens')).json()).items
    expect(after).toContainEqual(expect.objectContaining({ name: 'CRM', revokedAt: now }))
    expect(after).toContainEqual(expect.objectContaining({ name: 'Form', revokedAt: null }))
  })

  test('a token may never do more than who made it may by now, and nothing while they are disabled', async () => {
    await welcome('bob', 'admin', 'all')
    const ada = await welcome('ada', 'admin', 'all')
    const make = async (sites: 'all' | string[]): Promise<string> =>
      (await (await as(ada, 'POST', '/tokens', { name: 'CRM', scope: 'write', sites })).json()).token
    const [everywhere, blog] = [await make('all'), await make(['blog'])]
    const change = async (body: unknown) =>
      expect(await statusOf(API_TOKEN, 'PATCH', `/users/${await idOf('ada')}`, body)).toBe(200)
    const suspended = async () => {
      const { items } = await (await as(API_TOKEN, 'GET', '/tokens')).json()
      return items.map((token: { suspended: boolean }) => token.suspended)
    }
    const mayPublish = async (token: string, site: string) => {
      const { ruleset } = await (await as(API_TOKEN, 'GET', `/rules?site=${site}`)).json()
      return statusOf(token, 'POST', `/rules/publish?site=${site}`, { ruleset, note: 'The same' })
    }
    expect([await mayPublish(everywhere, 'shop'), await mayPublish(blog, 'blog')]).toEqual([202, 202])

    await change({ sites: ['shop'] })
    expect([await mayPublish(everywhere, 'shop'), await mayPublish(everywhere, 'blog')]).toEqual([202, 404])
    for (const path of ['/leads', '/leads?site=blog']) expect(await statusOf(blog, 'GET', path)).toBe(404)

    await change({ role: 'viewer' })
    expect(await statusOf(everywhere, 'GET', '/leads?site=shop')).toBe(200)
    expect(await mayPublish(everywhere, 'shop')).toBe(403)

    await change({ role: 'admin', sites: 'all', disabled: true })
    expect(await suspended()).toEqual([true, true])
    for (const token of [everywhere, blog]) expect(await statusOf(token, 'GET', '/leads?site=blog')).toBe(401)

    await change({ disabled: false })
    expect(await suspended()).toEqual([false, false])
    expect([await mayPublish(everywhere, 'shop'), await mayPublish(blog, 'blog')]).toEqual([202, 202])
  })

  test('the audit log tells who did what, newest first, page by page, and takes nothing from anybody', async () => {
    const ada = await welcome('ada', 'admin', 'all')
    now += 1
    await as('', 'POST', '/session', { email: 'ada@mill.example', password: 'a wrong guess' })
    now += 1
    await as(ada, 'POST', '/tokens', { name: 'CRM', scope: 'read', sites: 'all' })
    const told = await (await as(ada, 'GET', '/audit?limit=2')).json()
    expect(told.items).toMatchObject([
      { actor: 'ada@mill.example', action: 'token made', subject: 'CRM', detail: 'read, all sites', at: now },
      { actor: 'ada@mill.example', action: 'sign-in refused' },
    ])
    const rest = await (await as(ada, 'GET', `/audit?cursor=${told.next}`)).json()
    expect(rest.items.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['joined', 'user invited', 'site made']),
    )
    expect(rest.next).toBeNull()
    const refused = await (await as(ada, 'GET', `/audit?action=${encodeURIComponent('sign-in refused')}`)).json()
    expect(refused.items).toHaveLength(1)
    expect(await statusOf(ada, 'GET', '/audit?action=x')).toBe(400)
    expect(await statusOf(ada, 'GET', '/audit?cursor=x')).toBe(400)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await statusOf(ada, method, '/audit', {})).toBe(404)
      expect(await statusOf(ada, method, `/audit/${told.items[0].id}`, {})).toBe(404)
    }
  })

  test('a new site begins with the default rules, and its key is not to be changed', async () => {
    const site = {
      id: 'docs',
      name: 'Docs',
      origins: ['https://docs.example/'],
      excludedHosts: ['Staging.docs.example'],
    }
    const made = await as(API_TOKEN, 'POST', '/sites', site)
    expect([made.status, await made.json()]).toMatchObject([
      201,
      { id: 'docs', origins: ['https://docs.example'], excludedHosts: ['staging.docs.example'], firstEventAt: null },
    ])
    expect(await statusOf(API_TOKEN, 'POST', '/sites', site)).toBe(409)
    expect(await statusOf(API_TOKEN, 'POST', '/sites', { ...site, id: 'a b' })).toBe(422)
    for (const [origin, said] of [
      ['www.docs.example', '"www.docs.example" needs https:// before it, or http://'],
      ['ftp://docs.example', '"ftp://docs.example" is not an origin such as https://www.example.com'],
      ['our docs', '"our docs" is not an origin such as https://www.example.com'],
      ['https://docs.*', '"https://docs.*": a star can only stand for all subdomains, as in https://*.example.com'],
      ['https://*', '"https://*": a star can only stand for all subdomains, as in https://*.example.com'],
    ] as const) {
      const refused = await as(API_TOKEN, 'PATCH', '/sites/docs', { origins: [origin] })
      expect([refused.status, await refused.json()]).toMatchObject([422, { detail: said }])
    }
    const host = await as(API_TOKEN, 'PATCH', '/sites/docs', { excludedHosts: ['test*.docs.example'] })
    const detail = '"test*.docs.example": a star can only stand for all subdomains, as in *.example.com'
    expect([host.status, await host.json()]).toMatchObject([422, { detail }])
    expect(await (await as(API_TOKEN, 'GET', '/rules?site=docs')).json()).toMatchObject({ version: 1 })
  })
})
