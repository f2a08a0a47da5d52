/** Whoever asks on the opt-out page is told the same, and a person confirms, on both engines. */
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '../../../collector/store/id.ts'
import type { LeadDetail, LeadItem, OptOut } from '../../../dashboard/api.ts'
import { onEachEngine, type TestDatabase } from '../../support/engines.ts'
import { type Visited, visit } from '../../support/visiting.ts'
import { batch, DAY, form, MINUTE, START } from '../../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'

onEachEngine((newDatabase) => {
  let database: TestDatabase
  let visited: Visited
  let now: number

  const start = async (env: Record<string, string> = {}) => {
    visited = await visit(database.url, () => now, env)
  }
  beforeEach(async () => {
    now = START
    database = await newDatabase()
    await start()
  })
  afterEach(async () => {
    await visited.running.stop()
    await database.remove()
  })

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(visited.running.url.replace('localhost', '127.0.0.1') + path, init)
  const object = (email: string, headers: Record<string, string> = {}) =>
    ask('/opt-out/default', { method: 'POST', headers, body: new URLSearchParams({ email }) })
  const requestDemo = (email: string) =>
    visited.take(batch(newId(now), now, [form(now, 'demo request', { email, firstName: 'Ada' })]))

  async function list(): Promise<LeadItem[]> {
    await visited.counted()
    return (await visited.read<{ items: LeadItem[] }>('/leads')).items
  }

  const objections = (state = 'waiting') =>
    visited.read<{ items: OptOut[]; next: string | null; waiting: number }>(`/objections?state=${state}`)

  async function answer(id: string, said: OptOut['answer']): Promise<OptOut> {
    const body = JSON.stringify({ answer: said })
    const response = await visited.api(`/objections/${id}`, { method: 'PATCH', body })
    expect(response.status).toBe(200)
    return (await response.json()) as OptOut
  }

  async function only(state = 'waiting'): Promise<OptOut> {
    const { items } = await objections(state)
    expect(items).toHaveLength(1)
    return items[0] as OptOut
  }

  const audited = async () =>
    (await visited.read<{ items: { action: string; subject: string | null }[] }>('/audit')).items
      .filter(({ action }) => action.startsWith('objection'))
      .reverse()

  test('the page speaks the language of the browser, runs nothing, loads nothing, keeps nothing', async () => {
    const said = async (language: string) => {
      const response = await ask('/opt-out/default', { headers: { 'accept-language': language } })
      expect(response.status).toBe(200)
      expect(response.headers.get('set-cookie')).toBeNull()
      expect(response.headers.get('vary')).toBe('Accept-Language')
      const policy = response.headers.get('content-security-policy')
      expect(policy).toMatch(
        /^default-src 'none'; img-src data:; style-src 'sha256-\S+'; base-uri 'none'; form-action 'self'; frame-/,
      )
      return response.text()
    }
    const [english, french] = [await said('de, en-GB;q=0.9, fr;q=0.8'), await said('fr-CH, fr;q=0.9, en;q=0.8')]
    expect(english).toContain('<html lang="en">')
    expect(english).toContain('Object to being profiled')
    expect(french).toContain('<html lang="fr">')
    expect(french).toContain('S’opposer au profilage')
    const icon = /<link rel="icon" href="data:[^"]+">/
    const [iconOfDashboard] = icon.exec(await readFile('dashboard/index.html', 'utf8')) ?? []
    for (const page of [english, french].map((each) => each.replace(iconOfDashboard as string, ''))) {
      expect(page).not.toMatch(/<script|<link|<img|src=|href=|\son\w+=/)
      expect(page).toMatch(/<label for="email">[^<]+<\/label>\s+<input id="email" name="email" type="email"/)
    }
    expect((await ask('/opt-out/nowhere')).status).toBe(404)
    expect((await ask('/opt-out/nowhere', { method: 'POST', body: new URLSearchParams({ email: ADA }) })).status).toBe(
      404,
    )
  })

  test('the answer is the same bytes whether the address is known, unknown or has asked before', async () => {
    await requestDemo(ADA)
    await list()
    const answers = []
    for (const email of [ADA, BOB, BOB, ' ADA@analytical.example ']) {
      const response = await object(email)
      const { date: _, ...headers } = Object.fromEntries(response.headers)
      answers.push({ status: response.status, headers, text: await response.text() })
    }
    expect(answers[0]).toMatchObject({ status: 200 })
    for (const each of answers) expect(each).toEqual(answers[0])
    expect(answers[0]?.text).not.toContain('ada@')
    // Whom a lead is known of comes first; an address that waits does not wait twice.
    const { items, waiting } = await objections()
    expect(items.map(({ email, lead }) => [email, lead?.name])).toEqual([
      [ADA, 'Ada'],
      [BOB, undefined],
    ])
    expect(waiting).toBe(2)
  })

  test('who asks several times at once waits once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => object(ADA)))
    expect(await objections()).toMatchObject({ waiting: 1, items: [{ email: ADA }] })
  })

  test('what is no address is refused, and what is no form', async () => {
    for (const email of ['', 'ada', 'ada@', '<script>@mill.example', 'test', `${'a'.repeat(300)}@mill.example`]) {
      expect((await object(email)).status, email).toBe(422)
    }
    // To be mended where it stands, and never as markup.
    expect(await (await object('ada@mill')).text()).toContain('value="ada@mill"')
    expect(await (await object('"><script>')).text()).toContain('value="&quot;&gt;&lt;script&gt;"')
    expect((await ask('/opt-out/default', { method: 'POST', body: ADA })).status).toBe(422)
    expect((await object('a'.repeat(5000))).status).toBe(413)
    expect((await objections()).items).toEqual([])
  })

  test('who asks too often from one address has to wait; others have not', async () => {
    await visited.running.stop()
    await start({ RATE_LIMIT: '100', TRUST_PROXY: '1' })
    const from = (address: string) => object(ADA, { 'x-forwarded-for': address })
    const answers = await Promise.all(Array.from({ length: 10 }, () => from('192.0.2.1')))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    const shed = await from('192.0.2.1')
    expect([shed.status, shed.headers.get('retry-after')]).toEqual([429, '60'])
    expect((await from('192.0.2.2')).status).toBe(200)
    now += MINUTE
    expect((await from('192.0.2.1')).status).toBe(200)
  })

  test('a network of IPv6 counts as one, and who asks for many from many addresses is stopped for the site', async () => {
    await visited.running.stop()
    await start({ RATE_LIMIT: '100', TRUST_PROXY: '1' })
    // What is no address spends a try and waits for nothing.
    const from = async (address: string) => (await object('', { 'x-forwarded-for': address })).status
    for (let i = 0; i < 10; i++) expect(await from(`2001:db8:0:7:${i}::1`)).toBe(422)
    expect(await from('2001:db8:0:7::ffff')).toBe(429)
    for (let i = 0; i < 90; i++) expect(await from(`192.0.2.${i}`)).toBe(422)
    expect(await from('198.51.100.1')).toBe(429)
    now += 1000
    expect(await from('198.51.100.1')).toBe(422)
  })

  test('what another page sends is refused, and the form shown', async () => {
    const others: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'https://www.mill.example' },
      // Browsers of some years ago say no more than this; a page without an address, such as a frame in a sandbox, is none of ours.
      { origin: 'https://www.mill.example' },
      { origin: 'null' },
    ]
    for (const headers of others) {
      const response = await object(ADA, headers)
      expect(response.status, JSON.stringify(headers)).toBe(403)
      expect(await response.text()).toContain('<form method="post">')
    }
    expect((await objections()).items).toEqual([])
    const own = { origin: visited.running.url.replace('localhost', '127.0.0.1') }
    expect((await object(ADA, own)).status).toBe(200)
    expect((await object(BOB, { ...own, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  test('confirmed, the lead is not scored; taken back, it is, and the request waits again', async () => {
    await requestDemo(ADA)
    await list()
    await object(ADA)
    const { id, lead } = await only()
    expect(await list()).toMatchObject([{ stage: 'sql', objected: false }])
    expect(await answer(id, 'confirmed')).toMatchObject({ answer: 'confirmed', by: 'api', answeredAt: now })
    expect(await list()).toMatchObject([{ stage: 'lead', objected: true, rank: 0 }])
    const { decisions } = await visited.read<LeadDetail>(`/leads/${lead?.id}`)
    expect(decisions).toMatchObject([{ objected: true, note: null, by: 'api', at: now }])
    expect((await objections()).items).toEqual([])
    expect(await only('answered')).toMatchObject({ id, email: ADA, answer: 'confirmed' })
    // Whoever objects already has nothing to wait for.
    await object(ADA)
    expect((await objections()).waiting).toBe(0)

    await answer(id, null)
    expect(await list()).toMatchObject([{ stage: 'sql', objected: false }])
    expect(await only()).toMatchObject({ id, answer: null, answeredAt: null, by: null })
    await answer(id, 'confirmed')
    const again = (await visited.read<LeadDetail>(`/leads/${lead?.id}`)).decisions
    const decision = again.find(({ undone }) => undone === null)
    await visited.api(`/leads/${lead?.id}/decisions/${decision?.id}`, { method: 'DELETE' })
    expect(await list()).toMatchObject([{ stage: 'sql', objected: false }])
    expect(await only()).toMatchObject({ id, answer: null })
    expect((await audited()).every(({ subject }) => subject === lead?.id)).toBe(true)
    expect((await audited()).map(({ action }) => action).sort()).toEqual([
      ...Array(2).fill('objection recorded'),
      ...Array(2).fill('objection undone'),
    ])
  })

  test('who answers them page by page leaves nobody out: those of known leads first, then the newest', async () => {
    const asked = ['grace', 'eve', 'bob', 'ada', 'carl'].map((name) => `${name}@mill.example`)
    for (const email of asked) {
      now += 1
      await object(email)
    }
    for (const email of asked.slice(0, 2)) await requestDemo(email)
    await list()
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: OptOut[]; next: string | null } = await visited.read(`/objections?limit=2&cursor=${cursor}`)
      for (const { id, email } of page.items) {
        await answer(id, 'dismissed')
        seen.push(email)
      }
      cursor = page.next
    }
    expect(seen).toEqual(['eve', 'grace', 'carl', 'ada', 'bob'].map((name) => `${name}@mill.example`))
    const { next } = await visited.read<{ next: string }>('/objections?state=answered&limit=4')
    const rest = await visited.read<{ items: OptOut[] }>(`/objections?state=answered&limit=4&cursor=${next}`)
    expect(rest.items).toHaveLength(1)
  })

  test('dismissed, nothing comes of it, and it can wait again', async () => {
    await requestDemo(ADA)
    await list()
    await object(ADA)
    const { id } = await only()
    await answer(id, 'dismissed')
    expect(await list()).toMatchObject([{ stage: 'sql', objected: false }])
    expect(await only('answered')).toMatchObject({ answer: 'dismissed' })
    await answer(id, null)
    expect(await only()).toMatchObject({ id })
    expect((await audited()).map(({ action }) => action).sort()).toEqual(['objection dismissed', 'objection undone'])
  })

  test('confirmed of an address that nobody has, it holds for whoever gives it later', async () => {
    await object(BOB)
    await answer((await only()).id, 'confirmed')
    await requestDemo(BOB)
    expect(await list()).toMatchObject([{ email: BOB, objected: true, stage: 'lead', rank: 0 }])
  })

  test('an answer is one of three, of a request that is there, on the site', async () => {
    await object(ADA)
    const { id } = await only()
    const says = async (path: string, body: unknown) =>
      (await visited.api(path, { method: 'PATCH', body: JSON.stringify(body) })).status
    expect(await says(`/objections/${id}`, { answer: 'yes' })).toBe(422)
    expect(await says(`/objections/${id}`, {})).toBe(422)
    expect(await says(`/objections/${newId(now)}`, { answer: null })).toBe(404)
    expect((await visited.api('/objections?state=all')).status).toBe(400)
  })

  test('what nobody confirms goes after thirty days, but for a lead who still waits for an answer', async () => {
    const { retention } = visited.running.collector
    await retention.carryOn()
    await requestDemo(ADA)
    await list()
    await object('eve@mill.example')
    const dismissed = await only()
    await answer(dismissed.id, 'dismissed')
    await object('grace@mill.example')
    await answer((await only()).id, 'confirmed')
    for (const email of [ADA, BOB]) await object(email)
    const kept = async () =>
      [...(await objections()).items, ...(await objections('answered')).items].map(({ email }) => email)
    for (let day = 1; day <= 31; day++) {
      now += DAY
      await retention.carryOn()
      if (day === 30) expect((await kept()).sort()).toEqual([ADA, BOB, 'eve@mill.example', 'grace@mill.example'])
    }
    expect((await kept()).sort()).toEqual([ADA, 'grace@mill.example'])
  })
})
