/** Who objects to being profiled stays a lead that is not scored, on both engines. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import type { LeadDetail, LeadItem, OptOut } from '../../dashboard/api.ts'
import { onEachEngine, type TestDatabase } from '../support/engines.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { batch, DAY, form, HOUR, identify, page, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'

onEachEngine((newDatabase) => {
  let database: TestDatabase
  let visited: Visited
  let now: number
  let browser: string

  beforeEach(async () => {
    now = START
    browser = newId(now)
    database = await newDatabase()
    visited = await visit(database.url, () => now)
  })
  afterEach(async () => {
    await visited.running.stop()
    await database.remove()
  })

  const send = (events: unknown[], from = browser) => visited.take(batch(from, now, events))
  const read = (id: string, query = '') => visited.read<LeadDetail>(`/leads/${id}${query}`)

  async function list(query = ''): Promise<LeadItem[]> {
    await visited.counted()
    return (await visited.read<{ items: LeadItem[] }>(`/leads${query}`)).items
  }

  async function idOf(email: string | null): Promise<string> {
    const lead = [...(await list()), ...(await list('?stage=visitor'))].find((each) => each.email === email)
    if (!lead) throw new Error(`Nobody is ${email}`)
    return lead.id
  }

  async function object(id: string): Promise<LeadDetail> {
    const body = JSON.stringify({ objected: true, note: 'by phone' })
    const answer = await visited.api(`/leads/${id}`, { method: 'PATCH', body })
    expect(answer.status).toBe(200)
    return (await answer.json()) as LeadDetail
  }

  async function takeBack(id: string): Promise<void> {
    const objection = (await read(id)).decisions.find(({ objected, undone }) => objected && !undone)
    const answer = await visited.api(`/leads/${id}/decisions/${objection?.id}`, { method: 'DELETE' })
    expect(answer.status).toBe(200)
  }

  async function merge(id: string, other: string): Promise<void> {
    const body = JSON.stringify({ lead: other })
    expect((await visited.api(`/leads/${id}/merge`, { method: 'POST', body })).status).toBe(200)
    await visited.counted()
  }

  async function publish(): Promise<void> {
    const { ruleset } = await visited.read<{ ruleset: object }>('/rules')
    const body = JSON.stringify({ ruleset, note: 'The same again' })
    expect((await visited.api('/rules/publish', { method: 'POST', body })).status).toBe(202)
    await visited.running.collector.rescoring.done()
  }

  const asked = () => [page(now - HOUR, '/pricing'), form(now, 'demo request', { email: ADA, firstName: 'Ada' })]

  test('the lead is in its list, named as not scored, without a point, stage or reason, whatever it does', async () => {
    await send(asked())
    const id = await idOf(ADA)
    const before = await read(id)
    expect(before).toMatchObject({ stage: 'sql', objected: false })
    const after = await object(id)
    expect(after).toMatchObject({
      stage: 'lead',
      objected: true,
      score: 0,
      rank: 0,
      engagement: 0,
      fit: 0,
      reasons: [],
    })
    expect(after.decisions).toMatchObject([{ objected: true, note: 'by phone', by: 'api', at: now, undone: null }])
    expect(before.stages.map(({ stage }) => stage)).toContain('mql')
    expect(after.stages.map(({ stage, cause }) => [stage, cause])).toEqual([
      ['lead', 'objection'],
      ['lead', 'contact'],
    ])
    expect(after.stages[0]).toMatchObject({ by: 'api', at: now })

    for (const [i, path] of ['/pricing', '/demo', '/pricing'].entries()) {
      now += i * DAY
      await send([page(now, path), form(now, 'quote request', { email: ADA })])
      expect(await list()).toMatchObject([{ id, objected: true, stage: 'lead', shelf: 'lead', rank: 0, why: [] }])
    }
    expect(await read(id)).toMatchObject({ objected: true, score: 0, lastSeenAt: now })
  })

  test('no version of the rules and no day of the past has points, and what is published later has none', async () => {
    await send(asked())
    const id = await idOf(ADA)
    await publish()
    await object(id)
    now += HOUR
    await publish()
    for (const query of ['', '?version=1', '?version=2', '?version=3', `?at=${START}`, `?at=${START}&version=1`]) {
      expect(await read(id, query), query).toMatchObject({ objected: true, score: 0, stage: 'lead', reasons: [] })
    }
    const { points } = await visited.read<{ points: { score: number }[] }>(`/leads/${id}/curve`)
    expect(points.every(({ score }) => score === 0)).toBe(true)
    expect(await list()).toMatchObject([{ objected: true, rank: 0 }])
    const { ruleset } = await visited.read<{ ruleset: object }>('/rules')
    const body = JSON.stringify({ ruleset })
    const preview = await (await visited.api('/rules/preview', { method: 'POST', body })).json()
    expect(preview).toMatchObject({ leads: 1, events: 0, stages: { today: { lead: 1 }, next: { lead: 1 } } })
  })

  test('taken back, the score is what it would have been, and the log says who did what', async () => {
    await send(asked())
    const id = await idOf(ADA)
    await object(id)
    await send([page(now, '/demo')])
    await takeBack(id)
    const after = await read(id)
    expect(after).toMatchObject({ objected: false, stage: 'sql' })
    expect(after.score).toBeGreaterThan(50)
    expect(after.decisions).toMatchObject([{ objected: true, undone: { by: 'api', at: now } }])
    expect(after.stages[0]).toMatchObject({ stage: 'sql', cause: 'undo', by: 'api' })
    const { items } = await visited.read<{ items: { action: string; subject: string }[] }>('/audit')
    const about = items.filter(({ subject }) => subject === id).map(({ action }) => action)
    expect(about.sort()).toEqual(['lead viewed', 'objection recorded', 'objection undone'])
    const decision = after.decisions[0]?.id
    expect((await visited.api(`/leads/${id}/decisions/${decision}`, { method: 'DELETE' })).status).toBe(404)
  })

  test('it takes a reason, and nothing but true', async () => {
    await send(asked())
    const id = await idOf(ADA)
    for (const body of [{ objected: true }, { objected: true, note: ' ' }, { objected: false, note: 'x' }]) {
      const answer = await visited.api(`/leads/${id}`, { method: 'PATCH', body: JSON.stringify(body) })
      expect(answer.status).toBe(422)
    }
    expect((await read(id)).objected).toBe(false)
  })

  test('merged leads are not scored where one of them objected, and are by themselves again once it is undone', async () => {
    await send(asked())
    await send([page(now, '/pricing'), identify(now, BOB)], newId(now))
    const [ada, bob] = [await idOf(ADA), await idOf(BOB)]
    await object(ada)
    await merge(bob, ada)
    expect(await list()).toMatchObject([{ id: bob, objected: true, rank: 0 }])
    const { mapEdits, decisions } = await read(bob)
    expect(decisions).toMatchObject([{ objected: true, note: 'by phone' }])
    await visited.api(`/leads/${bob}/decisions/${mapEdits[0]?.id}`, { method: 'DELETE' })
    expect(await list()).toMatchObject([
      { id: bob, objected: false },
      { id: ada, objected: true, rank: 0 },
    ])
    await merge(ada, bob)
    await takeBack(ada)
    expect(await list()).toMatchObject([{ id: ada, objected: false, stage: 'sql' }])
  })

  test('nothing of what merged leads were worth is told from that moment on, before they are counted anew', async () => {
    await send(asked())
    await send([page(now, '/pricing'), identify(now, BOB)], newId(now))
    const [ada, bob] = [await idOf(ADA), await idOf(BOB)]
    await merge(bob, ada)
    await visited.running.collector.standings.stop()
    expect(await list()).toMatchObject([{ id: bob, objected: false }])
    await fetch(`${visited.running.url.replace('localhost', '127.0.0.1')}/opt-out/default`, {
      method: 'POST',
      body: new URLSearchParams({ email: ADA }),
    })
    const { items } = await visited.read<{ items: OptOut[] }>('/objections')
    await visited.api(`/objections/${items[0]?.id}`, { method: 'PATCH', body: JSON.stringify({ answer: 'confirmed' }) })
    expect(await list()).toMatchObject([{ id: bob, objected: true, rank: 0 }])
  })

  test('nor where one who objected is merged into another', async () => {
    await send(asked())
    await send([page(now, '/pricing'), identify(now, BOB)], newId(now))
    const [ada, bob] = [await idOf(ADA), await idOf(BOB)]
    await object(ada)
    await visited.running.collector.standings.stop()
    await merge(bob, ada)
    const merged = (await list()).find(({ id }) => id === bob)
    expect(merged).toMatchObject({ objected: true, rank: 0 })
  })

  test('an unknown visitor who objected still does once it is known who it is', async () => {
    await send([page(now, '/pricing')])
    const visitor = await idOf(null)
    await object(visitor)
    now += HOUR
    await send([page(now, '/demo'), form(now, 'demo request', { email: ADA })])
    expect(await list()).toMatchObject([{ email: ADA, objected: true, stage: 'lead', rank: 0 }])
    await takeBack(await idOf(ADA))
    expect(await list()).toMatchObject([{ email: ADA, objected: false, stage: 'sql' }])
  })

  test('a lead who is past its time goes, and whoever comes under its address later is not scored', async () => {
    await visited.running.collector.retention.carryOn()
    await send(asked())
    await object(await idOf(ADA))
    await visited.api('/retention', { method: 'PATCH', body: JSON.stringify({ leads: 30, events: 30 }) })
    for (let days = 0; days < 32; days++) {
      now += DAY
      await visited.running.collector.retention.carryOn()
    }
    expect(await list()).toEqual([])
    await send(asked(), newId(now))
    expect(await list()).toMatchObject([{ email: ADA, objected: true, stage: 'lead', rank: 0 }])
    await takeBack(await idOf(ADA))
    expect(await list()).toMatchObject([{ email: ADA, objected: false, stage: 'sql' }])
  })

  test('who objected and whose lead is gone is among those answered, and there it can be taken back', async () => {
    await visited.running.collector.retention.carryOn()
    await send(asked())
    await object(await idOf(ADA))
    await visited.api('/retention', { method: 'PATCH', body: JSON.stringify({ leads: 30, events: 30 }) })
    const answered = () => visited.read<{ items: OptOut[] }>('/objections?state=answered')
    expect((await answered()).items).toEqual([])
    for (let days = 0; days < 32; days++) {
      now += DAY
      await visited.running.collector.retention.carryOn()
    }
    const { items } = await answered()
    const known = { email: ADA, known: true, lead: null, answer: 'confirmed', note: 'by phone', at: START, by: 'api' }
    expect(items).toMatchObject([known])
    const body = JSON.stringify({ answer: null })
    expect((await visited.api(`/objections/${items[0]?.id}`, { method: 'PATCH', body })).status).toBe(200)
    await send(asked(), newId(now))
    expect(await list()).toMatchObject([{ email: ADA, objected: false, stage: 'sql' }])
  })

  test('so it is where it was said of an unknown visitor, or of somebody into whom another was merged', async () => {
    await visited.running.collector.retention.carryOn()
    await send([page(now, '/pricing')])
    await object(await idOf(null))
    await send([form(now, 'demo request', { email: ADA })])
    await send([form(now, 'demo request', { email: BOB })], newId(now))
    const [ada, bob] = [await idOf(ADA), await idOf(BOB)]
    await merge(ada, bob)
    // Of whom nobody ever knows the address nothing can stay.
    await send([page(now, '/pricing')], newId(now))
    await object(await idOf(null))
    await visited.api('/retention', { method: 'PATCH', body: JSON.stringify({ leads: 30, events: 30 }) })
    for (let days = 0; days < 32; days++) {
      now += DAY
      await visited.running.collector.retention.carryOn()
    }
    expect(await list()).toEqual([])
    for (const email of [ADA, BOB]) await send([form(now, 'demo request', { email })], newId(now))
    const listed = (await list()).map(({ email, objected, rank }) => ({ email, objected, rank }))
    expect(listed).toHaveLength(2)
    for (const email of [ADA, BOB]) expect(listed).toContainEqual({ email, objected: true, rank: 0 })
  })

  test('with a person who is erased their objection is, too: who comes later under the address is somebody new', async () => {
    await send(asked())
    const id = await idOf(ADA)
    await object(id)
    const { held } = await visited.read<{ held: { table: string; rows: object[] }[] }>(`/leads/${id}/export`)
    expect(held.find(({ table }) => table === 'objection')?.rows).toMatchObject([{ email: ADA, note: 'by phone' }])
    await visited.api(`/leads/${id}`, { method: 'DELETE' })
    expect(await visited.running.collector.database.db.selectFrom('objection').selectAll().execute()).toEqual([])
    now += HOUR
    await send(asked(), newId(now))
    expect(await list()).toMatchObject([{ email: ADA, objected: false, stage: 'sql' }])
  })

  test('the list as a file has no score of them and says why', async () => {
    await send(asked())
    await send([identify(now, BOB)], newId(now))
    const ada = await idOf(ADA)
    await object(ada)
    const rows = (await (await visited.api('/leads/export')).text()).trimEnd().split('\r\n')
    expect(rows[0]).toMatch(/"lastSeenAt","notScored"$/)
    expect(rows.find((row) => row.includes(ADA))).toMatch(/"lead",,,,,,".*","objected to profiling"$/)
    expect(rows.find((row) => row.includes(BOB))).toMatch(/"lead",\d+,.*,$/)
  })
})
