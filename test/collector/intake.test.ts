import fc from 'fast-check'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Intake, Unavailable } from '../../collector/intake.ts'
import { joinDatabase } from '../../collector/store/database.ts'
import { newId } from '../../collector/store/id.ts'
import { changeSite, createSite, findSite, type Site } from '../../collector/store/sites.ts'
import { arrivalOf } from '../support/arrivals.ts'
import { onEachEngine, type TestDatabase } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { batch, consent, DAY, engage, form, HOUR, identify, MINUTE, page, START, track } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const SEED = 20261122

onEachEngine((newDatabase) => {
  let database: TestDatabase
  let visited: Visited
  let now: number
  let ada: string

  beforeEach(async () => {
    now = START
    ada = newId(now)
    database = await newDatabase()
    visited = await visit(database.url, () => now)
  })
  afterEach(async () => {
    await visited.running.stop()
    await database.remove()
  })

  const db = () => visited.running.collector.database.db
  const stored = () => db().selectFrom('event').selectAll().orderBy('event_id').execute()
  const refused = async () => (await visited.read<{ items: Refused[] }>('/refused')).items
  const leads = async (query = '') => {
    await visited.counted()
    return (await visited.read<{ items: Lead[] }>(`/leads${query}`)).items
  }

  /** Sites are asked for anew after a second. */
  async function change(changes: Parameters<typeof changeSite>[2]): Promise<void> {
    await changeSite(db(), 'default', changes)
    now += 2000
  }

  interface Lead {
    id: string
    email: string | null
    stage: string
    score: number
    engagement: number
    name: string | null
  }

  interface Refused {
    site: string
    reason: string
    count: number
    sample: string | null
  }

  test('a demo request makes an SQL that is ranked and explained', async () => {
    const fields = { email: 'Ada@Analytical.example', firstName: 'Ada' }
    const events = [page(now - 5000, '/pricing'), form(now, 'demo request', fields)]
    expect(await visited.take(batch(ada, now, events))).toEqual({ accepted: 2, rejected: [] })
    const [lead] = await leads()
    expect(lead).toMatchObject({ email: ADA, stage: 'sql', name: 'Ada' })
    const { reasons } = await visited.read<{ reasons: { points: number }[] }>(`/leads/${lead?.id}`)
    expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(lead?.score ?? 0, 0)
  })

  test('an event counts once: sent again, three times at once, and after a restart', async () => {
    const events = [page(now, '/pricing'), identify(now, ADA)]
    const body = batch(ada, now, events)
    await Promise.all([visited.take(body), visited.take(body), visited.take(body)])
    const before = await leads()
    const again = { ...body, visitorId: newId(now), events: [...events, ...events] }
    expect(await visited.take(again)).toEqual({ accepted: 4, rejected: [] })
    await visited.running.stop()
    visited = await visit(database.url, () => now)
    expect(await visited.take(body)).toEqual({ accepted: 2, rejected: [] })
    expect(await leads()).toEqual(before)
    expect(await stored()).toHaveLength(2)
    expect((await stored()).every(({ visitor_id }) => visitor_id === ada)).toBe(true)
  })

  test('a bad event among good ones is rejected alone, with its reason, and seen by the site owner', async () => {
    const [good, bad] = [page(now), { ...page(now), url: 'javascript:alert(1)' }]
    const rejected = [{ id: bad.id, reason: 'url is not an http address' }]
    expect(await visited.take(batch(ada, now, [bad, good]))).toEqual({ accepted: 1, rejected })
    expect((await stored()).map(({ event_id }) => event_id)).toEqual([good.id])
    expect(await refused()).toMatchObject([{ reason: 'url is not an http address', count: 1, site: 'default' }])
  })

  test('what is told of a bad event is where it was, not what somebody typed there', async () => {
    const query = 'email=ada%40analytical.example&q=secret'
    for (const [url, shown] of [
      [
        `https://ada:secret@acme.example/ada@analytical.example/thanks?${query}#/done?${query}`,
        'acme.example/*/thanks#/done',
      ],
      [`/thanks/ada@analytical.example?${query}`, '"/thanks/*"'],
      [`/thanks#${query}`, '"/thanks#email"'],
    ] as const) {
      await visited.take(
        batch(ada, now, [{ ...page(now), url, pageId: 'none', name: 'Asked by ada@analytical.example' }]),
      )
      const { sample } = (await refused())[0] ?? {}
      expect(sample).toContain(shown)
      expect(sample).toContain('Asked by *')
      expect(sample).not.toMatch(/ada|analytical|secret/)
      now += 1
    }
  })

  test('a batch of nothing but bad events is taken all the same', async () => {
    const bad = [null, 7, 'page', [], {}, { ...page(now), at: 'noon' }, { ...page(now), type: 'purchase' }]
    const { accepted, rejected } = await visited.take(batch(ada, now, bad))
    expect(accepted).toBe(0)
    expect(rejected.map(({ reason }) => reason)).toEqual([
      ...Array(4).fill('the event is not an object'),
      'id is not a UUID',
      'at is not a time',
      'unknown type of event',
    ])
    expect(await visited.take(batch(ada, now, []))).toEqual({ accepted: 0, rejected: [] })
  })

  test('what will never be taken is told so, in answers that every page can read', async () => {
    const good = batch(ada, now, [page(now)])
    const json = JSON.stringify(good)
    await change({ origins: ['https://acme.example', 'https://*.acme.example'] })
    const cases: [number, Promise<Response>][] = [
      [202, visited.post(good, { origin: 'https://acme.example' })],
      [202, visited.post(good, { origin: 'https://blog.fr.acme.example' })],
      [202, visited.post(good, { origin: 'https://acme.example', 'content-type': 'application/json; charset=utf-8' })],
      [400, visited.post('{"site":')],
      [400, visited.post('')],
      [413, visited.post(json.padEnd(65 * 1024))],
      [415, visited.post(json, { 'content-type': 'application/x-www-form-urlencoded' })],
      [415, visited.post(json, { 'content-type': 'text/html' })],
      [422, visited.post('[]')],
      [422, visited.post('null')],
      [422, visited.post({ ...good, site: 1 })],
      [422, visited.post({ ...good, visitorId: 'ada' })],
      [422, visited.post({ ...good, visitorId: null })],
      [422, visited.post({ ...good, sentAt: '2026' })],
      [422, visited.post({ ...good, events: {} })],
      [422, visited.post({ ...good, events: Array.from({ length: 101 }, () => page(now)) })],
      [404, visited.post({ ...good, site: 'nobody' })],
      [403, visited.post(good, { origin: 'https://evil.example' })],
      [403, visited.post(good, { origin: 'http://blog.acme.example' })],
      [403, visited.post(good, { origin: 'https://blog.acme.example:8080' })],
      [403, visited.post(good, { origin: 'https://evil-acme.example' })],
      [403, visited.post(good)],
    ]
    for (const [status, answer] of cases) {
      const response = await answer
      expect(response.status, await response.text()).toBe(status)
      expect(response.headers.get('access-control-allow-origin')).toMatch(/^(\*|https?:\/\/[\w.-]+\.example(:8080)?)$/)
      expect(response.headers.get('access-control-expose-headers')).toBe('Retry-After')
      // Its owner may mend it.
      expect(response.headers.get('retry-after')).toBe(status === 403 || status === 404 ? '3600' : null)
    }
    await visited.running.collector.intake.drain()
    const reasons = (await refused()).map(({ reason }) => reason)
    expect(reasons).toEqual(expect.arrayContaining(['unknown site', 'this origin may not post for the site']))
  })

  test('a body without a length that grows beyond 64 KiB is refused as too large', async () => {
    const parts = Array.from({ length: 70 }, () => new TextEncoder().encode(' '.repeat(1024)))
    const body = new ReadableStream({ pull: (stream) => (parts.length ? stream.enqueue(parts.pop()) : stream.close()) })
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'text/plain' } } as RequestInit
    const response = await fetch(`${visited.running.url.replace('localhost', '127.0.0.1')}/e`, init)
    expect(response.status).toBe(413)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('whoever posts too fast is told when to come back, each address for itself', async () => {
    await visited.running.stop()
    visited = await visit(database.url, () => now, { RATE_LIMIT: '2', TRUST_PROXY: '1' })
    const post = (address: string) => visited.post(batch(ada, now, [page(now)]), { 'x-forwarded-for': address })
    for (let i = 0; i < 20; i++) expect((await post('192.0.2.1')).status).toBe(202)
    const shed = await post('198.51.100.7, 192.0.2.1')
    expect(shed.status).toBe(429)
    expect(shed.headers.get('retry-after')).toBe('1')
    expect(shed.headers.get('access-control-allow-origin')).toBe('*')
    expect(shed.headers.get('access-control-expose-headers')).toBe('Retry-After')
    expect((await post('192.0.2.2')).status).toBe(202)
    now += 1000
    expect((await post('192.0.2.1')).status).toBe(202)
    // Nobody is shut out because the clock is set back.
    now -= HOUR
    expect((await post('192.0.2.2')).status).toBe(202)
    await vi.waitFor(async () => {
      expect(await refused()).toMatchObject([
        { site: '', reason: 'more requests from one address than RATE_LIMIT lets in', count: 1 },
      ])
    }, PATIENCE)
  })

  test('whatever is sent for one site leaves room for the others, from however many addresses it comes', async () => {
    await visited.running.stop()
    visited = await visit(database.url, () => now, { SITE_RATE_LIMIT: '2', TRUST_PROXY: '1' })
    await createSite(db(), 'shop', now)
    let address = 0
    const post = (site: string) => {
      const from = { 'x-forwarded-for': `192.0.2.${++address}` }
      return visited.post({ ...batch(ada, now, [page(now)]), site }, from)
    }
    for (let i = 0; i < 20; i++) expect((await post('default')).status).toBe(202)
    const shed = await post('default')
    expect(shed.status).toBe(429)
    expect(shed.headers.get('retry-after')).toBe('1')
    expect(shed.headers.get('access-control-allow-origin')).toBe('*')
    expect((await post('shop')).status).toBe(202)
    // What is no site uses nobody's share, and is remembered by nobody.
    for (let i = 0; i < 30; i++) expect((await post('nobody')).status).toBe(404)
    now += 1000
    expect((await post('default')).status).toBe(202)
    await vi.waitFor(async () => {
      expect(await refused()).toContainEqual(
        expect.objectContaining({ site: 'default', reason: 'more requests for the site than SITE_RATE_LIMIT lets in' }),
      )
    }, PATIENCE)
  })

  test('the first requests after a start all find their site', async () => {
    const receipts = await Promise.all(Array.from({ length: 20 }, () => visited.take(batch(ada, now, [page(now)]))))
    expect(receipts).toEqual(Array(20).fill({ accepted: 1, rejected: [] }))
  })

  test('fields that nobody knows are ignored, and never stored', async () => {
    const event = { ...page(now), score: 100, lead: 'eve', ip: '192.0.2.1' }
    await visited.take({ ...batch(ada, now, [event]), ...{ userAgent: 'eve', country: 'FR' } })
    const [row] = await stored()
    expect(Object.keys(JSON.parse(row?.body ?? ''))).toEqual(['url'])
  })

  test("of the visitor's clock only the time before the sending counts, held within a day", async () => {
    const year9999 = Date.UTC(9999, 0)
    const sent = [
      [year9999 - HOUR, year9999, now - HOUR],
      [-year9999, year9999, now - DAY],
      [year9999, 0, now],
      [0, 0, now],
      [1e308, -1e308, now],
      [-1e308, 1e308, now - DAY],
      [now - 0.4, now, now],
    ]
    for (const [at, sentAt, expected] of sent as [number, number, number][]) {
      const event = { ...page(START), at }
      await visited.take(batch(ada, sentAt, [event]))
      const row = await db().selectFrom('event').select('at').where('event_id', '=', event.id).executeTakeFirst()
      expect(row?.at).toBe(expected)
    }
  })

  test('characters that no database keeps are refused with their event, and strange keys are keys like others', async () => {
    const fields = '{"email":"ada@analytical.example","__proto__":"eve","constructor":"bob"}'
    const strange = JSON.stringify(form(now, 'contact', {})).replace('"fields":{}', `"fields":${fields}`)
    const bad = [
      page(now, '/', { title: 'a\0b' }),
      page(now, '/', { title: '\ud800' }),
      form(now, 'a\0', { email: ADA }),
      form(now, 'contact', { email: ADA, 'a\0': 'b' }),
      form(now, 'contact', { email: ADA, firstName: '\udc00' }),
      { ...track(now, 'Video Watched'), properties: { a: '\0' } },
    ]
    const { accepted, rejected } = await visited.take(batch(ada, now, [JSON.parse(strange), ...bad]))
    expect(accepted).toBe(1)
    expect(rejected.map(({ id }) => id)).toEqual(bad.map(({ id }) => id))
    expect(await leads()).toMatchObject([{ email: ADA }])
    const row = (await stored())[0]
    expect(row?.body).toContain('"__proto__":"eve"')
  })

  test('what is nested too deep to be written down is refused with its event', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const body = JSON.stringify(batch(ada, now, [{ id: newId(now), type: 'page', url: 'deep' }, page(now)]))
    const response = await visited.post(body.replace('"deep"', deep))
    expect([response.status, await response.json()]).toMatchObject([202, { accepted: 1 }])
  })

  test('no body whatever makes the collector fail', async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(newId(START), START, -1, 1e308, '', '\0', '\ud800', '__proto__', 'https://acme.example/', ADA),
    )
    const name = fc.constantFrom(
      'id',
      'type',
      'at',
      'url',
      'pageId',
      'fields',
      'email',
      'traits',
      'name',
      'choice',
      'form',
    )
    const kind = fc.constantFrom('page', 'engage', 'form', 'identify', 'track', 'consent')
    const good = fc
      .constantFrom(
        page,
        (at: number) => form(at, 'contact', { email: ADA }),
        (at: number) => track(at, 'Hit'),
      )
      .map((make) => ({ ...make(START) }))
    const event = fc.oneof(
      value,
      fc.tuple(good, fc.dictionary(name, value), kind).map(([base, over, type]) => ({ ...base, type, ...over })),
    )
    const body = fc.oneof(
      value,
      fc.record(
        {
          site: fc.oneof(value, fc.constant('default')),
          visitorId: fc.oneof(value, fc.constant(newId(START))),
          sentAt: fc.oneof(value, fc.constant(START)),
          events: fc.oneof(value, fc.array(event, { maxLength: 5 })),
        },
        { requiredKeys: [] },
      ),
      fc.record({
        site: fc.constant('default'),
        visitorId: fc.constant(newId(START)),
        sentAt: fc.constant(START),
        events: fc.array(event),
      }),
    )
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const { status } = await visited.post(JSON.stringify(sent) ?? '')
        expect(status).toBeLessThan(500)
      }),
      { seed: SEED, numRuns: 400 },
    )
    await visited.counted()
    const behind = await db().selectFrom('touch').select('touch_id').execute()
    expect(behind).toEqual([])
  })

  test('bots are counted and not scored', async () => {
    const body = () => batch(newId(now), now, [page(now), identify(now, ADA)])
    await visited.take(body(), {
      'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    })
    await visited.take(body(), { 'user-agent': '' })
    await visited.take(body(), { 'user-agent': `HeadlessChrome ${'x'.repeat(5000)}` })
    expect(await leads('?stage=visitor')).toEqual([])
    expect(await leads()).toEqual([])
    expect(await refused()).toMatchObject([{ reason: 'bot', count: 6 }])
    expect((await stored()).map(({ bot }) => bot)).toEqual(Array(6).fill(1))
  })

  test('when anybody was last seen is told beside what was refused, and bots are nobody', async () => {
    const lastSeenAt = async () => {
      await visited.counted()
      return (await visited.read<{ lastSeenAt: number | null }>('/refused')).lastSeenAt
    }
    const bot = { 'user-agent': 'Googlebot/2.1' }
    await visited.take(batch(newId(now), now, [page(now)]), bot)
    expect(await lastSeenAt()).toBeNull()
    await visited.take(batch(ada, now, [page(now)]))
    await visited.take(batch(newId(now), now - DAY, [page(now - DAY)]))
    const seenAt = now
    now += HOUR
    await visited.take(batch(newId(now), now, [page(now)]), bot)
    expect(await lastSeenAt()).toBe(seenAt)
    await visited.take(batch(ada, now, [page(now)]))
    expect(await lastSeenAt()).toBe(now)
  })

  test('a browser cannot say what only a server knows', async () => {
    const names = ['Email Opened', 'Unsubscribed', 'Webinar Attended', 'Social Shared']
    const { accepted, rejected } = await visited.take(
      batch(
        ada,
        now,
        names.map((name) => track(now, name)),
      ),
    )
    expect(accepted).toBe(0)
    expect(new Set(rejected.map(({ reason }) => reason))).toEqual(
      new Set(['only a server may send an event of this name']),
    )
  })

  test('pages of excluded hosts are not counted', async () => {
    await change({ excludedHosts: ['staging.acme.example', '*.test.acme.example'] })
    const staging = page(now, '/', { url: 'https://staging.acme.example/pricing' })
    const branch = page(now, '/', { url: 'https://new-header.test.acme.example/pricing' })
    const { accepted, rejected } = await visited.take(batch(ada, now, [staging, branch, page(now)]))
    const reason = 'excluded host'
    expect({ accepted, rejected }).toEqual({
      accepted: 1,
      rejected: [staging, branch].map(({ id }) => ({ id, reason })),
    })
  })

  test('where consent is required, browsing waits for it, and a form makes a lead without a history', async () => {
    await change({ requireConsent: true })
    const browsing = [page(now, '/pricing'), engage(now, newId(now), 5000), track(now, 'Video Watched')]
    const refusal = 'no consent: browsing is not recorded'
    const first = await visited.take(batch(ada, now, browsing))
    expect(first).toEqual({ accepted: 0, rejected: browsing.map(({ id }) => ({ id, reason: refusal })) })
    const alone = form(now, 'newsletter', { email: ADA, firstName: 'Ada' })
    expect(await visited.take(batch(undefined, now, [alone]))).toEqual({ accepted: 1, rejected: [] })
    expect(await leads()).toMatchObject([{ email: ADA }])

    await visited.take(batch(ada, now, [consent(now, 'granted'), page(now, '/pricing')]))
    expect((await visited.take(batch(ada, now + 1, [page(now)]))).accepted).toBe(1)
    now += HOUR
    const denial = await visited.take(batch(ada, now, [consent(now, 'denied'), page(now)]))
    expect(denial).toMatchObject({ accepted: 1, rejected: [{ reason: refusal }] })
    // An earlier choice that arrives late does not undo a later one.
    const late = await visited.take(batch(ada, now, [consent(now - 30 * MINUTE, 'granted'), page(now)]))
    expect(late).toMatchObject({ accepted: 1, rejected: [{ reason: refusal }] })
    await visited.take(batch(ada, now, [form(now, 'contact', { email: 'bob@mill.example' })]))
    const bob = (await leads()).find(({ email }) => email === 'bob@mill.example')
    const { items } = await visited.read<{ items: { type: string }[] }>(`/leads/${bob?.id}/events`)
    expect(items.map(({ type }) => type)).toEqual(['form'])
  })

  test('whoever denies is not followed, also where consent is not required', async () => {
    await visited.take(batch(ada, now, [page(now), consent(now, 'denied')]))
    expect((await visited.take(batch(ada, now + 1, [page(now)]))).accepted).toBe(0)
  })

  test('without a visitor only forms and identities are taken', async () => {
    const events = [page(now), track(now, 'Hit'), consent(now, 'granted'), identify(now, ADA)]
    const { accepted, rejected } = await visited.take(batch(undefined, now, events))
    expect(accepted).toBe(1)
    expect(rejected).toHaveLength(3)
  })

  test('an answer comes after the commit: another connection sees every row', async () => {
    const other = await joinDatabase(database.url)
    for (let i = 0; i < 10; i++) {
      const event = page(now)
      await visited.take(batch(ada, now, [event]))
      const row = await other.db.selectFrom('event').select('at').where('event_id', '=', event.id).executeTakeFirst()
      expect(row).toEqual({ at: now })
    }
    await other.close()
  })

  test('many requests share one commit', async () => {
    const { database: mine } = visited.running.collector
    let commits = 0
    const intake = new Intake(mine, () => {
      commits += 1
    })
    const site = (await findSite(mine.db, 'default')) as Site
    const many = Array.from({ length: 300 }, () => arrivalOf(site, batch(newId(now), now, [page(now)]), now))
    const receipts = await Promise.all(many.map((arrival) => intake.takeIn(arrival)))
    expect(receipts).toEqual(Array(300).fill({ accepted: 1, rejected: [] }))
    expect(commits).toBe(1)
    expect(await stored()).toHaveLength(300)
  })

  test('a mistake of the collector with one batch does not keep the next one from being taken in', async () => {
    const { database: mine } = visited.running.collector
    const intake = new Intake(mine, () => {})
    const site = (await findSite(mine.db, 'default')) as Site
    const sound = () => arrivalOf(site, batch(ada, now, [page(now)]), now)
    await expect(intake.takeIn({ ...sound(), site: undefined as unknown as Site })).rejects.toThrow(Unavailable)
    expect(await intake.takeIn(sound())).toEqual({ accepted: 1, rejected: [] })
  })

  test('standings follow the answer by themselves, and not only when it is looked, once a second, what is due', async () => {
    await visited.running.stop()
    vi.useFakeTimers({ toFake: ['setInterval'] }) // It is never looked again.
    onTestFinished(() => void vi.useRealTimers())
    visited = await visit(database.url, () => now)
    await visited.counted()
    await visited.take(batch(ada, now, [form(now, 'demo request', { email: ADA })]))
    // Not by `expect.poll`, which makes such timers go on.
    let items: Lead[] = []
    while (items.length === 0) items = (await visited.read<{ items: Lead[] }>('/leads')).items
    expect(items).toMatchObject([{ email: ADA, stage: 'sql' }])
  })

  test('while the database is out of reach, senders are told to come again', async () => {
    await visited.running.collector.database.close()
    const response = await visited.post(batch(ada, now, [page(now)]))
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    visited.running.collector.isStopping = true
    await visited.running.stop()
    visited = await visit(database.url, () => now)
  })
})
