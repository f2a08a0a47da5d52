import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../../collector/store/id.ts'
import { findRulesetOrThrow } from '../../../collector/store/rulesets.ts'
import type { Curve } from '../../../dashboard/api.ts'
import { publish } from '../../support/arrivals.ts'
import { onEachEngine } from '../../support/engines.ts'
import { visitEach } from '../../support/visiting.ts'
import { batch, DAY, form, identify, MINUTE, page, START } from '../../support/wire.ts'

const ADA = 'ada@analytical.example'

onEachEngine((newDatabase) => {
  let now: number

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)

  interface Lead {
    id: string
    email: string
    stage: string
    rank: number
    lastSeenAt: number
  }

  interface List {
    items: Lead[]
    next: string | null
    more: boolean
  }

  const list = (query = '') => visited.read<List>(`/leads${query}`)
  const emails = async (query: string) => (await list(query)).items.map(({ email }) => email).sort()

  async function comes(email: string, traits: Record<string, string> = {}, paths: string[] = []): Promise<void> {
    await visited.take(batch(newId(now), now, [...paths.map((path) => page(now, path)), identify(now, email, traits)]))
  }

  async function leadOf(email: string): Promise<Lead> {
    await visited.counted()
    return (await list()).items.find((lead) => lead.email === email) as Lead
  }

  const patch = (id: string, body: unknown) =>
    visited.api(`/leads/${id}`, { method: 'PATCH', body: JSON.stringify(body) })

  test('page by page the list gives every lead exactly once, hottest first', async () => {
    const paths = [[], ['/pricing'], ['/pricing', '/demo'], ['/blog/a'], ['/careers']]
    for (let i = 0; i < 63; i++) {
      now += i % 3 === 0 ? MINUTE : 0
      await comes(`ada${i}@analytical.example`, {}, paths[i % 5])
    }
    await visited.counted()
    const seen: Lead[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { items, next }: List = await list(`?limit=10&cursor=${cursor}`)
      seen.push(...items)
      cursor = next
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(63)
    expect(seen).toHaveLength(63)
    const ranked = [...seen].sort((a, b) => b.rank - a.rank || b.lastSeenAt - a.lastSeenAt || (a.id < b.id ? 1 : -1))
    expect(seen).toEqual(ranked)
  })

  test('each stage has its list, and visitors, customers, lost and quarantined are outside the default one', async () => {
    await comes(ADA)
    await visited.take(batch(newId(now), now, [form(now, 'demo request', { email: 'bob@mill.example' })]))
    await visited.take(batch(newId(now), now, [form(now, 'contact', { email: 'eve@mill.example' }, { trapped: true })]))
    await visited.take(batch(newId(now), now, [page(now)]))
    await comes('carl@mill.example')
    const { id } = await leadOf('carl@mill.example')
    now += MINUTE
    await patch(id, { stage: 'lost', note: 'no budget' })
    expect(await emails('')).toEqual([ADA, 'bob@mill.example'])
    expect(await emails('?stage=lead')).toEqual([ADA])
    expect(await emails('?stage=sql')).toEqual(['bob@mill.example'])
    expect(await emails('?stage=quarantined')).toEqual(['eve@mill.example'])
    expect(await emails('?stage=lost')).toEqual(['carl@mill.example'])
    expect(await emails('?stage=visitor')).toEqual([null])
  })

  test('a search finds the beginnings of words, with or without accents, all of them', async () => {
    await comes(ADA, { firstName: 'Ada', lastName: 'Lovelace', company: 'Société Générale' })
    await comes('rene@mill.example', { name: 'René Müller', company: 'Générale des Eaux' })
    await visited.counted()
    expect(await emails('?q=love')).toEqual([ADA])
    expect(await emails('?q=LACE')).toEqual([])
    expect(await emails('?q=rené')).toEqual(['rene@mill.example'])
    expect(await emails('?q=muller')).toEqual(['rene@mill.example'])
    expect(await emails('?q=generale')).toHaveLength(2)
    expect(await emails('?q=générale+soc')).toEqual([ADA])
    expect(await emails('?q=ada+l')).toEqual([ADA])
    expect(await emails('?q=mill.example')).toEqual(['rene@mill.example'])
    expect(await emails(`?q=${encodeURIComponent(ADA)}`)).toEqual([ADA])
    for (const q of ['ad', 'a+b', '%25%25', '___', '%00']) expect((await visited.api(`/leads?q=${q}`)).status).toBe(400)
    // A word that is no longer a lead's finds it no more.
    const { id } = await leadOf(ADA)
    await patch(id, { traits: { company: 'Analytical' } })
    expect(await emails('?q=societe')).toEqual([])
    expect(await emails('?q=analyt')).toEqual([ADA])
  })

  test('a search that matches more than a thousand leads says so', async () => {
    const { db } = visited.running.collector.database
    await comes(ADA)
    const { id } = await leadOf(ADA)
    const row = await db.selectFrom('lead').selectAll().where('lead_id', '=', id).executeTakeFirstOrThrow()
    const copies = Array.from({ length: 1001 }, (_, i) => ({ ...row, lead_id: newId(now), email: `${i}` }))
    const words = (some: typeof copies) => some.map(({ lead_id }) => ({ site_id: 'default', word: 'common', lead_id }))
    for (let i = 0; i < copies.length; i += 500) {
      await db
        .insertInto('lead')
        .values(copies.slice(i, i + 500))
        .execute()
    }
    await db
      .insertInto('lead_word')
      .values(words(copies.slice(0, 1000)))
      .execute()
    expect(await list('?q=common')).toMatchObject({ more: false })
    await db
      .insertInto('lead_word')
      .values(words(copies.slice(1000)))
      .execute()
    expect(await list('?q=comm')).toMatchObject({ more: true })
  })

  test('a user writes traits, owner, stage and notes, each signed and dated', async () => {
    await comes(ADA)
    const { id } = await leadOf(ADA)
    now += MINUTE
    const answer = await patch(id, { traits: { title: 'Countess' }, owner: 'bob', stage: 'accepted', note: 'called' })
    expect(await answer.json()).toMatchObject({
      owner: 'bob',
      stage: 'accepted',
      stages: [{ stage: 'accepted', cause: 'person', by: 'api', note: 'called', at: now }, { stage: 'lead' }],
    })
    const noted = await visited.api(`/leads/${id}/notes`, {
      method: 'POST',
      body: JSON.stringify({ text: ' likes engines ' }),
    })
    const note = (await noted.json()) as { id: string }
    expect([noted.status, note]).toMatchObject([201, { text: 'likes engines', by: 'api', at: now }])
    expect(await visited.read(`/leads/${id}`)).toMatchObject({ notes: [note] })
    expect((await visited.api(`/leads/${id}/notes/${note.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await visited.api(`/leads/${id}/notes/${note.id}`, { method: 'DELETE' })).status).toBe(404)
    expect(await visited.read(`/leads/${id}`)).toMatchObject({ notes: [] })
  })

  test('a lead can be seen as it was, and its events page by page', async () => {
    await comes(ADA, {}, ['/pricing', '/demo', '/about'])
    const { id, rank } = await leadOf(ADA)
    expect(await visited.read(`/leads/${id}?at=${now - 1}`)).toMatchObject({ rank: 0, stage: 'visitor' })
    expect(await visited.read(`/leads/${id}?at=${now}&version=1`)).toMatchObject({ rank, version: 1 })
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: { id: string }[]; next: string | null } = await visited.read(
        `/leads/${id}/events?limit=3&cursor=${cursor}`,
      )
      seen.push(...page.items.map((event) => event.id))
      cursor = page.next
      // What comes meanwhile moves nothing that is still to be read.
      await comes(ADA, {}, ['/later'])
    }
    expect([seen.length, new Set(seen).size]).toEqual([4, 4])
  })

  test('as it was means name, company, stages and last visit too, and no event dated later changes it', async () => {
    await comes(ADA, { name: 'Ada' }, ['/pricing'])
    const then = now
    const { id } = await leadOf(ADA)
    const before = await visited.read(`/leads/${id}?at=${then}`)
    now += DAY
    await patch(id, { stage: 'accepted', traits: { name: 'Countess Lovelace', company: 'Analytical' } })
    await comes(ADA, {}, ['/demo'])
    await visited.counted()
    expect(await visited.read(`/leads/${id}`)).toMatchObject({ name: 'Countess Lovelace', stage: 'accepted' })
    const { liveVersion: _, ...after } = await visited.read<Record<string, unknown>>(`/leads/${id}?at=${then}`)
    expect(before).toMatchObject({ name: 'Ada', company: 'analytical.example', lastSeenAt: then, visitors: 1 })
    // Lists show what is now, and so do owner, notes and the number of its browsers.
    expect(before).toMatchObject({ ...after, why: expect.anything(), links: expect.anything() })
    expect(after.stages).toMatchObject([{ stage: 'lead', at: then }])
  })

  test('under another version it is what it would have been, with the stages of those rules', async () => {
    await comes(ADA, {}, ['/pricing', '/demo'])
    const { id } = await leadOf(ADA)
    const { db } = visited.running.collector.database
    const { ruleset } = await findRulesetOrThrow(db, 'default')
    now += MINUTE
    const dear = { ...ruleset, rules: ruleset.rules.map((rule) => ({ ...rule, points: rule.points * 3 })) }
    await publish(visited.running.collector.database, dear, now)
    await visited.counted()
    const [first, second] = await Promise.all([1, 2].map((version) => visited.read(`/leads/${id}?version=${version}`)))
    expect(first).toMatchObject({ version: 1, liveVersion: 2, stage: 'mql', stages: [{ stage: 'mql' }, {}] })
    expect(second).toMatchObject({
      version: 2,
      liveVersion: 2,
      stage: 'sql',
      stages: [{ stage: 'sql', at: now }, {}, {}],
    })
    const [old, live] = await Promise.all(
      ['?version=1', ''].map((query) => visited.read<Curve>(`/leads/${id}/curve${query}`)),
    )
    expect(old?.points.at(-1)?.score).toBe((first as { score: number }).score)
    expect(live?.points.at(-1)?.score).toBe((second as { score: number }).score)
    expect(live?.jumps[0]).toMatchObject({ before: 0, after: (second as { score: number }).score, at: START })
    expect(live?.thresholds).toEqual({ mql: 20, sql: 50 })
    for (const query of ['?version=9', '?version=x']) {
      expect([400, 404]).toContain((await visited.api(`/leads/${id}/curve${query}`)).status)
    }
    expect((await visited.api(`/leads/${newId(now)}/curve`)).status).toBe(404)
  })

  test('whatever stands in an address or a body, the answer is never a failure', async () => {
    await comes(ADA)
    const { id } = await leadOf(ADA)
    const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const wrong = [
      ...['0', '101', '-1', '1.5', 'x', '', '1e9', 'NaN'].map((limit) => `/leads?limit=${limit}`),
      ...['x', '%00', cursor(null), cursor(5), cursor([]), cursor(['1', 2, 'x'])].map(
        (each) => `/leads?cursor=${each}`,
      ),
      ...[cursor([1e300, 0, 'x', 1]), cursor([1, 2, 3]), cursor({})].map((each) => `/leads?cursor=${each}`),
      ...['x', 'Lead', '%00', 'lead,sql', "lead'--"].map((stage) => `/leads?stage=${stage}`),
      ...['name', 'rank;drop', '%00'].map((sort) => `/leads?sort=${sort}`),
      ...['x', '-1', '1e5', '%00', '9'.repeat(30)].map((at) => `/leads/${id}?at=${at}`),
      ...['0', '99', 'x', '-1', '%00', '9'.repeat(15)].map((version) => `/leads/${id}?version=${version}`),
      ...['x', '-1', '%00'].map((each) => `/leads/${id}/events?cursor=${each}`),
      ...['%00', 'x', "'", '%ff', '%', 'x'.repeat(5000)].map((each) => `/leads/${each}`),
      ...[
        '/leads?owner=%00',
        '/leads?site=nobody',
        '/refused?site=nobody',
        '/stream?site=nobody',
        '/rules?site=%00',
        '/x',
      ],
    ]
    for (const path of wrong) {
      const { status } = await visited.api(path)
      expect([path, [400, 404].includes(status)], String(status)).toEqual([path, true])
    }
    const harmless = [
      `/leads?cursor=${cursor([1, 2, 'a\0\ud800', 1])}`,
      `/leads?q=ada+${Array.from({ length: 2000 }, (_, i) => i.toString(36)).join('+')}`,
      '/leads?owner=%ff&sort=rank',
      `/leads/${id}?at=0`,
      `/leads/${id}?at=${'9'.repeat(15)}`,
    ]
    for (const path of harmless) expect((await visited.api(path)).status, path.slice(0, 60)).toBe(200)
    const bodies = ['', '{', 'null', '[]', '{"traits":"x"}', '{"traits":{"email":"x"}}', '{"traits":{"__proto__":"x"}}']
    const more = ['{"stage":"sql"}', '{"stage":1}', '{"owner":1}', '{"owner":"a\\u0000"}', '{"traits":{"a":1}}']
    for (const body of [...bodies, ...more, '{"note":""}', `{"note":"${'x'.repeat(5001)}"}`]) {
      const { status } = await visited.api(`/leads/${id}`, { method: 'PATCH', body })
      expect([400, 422], `${body.slice(0, 40)}: ${status}`).toContain(status)
    }
    expect((await patch(id, {})).status).toBe(200)
    const site = await visited.api('/sites/default', { method: 'PATCH', body: '{}' })
    expect(site.status).toBe(200)
    for (const body of ['{"origins":["x"]}', '{"excludedHosts":["a b"]}', '{"requireConsent":1}', '{"name":""}']) {
      expect((await visited.api('/sites/default', { method: 'PATCH', body })).status, body).toBe(422)
    }
  })
})
