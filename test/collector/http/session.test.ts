import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { presets } from '../../../collector/domain/presets.ts'
import { publishRuleset } from '../../../collector/store/rulesets.ts'
import { findUser } from '../../../collector/store/users.ts'
import { onEachEngine, type TestDatabase } from '../../support/engines.ts'
import { PATIENCE } from '../../support/patience.ts'
import { type Visited, visit } from '../../support/visiting.ts'
import { DAY, HOUR, START } from '../../support/wire.ts'

const ADA = { email: 'ada@analytical.example', password: 'a difference engine' }
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' }

onEachEngine((newDatabase) => {
  let database: TestDatabase
  let visited: Visited
  let now: number

  beforeEach(async () => {
    now = START
    database = await newDatabase()
    visited = await visit(database.url, () => now)
  })
  afterEach(async () => {
    await visited.running.stop()
    await database.remove()
  })

  function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const url = visited.running.url.replace('localhost', '127.0.0.1')
    const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    return fetch(`${url}/api${path}`, { method, ...init, headers: { 'content-type': 'application/json', ...headers } })
  }

  const linkToken = () => new URL(visited.running.firstLink ?? '').hash.slice(1)
  const cookieOf = (response: Response) => response.headers.get('set-cookie') ?? ''
  const cookie = (response: Response) => ({ cookie: cookieOf(response).split(';')[0] as string, ...OWN_PAGE })
  const signUp = () => ask('POST', '/join', { token: linkToken(), ...ADA }, OWN_PAGE)

  test('the first link signs up the first user, once', async () => {
    const link = await (await ask('POST', '/join/check', { token: linkToken() })).json()
    expect(link).toMatchObject({ kind: 'first', email: null })
    expect(link.presets.map(({ id }: { id: string }) => id)).toEqual(['b2b', 'saas', 'b2c'])
    const short = await ask('POST', '/join', { token: linkToken(), ...ADA, password: 'short' })
    expect(short.status).toBe(422)
    const joined = await signUp()
    expect([joined.status, await joined.json()]).toEqual([201, { user: { email: ADA.email } }])
    expect((await ask('GET', '/leads', undefined, cookie(joined))).status).toBe(200)
    expect((await signUp()).status).toBe(404)
    expect((await ask('POST', '/join/check', { token: linkToken() })).status).toBe(404)
  })

  test('the first user begins with the rules of a preset, and with the own targets in them', async () => {
    const targets = { preset: 'saas', competitors: ['rival.example'], timeZone: 'Europe/Paris' }
    expect(
      (await ask('POST', '/join', { token: linkToken(), ...ADA, targets: { ...targets, preset: 'x' } })).status,
    ).toBe(422)
    const joined = await ask('POST', '/join', { token: linkToken(), ...ADA, targets }, OWN_PAGE)
    expect(joined.status).toBe(201)
    const [saas] = presets().filter(({ id }) => id === 'saas')
    await vi.waitFor(async () => {
      const { ruleset } = await (await ask('GET', '/rules', undefined, cookie(joined))).json()
      expect(ruleset.rules).toEqual(JSON.parse(JSON.stringify(saas?.ruleset.rules)))
      expect(ruleset).toMatchObject({ timeZone: 'Europe/Paris', lists: { competitors: ['rival.example'] } })
    }, PATIENCE)
  })

  test('what was changed in the rules that a site begins with stays, where the first user chooses these', async () => {
    const collector = visited.running.collector
    const ruleset = { ...defaultRuleset(), rules: [], lists: { ...defaultRuleset().lists, regions: ['France'] } }
    const note = { note: 'Before anybody', author: 'Braise' }
    await collector.database.transact((tx) => publishRuleset(tx, 'default', ruleset, note, now))
    const targets = { preset: 'b2b', sectors: ['Packaging'], timeZone: 'Europe/Paris' }
    const joined = await ask('POST', '/join', { token: linkToken(), ...ADA, targets }, OWN_PAGE)
    await vi.waitFor(async () => {
      const answer = await (await ask('GET', '/rules', undefined, cookie(joined))).json()
      expect(answer).toMatchObject({ version: 3, ruleset: { rules: [], timeZone: 'Europe/Paris' } })
      expect(answer.ruleset.lists).toMatchObject({ sectors: ['Packaging'], regions: ['France'] })
    }, PATIENCE)
  })

  test('the first link is of no use once there is a first user by another way', async () => {
    const token = linkToken()
    await visited.running.stop()
    const admin = { BRAISE_ADMIN_EMAIL: 'bob@mill.example', BRAISE_ADMIN_PASSWORD: 'a difference engine' }
    visited = await visit(database.url, () => now, admin)
    expect(visited.running.firstLink).toBeNull()
    expect((await ask('POST', '/join/check', { token })).status).toBe(404)
    expect((await ask('POST', '/join', { token, ...ADA }, OWN_PAGE)).status).toBe(404)
  })

  test('of two who use the first link at once only one gets in', async () => {
    const both = await Promise.all([
      signUp(),
      ask('POST', '/join', { token: linkToken(), ...ADA, email: 'eve@mill.example' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 404])
  })

  test('the first link is good for a day', async () => {
    now += DAY
    expect((await signUp()).status).toBe(404)
  })

  test('signing in gives a cookie that no script and no other site can use, signing out ends it', async () => {
    await signUp()
    const signedIn = await ask('POST', '/session', { ...ADA, email: ' Ada@Analytical.example' }, OWN_PAGE)
    expect(signedIn.status).toBe(200)
    const flags = cookieOf(signedIn).split('; ').slice(1)
    expect(flags).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/']))
    expect(flags).not.toContain('Secure')
    const session = await ask('GET', '/session', undefined, cookie(signedIn))
    expect([session.status, session.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect((await ask('DELETE', '/session', undefined, cookie(signedIn))).status).toBe(204)
    expect((await ask('GET', '/session', undefined, cookie(signedIn))).status).toBe(401)
  })

  test('behind HTTPS the cookie is held to it and to its host', async () => {
    const token = linkToken()
    await visited.running.stop()
    visited = await visit(database.url, () => now, { PUBLIC_URL: 'https://stats.example.com' })
    const joined = await ask('POST', '/join', { token: linkToken(), ...ADA }, { origin: 'https://stats.example.com' })
    expect(cookieOf(joined)).toMatch(/^__Host-braise=/)
    expect(cookieOf(joined)).toMatch(/; Secure/)
    expect(token).not.toBe(linkToken())
  })

  test('a wrong password and an unknown account get one answer', async () => {
    await signUp()
    const wrong = await ask('POST', '/session', { ...ADA, password: 'an analytical engine' }, OWN_PAGE)
    const unknown = await ask('POST', '/session', { ...ADA, email: 'eve@mill.example' }, OWN_PAGE)
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(await wrong.text()).toBe(await unknown.text())
  })

  test('passwords cannot be tried one after the other', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 13 }, (_, i) => ask('POST', '/session', { ...ADA, password: `guess ${i}` })),
    )
    expect(statuses.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), ...Array(3).fill(429)])
    now += 60_000
    expect((await ask('POST', '/session', ADA)).status).toBe(401)
  })

  test('who guesses a password from one address does not keep its owner out', async () => {
    await visited.running.stop()
    visited = await visit(database.url, () => now, { TRUST_PROXY: '1' })
    await signUp()
    const guesses = Array.from({ length: 40 }, () => guess('192.0.2.66'))
    expect((await Promise.all(guesses)).filter((status) => status === 429)).toHaveLength(30)
    expect(await signInFrom('192.0.2.1')).toBe(200)
  })

  test('nor who guesses from many, but where its owner was never signed in', async () => {
    await visited.running.stop()
    visited = await visit(database.url, () => now, { TRUST_PROXY: '1' })
    const hers = cookie(await signUp())
    now += 13 * HOUR
    await Promise.all(Array.from({ length: 40 }, (_, i) => guess(`192.0.2.${i % 10}`)))
    expect(await signInFrom('192.0.2.21')).toBe(429)
    expect(await signInFrom('192.0.2.21', { cookie: 'braise=guess' })).toBe(429)
    expect((await ask('GET', '/session', undefined, hers)).status).toBe(401)
    expect(await signInFrom('192.0.2.21', hers)).toBe(200)
  })

  test('whoever is signed in may guess the present password no oftener', async () => {
    await visited.running.stop()
    visited = await visit(database.url, () => now, { TRUST_PROXY: '1' })
    const hers = cookie(await signUp())
    const guessAgain = async (i: number) => {
      const headers = { ...hers, 'x-forwarded-for': `192.0.2.${i % 10}` }
      return (await ask('PUT', '/session/password', { password: 'a guess', newPassword: 'another password' }, headers))
        .status
    }
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => guessAgain(i)))
    expect(answers.filter((status) => status === 429)).toHaveLength(10)
  })

  const guess = async (address: string) =>
    (await ask('POST', '/session', { ...ADA, password: 'a guess' }, { 'x-forwarded-for': address })).status
  const signInFrom = async (address: string, headers: Record<string, string> = {}) =>
    (await ask('POST', '/session', ADA, { ...headers, 'x-forwarded-for': address })).status

  test('what is too long to be meant is refused before it fills the memory, whoever sends it', async () => {
    const body = JSON.stringify({ ...ADA, password: 'x'.repeat(600 * 1024) })
    const length = { 'content-length': String(body.length) }
    const send = async (method: string, path: string, headers: Record<string, string> = {}) => {
      const init = { method, body, headers: { 'content-type': 'application/json', ...headers } }
      return (await visited.running.app.request(`/api${path}`, init)).status
    }
    for (const path of ['/session', '/join', '/join/check', '/sites']) {
      expect(await send('POST', path, length), path).toBe(413)
      expect(await send('POST', path, { 'transfer-encoding': 'chunked' }), path).toBe(413)
    }
  })

  test('who signs in with a password that is changed meanwhile does not get in', async () => {
    const joined = await signUp()
    const { db } = visited.running.collector.database
    const known = await findUser(db, ADA.email)
    const requests = [
      ask('POST', '/session', ADA, OWN_PAGE),
      ask('PUT', '/session/password', { password: ADA.password, newPassword: 'a stolen engine' }, cookie(joined)),
    ]
    // By the last of these answers both have begun: it takes a third of a second to work out a password.
    for (let i = 0; i < 5; i++) await ask('GET', '/session', undefined, cookie(joined))
    await db
      .updateTable('user')
      .set({ password_hash: known?.passwordHash?.replace('scrypt$', 'scrypt$A') })
      .execute()
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual([401, 403])
    expect(await db.selectFrom('sign_in').select('user_id').execute()).toHaveLength(1)
  })

  test('a sign-in ends after half a day without use, and after a week in any case', async () => {
    const joined = await signUp()
    now += 13 * HOUR
    expect((await ask('GET', '/session', undefined, cookie(joined))).status).toBe(401)
    const again = await ask('POST', '/session', ADA, OWN_PAGE)
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      now += 6 * HOUR
      expect((await ask('GET', '/session', undefined, cookie(again))).status, `${hours} h`).toBe(200)
    }
    now += 6 * HOUR
    expect((await ask('GET', '/session', undefined, cookie(again))).status).toBe(401)
  })

  test('what a page asks for by itself, with nobody before it, is no use of a sign-in', async () => {
    const hers = cookie(await signUp())
    for (const hours of [6, 11]) {
      now = START + hours * HOUR
      const unattended = await ask('GET', '/leads', undefined, { ...hers, 'braise-unattended': '1' })
      const stream = await ask('GET', '/stream', undefined, { ...hers, accept: 'text/event-stream' })
      await stream.body?.cancel()
      expect([unattended.status, stream.status]).toEqual([200, 200])
    }
    now = START + 13 * HOUR
    expect((await ask('GET', '/session', undefined, hers)).status).toBe(401)
  })

  test('a sign-in from when the clock was ahead by mistake is worth nothing once it is right', async () => {
    await signUp()
    now += 400 * DAY
    const ahead = await ask('POST', '/session', ADA, OWN_PAGE)
    expect((await ask('GET', '/session', undefined, cookie(ahead))).status).toBe(200)
    now -= 400 * DAY
    expect((await ask('GET', '/session', undefined, cookie(ahead))).status).toBe(401)
    const right = await ask('POST', '/session', ADA, OWN_PAGE)
    expect((await ask('GET', '/session', undefined, cookie(right))).status).toBe(200)
  })

  test('over plain HTTP one signs in on this machine only, unless the operator says otherwise', async () => {
    await signUp()
    const app = visited.running.app
    const signInAt = (url: string, headers: Record<string, string>) =>
      app.request(
        `${url}/api/session`,
        { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(ADA) },
        { incoming: { socket: { remoteAddress: '192.0.2.7', remotePort: 1, remoteFamily: 'IPv4' } } },
      )
    const plain = await signInAt('http://stats.example.com', { origin: 'http://stats.example.com' })
    expect([plain.status, cookieOf(plain)]).toEqual([403, ''])
    const proxied = await signInAt('http://stats.example.com', { origin: 'https://stats.example.com' })
    expect(cookieOf(proxied)).toMatch(/^__Host-braise=.+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    const local = await signInAt('http://localhost:3000', { origin: 'http://localhost:3000' })
    expect(cookieOf(local)).toMatch(/^braise=/)
  })

  test('a browser that signs in again has a new cookie, and the old one is worth nothing', async () => {
    const joined = await signUp()
    const again = await ask('POST', '/session', ADA, cookie(joined))
    expect(cookie(again).cookie).not.toBe(cookie(joined).cookie)
    expect((await ask('GET', '/session', undefined, cookie(joined))).status).toBe(401)
    expect((await ask('GET', '/session', undefined, cookie(again))).status).toBe(200)
    const tables = await visited.running.collector.database.db.selectFrom('sign_in').selectAll().execute()
    expect(JSON.stringify(tables)).not.toContain(cookie(again).cookie.split('=')[1])
  })

  test('who changes the password stays signed in here, under a new cookie, and nowhere else', async () => {
    const joined = await signUp()
    const phone = await ask('POST', '/session', ADA)
    const change = (password: string, newPassword: string, from: Response) =>
      ask('PUT', '/session/password', { password, newPassword }, cookie(from))
    expect((await change('a wrong one', 'an analytical engine', joined)).status).toBe(403)
    expect((await change(ADA.password, 'short', joined)).status).toBe(422)
    const changed = await change(ADA.password, 'an analytical engine', joined)
    expect(changed.status).toBe(204)
    for (const old of [joined, phone]) expect((await ask('GET', '/session', undefined, cookie(old))).status).toBe(401)
    expect((await ask('GET', '/session', undefined, cookie(changed))).status).toBe(200)
    expect((await ask('POST', '/session', ADA)).status).toBe(401)
    expect((await ask('POST', '/session', { ...ADA, password: 'an analytical engine' })).status).toBe(200)
    const bearer = { method: 'PUT', body: JSON.stringify({ password: 'x', newPassword: 'an analytical engine' }) }
    expect((await visited.api('/session/password', bearer)).status).toBe(403)
  })

  test("another site's page can change nothing with its visitor's cookie", async () => {
    const joined = await signUp()
    const { cookie: own } = cookie(joined)
    const from: [Record<string, string>, number][] = [
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ 'sec-fetch-site': 'none' }, 403],
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: 'null' }, 403],
      [{}, 403],
      [{ origin: visited.running.url.replace('localhost', '127.0.0.1') }, 200],
      [OWN_PAGE, 200],
      [{ ...OWN_PAGE, 'content-type': 'text/plain' }, 415],
      [{ ...OWN_PAGE, 'content-type': 'application/jsonp' }, 415],
    ]
    for (const [headers, status] of from) {
      const response = await ask('PATCH', '/sites/default', { name: 'Mine' }, { cookie: own, ...headers })
      expect(response.status, JSON.stringify(headers)).toBe(status)
    }
    expect((await ask('POST', '/session', ADA, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await ask('POST', '/session', ADA, { 'content-type': 'text/plain' })).status).toBe(422)
  })

  test('the API lets nobody in who is not signed in, and the token of the environment everywhere', async () => {
    const paths = ['/leads', '/leads/x', '/leads/x/events', '/sites', '/refused', '/rules', '/session', '/stream']
    for (const path of paths) {
      expect((await ask('GET', path)).status, path).toBe(401)
      expect((await ask('GET', path, undefined, { cookie: 'braise=guess' })).status, path).toBe(401)
      expect((await ask('GET', path, undefined, { authorization: 'Bearer guess' })).status, path).toBe(401)
    }
    expect((await ask('PATCH', '/leads/x', {})).status).toBe(401)
    expect((await ask('PATCH', '/sites/default', {})).status).toBe(401)
    for (const path of ['/leads', '/sites', '/refused', '/rules']) expect((await visited.api(path)).status).toBe(200)
  })
})
