import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import type { Purge } from '../../collector/store/retention.ts'
import { onEachEngine } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { visitEach } from '../support/visiting.ts'
import { batch, consent, DAY, form, HOUR, identify, page, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'
const BOT = { 'user-agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' }

onEachEngine((newDatabase) => {
  let now: number

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)
  beforeEach(async () => {
    await purge()
  })

  const purge = () => visited.running.collector.retention.carryOn()
  const send = (from: string, events: unknown[], headers = {}) => visited.take(batch(from, now, events), headers)
  const told = () => visited.read<{ days: Record<string, number>; purge: Purge }>('/retention')
  const db = () => visited.running.collector.database.db

  async function idOf(email: string): Promise<string> {
    await visited.counted()
    const lead = await db().selectFrom('lead').select('lead_id').where('email', '=', email).executeTakeFirst()
    return lead?.lead_id ?? 'nobody'
  }

  /** When what is there of each kind happened, oldest first. */
  async function kept() {
    // The canary's site has events now and then.
    const events = await db().selectFrom('event').selectAll().where('site_id', '=', 'default').orderBy('at').execute()
    const of = (...types: string[]) =>
      events.filter(({ type, bot }) => bot === 0 && types.includes(type)).map(({ at }) => at)
    const leads = await db()
      .selectFrom('lead')
      .select('email')
      .where('email', 'is not', null)
      .orderBy('email')
      .execute()
    return {
      browsing: of('page', 'engage', 'track'),
      forms: of('form', 'identify'),
      bots: events.filter(({ bot }) => bot === 1).map(({ at }) => at),
      refused: (await db().selectFrom('refusal').select('day').orderBy('day').execute()).map(({ day }) => day * DAY),
      audit: (await db().selectFrom('audit').select('at').orderBy('at').execute()).map(({ at }) => at),
      leads: leads.map(({ email }) => email),
      visitors: (await db().selectFrom('visitor').selectAll().where('site_id', '=', 'default').execute()).length,
    }
  }

  test('over three years nothing is overdue, and nothing goes early', { timeout: 240_000 }, async () => {
    // The purge runs every day; beside all other tests three days pass at a time.
    const step = inLength(3, 1) * DAY
    const [ada, bob] = [newId(now), newId(now + 1)]
    await send(ada, [consent(now, 'granted'), page(now, '/pricing'), form(now, 'contact', { email: ADA })])
    await send(bob, [page(now, '/pricing'), identify(now, BOB)])
    await idOf(ADA) // Once they are counted.
    const browsing = [now, now]
    const [bots, audit]: [number[], number[]] = [[], []]
    const visitors: number[] = []
    const bobGoesAt = now + 1096 * DAY
    for (let day = step; day <= 1110 * DAY; day += step) {
      now = START + day
      if (day % (30 * DAY) === 0) {
        await send(ada, [page(now, '/blog')])
        await send(newId(now), [page(now, '/')])
        await send(newId(now), [page(now, '/')], BOT)
        await visited.read(`/leads/${await idOf(ADA)}`)
        browsing.push(now, now)
        visitors.push(now)
        bots.push(now)
        audit.push(now)
      }
      await purge()
      if (day % (15 * DAY) !== 0 && day < 1090 * DAY) continue
      const within = (days: number, times: number[]) => times.filter((at) => at >= now - days * DAY)
      const there = await kept()
      expect(there).toMatchObject({
        browsing: within(396, browsing),
        forms: now > bobGoesAt ? [START] : [START, START],
        bots: within(30, bots),
        audit: within(366, audit),
        leads: now > bobGoesAt ? [ADA] : [ADA, BOB],
        visitors: within(396, visitors).length + (now > bobGoesAt ? 1 : 2),
      })
      expect(there.refused).toEqual(within(31, bots).map((at) => Math.floor(at / DAY) * DAY))
    }
    expect((await told()).purge).toMatchObject({ finishedAt: now, refusedAt: null })
  })

  test('purging what is beyond the horizon changes no score', async () => {
    const browser = newId(now)
    await send(browser, [page(now, '/pricing'), form(now, 'contact', { email: ADA })])
    for (let i = 0; i < 133; i++) {
      now += 3 * DAY
      if (i > 120) await send(browser, [page(now, '/pricing')])
      if (i < 132) await purge()
    }
    const id = await idOf(ADA)
    const before = await visited.read<{ rank: number; engagement: number; reasons: object[] }>(`/leads/${id}`)
    expect((await kept()).browsing).toContain(START)
    await purge()
    expect((await kept()).browsing).not.toContain(START)
    const { rank, engagement, reasons } = await visited.read<typeof before>(`/leads/${id}`)
    expect({ rank, engagement, reasons }).toEqual({
      rank: before.rank,
      engagement: before.engagement,
      reasons: before.reasons,
    })
    expect(engagement).toBeGreaterThan(0)
  })

  test('a clock that jumps by 400 days deletes nothing, says so, and goes on when it is right again', async () => {
    await send(newId(now), [page(now, '/pricing')])
    await send(newId(now), [page(now, '/')], BOT)
    await idOf(ADA)
    const before = await kept()
    now += 400 * DAY
    await purge()
    expect(await kept()).toEqual(before)
    expect((await told()).purge).toMatchObject({ lastRunAt: START, refusedAt: now })
    // Events that come by the wrong clock do not make it right.
    await send(newId(now), [page(now, '/late')])
    now += DAY
    await purge()
    expect((await kept()).browsing).toContain(START)

    now = START + DAY
    await purge()
    expect((await told()).purge).toMatchObject({ lastRunAt: now, refusedAt: null })
    expect((await kept()).browsing).toContain(START)
  })

  test('a server that really was off for so long goes on by one click', async () => {
    await send(newId(now), [page(now, '/pricing')])
    await idOf(ADA)
    expect((await visited.api('/retention/resume', { method: 'POST' })).status).toBe(409)
    now += 400 * DAY
    await purge()
    expect((await visited.api('/retention/resume', { method: 'POST' })).status).toBe(200)
    await purge()
    expect(await kept()).toMatchObject({ browsing: [], visitors: 0 })
    expect((await told()).purge).toMatchObject({ lastRunAt: now, refusedAt: null, deleted: { events: 1 } })
  })

  test('a database whose clock was never seen is not trusted with an old history', async () => {
    await send(newId(now), [page(now, '/pricing')])
    await idOf(ADA)
    await db().deleteFrom('purge').execute()
    now += 400 * DAY
    await purge()
    expect((await told()).purge).toMatchObject({ lastRunAt: null, refusedAt: now })
  })

  test('who was counted by what is deleted sooner is counted anew, and goes on from there', async () => {
    const browser = newId(now)
    await send(browser, [page(now, '/pricing'), form(now, 'contact', { email: ADA })])
    for (let days = 0; days < 39; days += 3) {
      now += 3 * DAY
      await purge()
    }
    await send(browser, [page(now, '/demo')])
    const id = await idOf(ADA)
    const scored = () => visited.read<{ rank: number; reasons: { rule: string | null }[] }>(`/leads/${id}`)
    const listed = async () => (await visited.read<{ items: { rank: number }[] }>('/leads')).items[0]?.rank
    const rulesOf = async () => (await scored()).reasons.map(({ rule }) => rule)
    expect(await rulesOf()).toEqual(expect.arrayContaining(['pricing', 'demoPage']))
    await visited.api('/retention', { method: 'PATCH', body: JSON.stringify({ events: 30 }) })
    now += DAY
    await purge()
    await visited.counted()
    expect(await rulesOf()).not.toContain('pricing')
    expect(await rulesOf()).toContain('demoPage')
    expect(await listed()).toBe((await scored()).rank)
    await send(browser, [page(now, '/blog/a')])
    await visited.counted()
    expect(await rulesOf()).not.toContain('pricing')
    expect(await listed()).toBe((await scored()).rank)
  })

  test('each site keeps what it is told to, within bounds', async () => {
    expect((await told()).days).toEqual({ events: 396, leads: 1096, refused: 30, audit: 366 })
    const change = (days: object) => visited.api('/retention', { method: 'PATCH', body: JSON.stringify(days) })
    for (const days of [{ events: 0 }, { leads: 1.5 }, { audit: '30' }, { refused: 100_000 }]) {
      expect((await change(days)).status, JSON.stringify(days)).toBe(422)
    }
    expect((await change({ events: 2 })).status).toBe(200)
    expect((await told()).days).toEqual({ events: 2, leads: 1096, refused: 30, audit: 366 })
    await send(newId(now), [page(now, '/pricing')])
    await idOf(ADA)
    now += 2 * DAY
    await purge()
    expect((await kept()).browsing).toEqual([START])
    now += DAY + HOUR
    await purge()
    expect((await kept()).browsing).toEqual([])
  })
})
