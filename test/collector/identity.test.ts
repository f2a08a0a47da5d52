import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import { onEachEngine } from '../support/engines.ts'
import { visitEach } from '../support/visiting.ts'
import { batch, DAY, form, HOUR, identify, MINUTE, page, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'

onEachEngine((newDatabase) => {
  let now: number
  let browser: string

  beforeEach(() => {
    now = START
    browser = newId(now)
  })
  const visited = visitEach(newDatabase, () => now)

  interface Lead {
    id: string
    email: string | null
    name: string | null
    stage: string
    rank: number
  }

  interface Detail extends Lead {
    traits: { name: string; value: string; source: string; by: string | null }[]
    alsoDeclared: { name: string; value: string }[]
    visitors: number
  }

  const send = (events: unknown[], from: string | undefined = browser) => visited.take(batch(from, now, events))

  /** Everybody, also those outside the default list. */
  async function leads(): Promise<Lead[]> {
    await visited.counted()
    const known = (await visited.read<{ items: Lead[] }>('/leads')).items
    return [...known, ...(await visited.read<{ items: Lead[] }>('/leads?stage=visitor')).items]
  }

  async function leadOf(email: string | null): Promise<Lead> {
    const lead = (await leads()).find((each) => each.email === email)
    if (!lead) throw new Error(`Nobody is ${email}`)
    return lead
  }

  /** The paths and forms of a lead, oldest first. */
  async function deedsOf(email: string | null): Promise<string[]> {
    const { id } = await leadOf(email)
    const { items } = await visited.read<{ items: { type: string; url: string | null; form: string | null }[] }>(
      `/leads/${id}/events`,
    )
    return items.map(({ type, url, form }) => form ?? (type === 'page' ? new URL(url ?? '').pathname : type)).reverse()
  }

  test('the first address brings thirty days of history with it; what is older stays with the unknown visitor', async () => {
    await send([page(now, '/older')])
    now += DAY
    const edge = now
    await send([page(now, '/on-the-day')])
    now = edge + 30 * DAY
    await send([page(now - HOUR, '/pricing'), form(now, 'newsletter', { email: ADA })])
    expect(await deedsOf(ADA)).toEqual(['/on-the-day', '/pricing', 'newsletter'])
    expect(await deedsOf(null)).toEqual(['/older'])
    expect((await leadOf(null)).id).toBe(browser)
  })

  test('a second address in the same browser begins anew: the first person keeps their pages', async () => {
    await send([page(now - 1, '/pricing'), form(now, 'newsletter', { email: ADA })])
    now += DAY
    await send([page(now - 1, '/blog/a'), form(now, 'contact', { email: BOB }), page(now, '/demo')])
    expect(await deedsOf(ADA)).toEqual(['/pricing', 'newsletter', '/blog/a'])
    expect((await deedsOf(BOB)).sort()).toEqual(['/demo', 'contact'])
    now += DAY
    await send([form(now, 'newsletter', { email: ` ${ADA.toUpperCase()} ` }), page(now, '/about')])
    expect(await deedsOf(ADA)).toHaveLength(5)
  })

  test('an event sent late belongs to whom the browser belonged when it happened', async () => {
    await send([form(now, 'newsletter', { email: ADA })])
    now += 2 * HOUR
    await send([form(now, 'contact', { email: BOB })])
    await leads()
    await send([page(now - HOUR, '/pricing')])
    expect(await deedsOf(ADA)).toEqual(['newsletter', '/pricing'])
  })

  const mistyped = 'ada@anayltical.example'
  const names = { firstName: 'Ada', lastName: 'Lovelace' }

  test('a typing mistake that is put right within ten minutes leaves one lead, with its right address', async () => {
    await send([page(now - 1, '/pricing'), form(now, 'contact', { email: mistyped, ...names })])
    expect(await leads()).toMatchObject([{ email: mistyped }])
    now += 10 * MINUTE
    await send([form(now, 'contact', { email: ADA, ...names })])
    expect(await leads()).toMatchObject([{ email: ADA, name: 'Ada Lovelace' }])
    expect(await deedsOf(ADA)).toEqual(['/pricing', 'contact', 'contact'])
    const { alsoDeclared } = await visited.read<Detail>(`/leads/${(await leadOf(ADA)).id}`)
    expect(alsoDeclared).toEqual([])
  })

  const others: [string, () => [object, object], number][] = [
    ['too late', () => [names, names], 10 * MINUTE + 1],
    ['with another field changed', () => [names, { ...names, lastName: 'King' }], MINUTE],
    ['without a name', () => [{}, {}], MINUTE],
  ]
  for (const [what, fields, after] of others) {
    test(`an address typed again ${what} is another person's`, async () => {
      const [before, then] = fields()
      await send([form(now, 'contact', { email: mistyped, ...before })])
      now += after
      await send([form(now, 'contact', { email: ADA, ...then })])
      expect((await leads()).map(({ email }) => email).sort()).toEqual([ADA, mistyped].sort())
    })
  }

  test('an address typed again in another form, or three letters apart, is another person’s', async () => {
    await send([
      form(now - 1, 'contact', { email: mistyped, ...names }),
      form(now, 'newsletter', { email: ADA, ...names }),
    ])
    const second = newId(now)
    await send([form(now, 'contact', { email: 'eve@mill.example', ...names })], second)
    now += 1
    await send([form(now, 'contact', { email: 'evelyn@mill.example', ...names })], second)
    expect(await leads()).toHaveLength(4)
  })

  test('a typing mistake is none where another browser had claimed the address before, also when that arrives late', async () => {
    await send([form(now, 'contact', { email: mistyped, ...names })])
    now += MINUTE
    await send([form(now, 'contact', { email: ADA, ...names })])
    expect(await leads()).toHaveLength(1)
    now += HOUR
    await send([page(now - 2 * HOUR, '/demo'), form(now - 2 * HOUR, 'newsletter', { email: ADA })], newId(now))
    expect((await leads()).map(({ email }) => email).sort()).toEqual([ADA, mistyped].sort())
    expect((await deedsOf(ADA)).sort()).toEqual(['/demo', 'contact', 'newsletter'])
    expect(await deedsOf(mistyped)).toEqual(['contact'])
  })

  test('it is none either where several such browsers arrive late together', async () => {
    await send([form(now, 'contact', { email: mistyped, ...names })])
    now += MINUTE
    await send([form(now, 'contact', { email: ADA, ...names })])
    expect(await leads()).toHaveLength(1)
    now += HOUR
    const late = [2 * HOUR, 2 * HOUR - MINUTE].map((ago) => form(now - ago, 'newsletter', { email: ADA }))
    await Promise.all(late.map((event) => send([event], newId(now))))
    expect((await leads()).map(({ email }) => email).sort()).toEqual([ADA, mistyped].sort())
  })

  test('several addresses given at one instant do not stop anything: the last one has the browser from then on', async () => {
    const emails = [ADA, BOB, 'eve@mill.example']
    await send(emails.map((email) => identify(now, email)))
    await send([identify(now, 'carl@mill.example')], newId(now))
    now += 1
    await send([page(now, '/pricing')])
    expect(await leads()).toHaveLength(2)
    expect(await deedsOf('carl@mill.example')).toEqual(['identify'])
    expect(await touches()).toBe(0)
  })

  async function touches(): Promise<number> {
    return (await visited.running.collector.database.db.selectFrom('touch').select('touch_id').execute()).length
  }

  test('several browsers may be one lead', async () => {
    await send([page(now, '/pricing'), identify(now, ADA)])
    await send([page(now, '/demo'), identify(now, ADA)], newId(now))
    const { id, rank } = await leadOf(ADA)
    expect(await leads()).toHaveLength(1)
    expect(await visited.read<Detail>(`/leads/${id}`)).toMatchObject({ visitors: 2 })
    expect(rank).toBeGreaterThanOrEqual(18)
  })

  test('nobody can tell from an answer whether an address is known', async () => {
    await send([identify(now, ADA)])
    await leads()
    const told = await Promise.all(
      [ADA, BOB].map(async (email) => {
        const response = await visited.post(batch(newId(now), now, [identify(now, email)]))
        const { date: _, ...headers } = Object.fromEntries(response.headers)
        return JSON.stringify([response.status, headers, await response.text()])
      }),
    )
    expect(told[0]).toBe(told[1])
  })

  test('a form without a visitor joins the lead of its address, and brings no history', async () => {
    await send([page(now, '/pricing'), identify(now, ADA)])
    await visited.take(batch(undefined, now, [form(now, 'demo request', { email: ADA })]))
    await visited.take(batch(undefined, now, [form(now, 'contact', { email: BOB })]))
    expect((await deedsOf(ADA)).sort()).toEqual(['/pricing', 'demo request', 'identify'])
    expect(await deedsOf(BOB)).toEqual(['contact'])
  })

  test('a form that gives no address makes nobody a lead before the address is given', async () => {
    await send([form(now, 'guide', {})])
    now += DAY
    await send([form(now, 'newsletter', { email: ADA })])
    const { id } = await leadOf(ADA)
    const { stages } = await visited.read<{ stages: { stage: string; at: number }[] }>(`/leads/${id}`)
    expect(stages).toMatchObject([{ stage: 'lead', at: now }])
    const { items } = await visited.read<{ items: { fields: object }[] }>(`/leads/${id}/events`)
    expect(items.map(({ fields }) => fields)).toEqual([{ email: ADA }, {}])
  })

  test('an unknown visitor who became somebody has moved', async () => {
    await send([page(now)])
    expect(await leads()).toMatchObject([{ id: browser, email: null }])
    now += MINUTE
    await send([identify(now, ADA)])
    const { id } = await leadOf(ADA)
    const response = await visited.api(`/leads/${browser}`)
    expect([response.status, await response.json()]).toMatchObject([404, { movedTo: id }])
    expect((await visited.api(`/leads/${newId(now)}`)).status).toBe(404)
  })

  test('what is declared never overwrites; what a user writes does, and is signed', async () => {
    await send([identify(now, ADA, { company: 'Analytical', title: 'Countess' })])
    now += MINUTE
    await send([identify(now, ADA, { company: 'Rival', firstName: 'Ada' })], newId(now))
    const { id } = await leadOf(ADA)
    const before = await visited.read<Detail>(`/leads/${id}`)
    expect(before.traits).toContainEqual(expect.objectContaining({ name: 'company', value: 'Analytical', by: null }))
    expect(before.alsoDeclared).toMatchObject([{ name: 'company', value: 'Rival' }])
    now += MINUTE
    const body = JSON.stringify({ traits: { company: 'Rival', title: null } })
    const after = (await (await visited.api(`/leads/${id}`, { method: 'PATCH', body })).json()) as Detail
    const company = { name: 'company', value: 'Rival', source: 'edited', by: 'api', at: now }
    expect(after.traits).toContainEqual(company)
    expect(after.traits.some(({ name }) => name === 'title')).toBe(false)
    expect(after.alsoDeclared).toMatchObject([{ value: 'Analytical' }, { name: 'title', value: 'Countess' }])
    now += MINUTE
    await send([identify(now, ADA, { company: 'Mill' })])
    await leads()
    expect((await visited.read<Detail>(`/leads/${id}`)).traits).toContainEqual(company)
  })

  test('what scripts send for want of an address makes nobody a lead', async () => {
    for (const email of ['null', 'undefined', 'test', '[object Object]', 'a@b', `${'a'.repeat(65)}@mill.example`, '']) {
      await send([form(now, 'contact', { email })])
    }
    await send([form(now, 'contact', { email: 'ada\u202e@mill.example' }), identify(now, 'anonymous')])
    expect(await leads()).toMatchObject([{ id: browser, email: null, stage: 'visitor' }])
  })

  test('addresses are compared in lower case and with their domain in ASCII, and no dot or plus is folded', async () => {
    for (const email of [
      'Eve@Bücher.example',
      'eve@xn--bcher-kva.example',
      'eve+news@bücher.example',
      'e.ve@bücher.example',
    ]) {
      await send([identify(now, email)], newId(now))
    }
    expect((await leads()).map(({ email }) => email).sort()).toEqual(
      ['e.ve', 'eve', 'eve+news'].map((name) => `${name}@xn--bcher-kva.example`).sort(),
    )
  })

  test('no public route reads: what a visitor is worth is told to nobody who is not signed in', async () => {
    await send([page(now), identify(now, ADA)])
    const { id } = await leadOf(ADA)
    const url = visited.running.url.replace('localhost', '127.0.0.1')
    for (const path of [`/api/leads/${id}`, '/api/leads', `/api/leads/${id}/events`, '/api/stream', '/api/refused']) {
      expect((await fetch(url + path)).status, path).toBe(401)
    }
    expect((await fetch(`${url}/e?visitorId=${browser}`)).status).toBe(404)
  })
})
