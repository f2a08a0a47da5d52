/** What users decide: quarantine, stages, and taking back, on both engines. */
import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../../collector/store/id.ts'
import type { LeadDetail, LeadItem } from '../../../dashboard/api.ts'
import { onEachEngine } from '../../support/engines.ts'
import { visitEach } from '../../support/visiting.ts'
import { batch, DAY, form, HOUR, identify, MINUTE, page, START } from '../../support/wire.ts'

const ADA = 'ada@analytical.example'

onEachEngine((newDatabase) => {
  let now: number

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)

  const list = async (query: string) => (await visited.read<{ items: LeadItem[] }>(`/leads?${query}`)).items
  const emails = async (query: string) => (await list(query)).map(({ email }) => email)
  const read = (id: string, query = '') => visited.read<LeadDetail>(`/leads/${id}${query}`)

  async function change(id: string, body: unknown): Promise<LeadDetail> {
    const answer = await visited.api(`/leads/${id}`, { method: 'PATCH', body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
    return (await answer.json()) as LeadDetail
  }

  const takeBack = (id: string, decisionId: string) =>
    visited.api(`/leads/${id}/decisions/${decisionId}`, { method: 'DELETE' })

  /** Asks for a demo with a name typed at random, in under two seconds. */
  async function quarantined(): Promise<LeadItem> {
    const fields = { email: ADA, firstName: 'Qsdfgh' }
    await visited.take(batch(newId(now), now, [form(now, 'demo request', fields, { filledMs: 800 })]))
    await visited.counted()
    return (await list('stage=quarantined'))[0] as LeadItem
  }

  async function known(): Promise<string> {
    await visited.take(batch(newId(now), now, [page(now, '/pricing'), identify(now, ADA)]))
    await visited.counted()
    return (await list(''))[0]?.id as string
  }

  test('the quarantine list gives the reasons of each lead', async () => {
    const lead = await quarantined()
    expect(lead).toMatchObject({ email: ADA, quarantined: true, shelf: 'quarantined', spam: 80 })
    expect(lead.why.map(({ rule, points }) => [rule, points])).toEqual([
      ['keyboardRun', 40],
      ['hasty', 40],
    ])
  })

  test('a release by one click takes a lead out of quarantine for good: its request counts, and later signs do not', async () => {
    const { id } = await quarantined()
    now += DAY
    const released = await change(id, { spam: 'released' })
    expect(released).toMatchObject({ stage: 'sql', quarantined: false, verdict: 'released', spam: 80 })
    expect(released.decisions).toMatchObject([{ verdict: 'released', by: 'api', at: now, undone: null }])
    expect(released.stages[0]).toMatchObject({ stage: 'sql', cause: 'released', by: 'api', at: now })
    now += DAY
    await visited.take(batch(newId(now), now, [form(now, 'contact', { email: ADA }, { trapped: true })]))
    await visited.counted()
    expect(await emails('stage=sql')).toEqual([ADA])
    expect(await emails('stage=quarantined')).toEqual([])
    expect((await read(id)).spam).toBe(100)
    expect(await read(id, `?at=${START + HOUR}`)).toMatchObject({ quarantined: true, stage: 'lead', verdict: null })
  })

  test('what is confirmed leaves the quarantine for the spam, and any lead can be called spam', async () => {
    const { id } = await quarantined()
    await change(id, { spam: 'confirmed' })
    expect([await emails('stage=quarantined'), await emails('stage=spam')]).toEqual([[], [ADA]])
    const bob = 'bob@mill.example'
    await visited.take(batch(newId(now), now, [form(now, 'demo request', { email: bob })]))
    await visited.counted()
    const [lead] = await list('')
    now += MINUTE
    const marked = await change(lead?.id as string, { spam: 'confirmed' })
    expect(marked).toMatchObject({ shelf: 'spam', stage: 'lead', spam: 0 })
    expect(marked.stages[0]).toMatchObject({ stage: 'lead', cause: 'confirmed', by: 'api' })
    expect(await emails('')).toEqual([])
    expect((await emails('stage=spam')).sort()).toEqual([ADA, bob])
  })

  test('a verdict that is taken back is none', async () => {
    const { id } = await quarantined()
    now += DAY
    const [decision] = (await change(id, { spam: 'released' })).decisions
    now += DAY
    const answer = await takeBack(id, decision?.id as string)
    expect(await answer.json()).toMatchObject({
      shelf: 'quarantined',
      verdict: null,
      stages: [{ stage: 'lead', cause: 'undo', by: 'api', at: now }, { stage: 'sql' }, { stage: 'lead' }],
      decisions: [{ verdict: 'released', undone: { at: now, by: 'api' } }],
    })
    expect(await emails('stage=quarantined')).toEqual([ADA])
    expect(await read(id, `?at=${now - HOUR}`)).toMatchObject({ stage: 'sql', decisions: [{ undone: null }] })
  })

  test('a lead goes by hand from accepted to customer, and back step by step', async () => {
    const id = await known()
    const decided: string[] = []
    for (const stage of ['accepted', 'customer'] as const) {
      now += MINUTE
      decided.push((await change(id, { stage, note: `it is ${stage}` })).decisions[0]?.id as string)
    }
    expect(await emails('stage=customer')).toEqual([ADA])
    now += MINUTE
    expect(await (await takeBack(id, decided[1] as string)).json()).toMatchObject({ stage: 'accepted' })
    now += MINUTE
    expect(await (await takeBack(id, decided[0] as string)).json()).toMatchObject({ stage: 'lead' })
    const { stages } = await read(id)
    expect(stages.map(({ stage, cause }) => [stage, cause])).toEqual([
      ['lead', 'undo'],
      ['accepted', 'undo'],
      ['customer', 'person'],
      ['accepted', 'person'],
      ['lead', 'contact'],
    ])
  })

  test('a loss has its reason and takes the points; taken back, they are there again', async () => {
    const id = await known()
    const { rank } = await read(id)
    now += MINUTE
    const lost = await change(id, { stage: 'lost', note: 'no budget' })
    expect(lost).toMatchObject({ stage: 'lost', engagement: 0, stages: [{ stage: 'lost', note: 'no budget' }, {}] })
    expect(await emails('stage=lost')).toEqual([ADA])
    const [decision] = lost.decisions
    expect(await (await takeBack(id, decision?.id as string)).json()).toMatchObject({ stage: 'lead', rank })
    expect(await emails('')).toEqual([ADA])
  })

  test('what is no decision of this lead, or is taken back already, cannot be taken back', async () => {
    const id = await known()
    now += MINUTE
    const [decision] = (await change(id, { stage: 'accepted', traits: { title: 'Countess' } })).decisions
    const decisionId = decision?.id as string
    const [edit] = await visited.running.collector.database.db
      .selectFrom('edit')
      .select('edit_id')
      .where('type', '=', 'traits')
      .execute()
    for (const other of [edit?.edit_id as string, newId(now), 'x', "'"]) {
      expect((await takeBack(id, other)).status).toBe(404)
    }
    expect((await takeBack(newId(now), decisionId)).status).toBe(404)
    expect((await takeBack(id, decisionId)).status).toBe(200)
    expect((await takeBack(id, decisionId)).status).toBe(404)
    for (const spam of ['', 'quarantined', 1, null]) {
      const answer = await visited.api(`/leads/${id}`, { method: 'PATCH', body: JSON.stringify({ spam }) })
      expect(answer.status).toBe(422)
    }
  })
})
