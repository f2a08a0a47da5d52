import { sql } from 'kysely'
import { beforeEach, expect, test, vi } from 'vitest'
import { eraseHeld } from '../../collector/store/held.ts'
import { newId } from '../../collector/store/id.ts'
import { findPerson, type Person } from '../../collector/store/person.ts'
import type { LeadDetail, LeadItem } from '../../dashboard/api.ts'
import { onEachEngine } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { PATIENCE } from '../support/patience.ts'
import { visitEach } from '../support/visiting.ts'
import { batch, DAY, form, HOUR, identify, MINUTE, page, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'

onEachEngine((newDatabase, engine) => {
  let now: number

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)

  const send = (events: unknown[], from = newId(now)) => visited.take(batch(from, now, events))

  async function leads(stage = ''): Promise<LeadItem[]> {
    await visited.counted()
    return (await visited.read<{ items: LeadItem[] }>(`/leads?stage=${stage}`)).items
  }

  async function leadOf(email: string, at?: number): Promise<LeadDetail> {
    const found = (await leads()).find((each) => each.email === email)
    if (!found) throw new Error(`Nobody is ${email}`)
    return visited.read<LeadDetail>(`/leads/${found.id}${at ? `?at=${at}` : ''}`)
  }

  async function act(lead: { id: string }, what: string, body: unknown): Promise<LeadDetail> {
    const response = await visited.api(`/leads/${lead.id}/${what}`, { method: 'POST', body: JSON.stringify(body) })
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as LeadDetail
  }

  async function undo(lead: LeadDetail): Promise<LeadDetail> {
    const [edit] = lead.mapEdits
    const response = await visited.api(`/leads/${lead.id}/decisions/${edit?.id}`, { method: 'DELETE' })
    return (await response.json()) as LeadDetail
  }

  /** What is known of a lead and what it is worth, but for the log of what was done, and what is kept as of its last change. */
  const worth = ({ mapEdits: _, links: __, stages: ___, why: ____, ...rest }: LeadDetail) => rest

  interface Link {
    visitorId: string
    claim: string
    form: string | null
    state: string
    beyond: string | null
  }
  const linksOf = async ({ id }: { id: string }) => (await visited.read<{ items: Link[] }>(`/leads/${id}/links`)).items

  // Postgres, which answers more slowly, has two hundred of them beside all other tests.
  const browsers = engine === 'SQLite' ? 1000 : inLength(200, 1000)
  test(`${browsers} browsers claim an address: no attribute changes, five count, and one click undoes all, exactly`, async () => {
    const fields = { email: ADA, firstName: 'Ada', company: 'Analytical' }
    const own = newId(now)
    await send([page(now, '/blog/a'), form(now, 'newsletter', fields)], own)
    now += 14 * DAY
    const later = now + DAY
    const before = await leadOf(ADA, later)

    now += HOUR
    const attackBegan = now
    const attack = async (rivals: number) => {
      for (let i = 0; i < rivals; i += 50) {
        now += MINUTE
        await Promise.all(
          Array.from({ length: Math.min(50, rivals - i) }, (_, n) => {
            const rival = { email: ADA, firstName: 'Eve', company: `Rival ${i + n}`, title: 'CEO' }
            return send([page(now, '/pricing'), form(now, 'demo request', rival)])
          }),
        )
      }
    }
    await attack(5)
    const limit = await leadOf(ADA, later)
    expect(limit.rank).toBeGreaterThan(before.rank)
    await attack(browsers - 5)
    const after = await leadOf(ADA, later)
    expect(after.links).toEqual({ linked: 6, quarantined: browsers - 5, undone: 0, beganAt: attackBegan + MINUTE })
    expect(worth(after)).toEqual(worth(limit))
    const declared = ({ traits }: LeadDetail) => traits.filter(({ name }) => name in fields)
    expect(declared(after)).toEqual(declared(before))

    const cleared = await act(after, 'unlink', { since: after.links.beganAt })
    expect(worth(await leadOf(ADA, later))).toEqual(worth(before))
    expect(cleared.links).toEqual({ linked: 1, quarantined: 0, undone: browsers, beganAt: null })
    expect(cleared.mapEdits).toMatchObject([{ kind: 'unlink', links: browsers, by: 'api', undone: null }])
    await undo(cleared)
    expect(worth(await leadOf(ADA, later))).toEqual(worth(limit))
  })

  test('a link that is taken back is as though the address had never been claimed, and undoing that is exact too', async () => {
    const [own, foreign] = [newId(now), newId(now + 1)]
    await send([page(now, '/pricing'), identify(now, ADA)], own)
    now += 1
    await send([page(now, '/demo'), form(now, 'contact', { email: ADA, company: 'Mill' })], foreign)
    const both = await leadOf(ADA)
    expect(await linksOf(both)).toMatchObject([
      { visitorId: foreign, claim: 'form', form: 'contact', state: 'linked' },
      { visitorId: own, claim: 'identify', state: 'linked' },
    ])
    const alone = await act(both, 'unlink', { visitorId: foreign })
    expect(alone).toMatchObject({ visitors: 1, links: { linked: 1, undone: 1 } })
    expect(alone.traits.map(({ name }) => name)).not.toContain('company')

    const visitor = await visited.read<LeadDetail>(`/leads/${foreign}`)
    expect(visitor).toMatchObject({ email: null, stage: 'visitor', links: { undone: 1 } })
    expect(visitor.traits.map(({ name }) => name)).not.toContain('email')
    // The browser goes on saying so; a person's word stands.
    now += 1
    await send([identify(now, ADA)], foreign)
    expect(await leadOf(ADA)).toMatchObject({ visitors: 1 })
    now += 1
    await send([form(now, 'newsletter', { email: BOB })], foreign)
    const bob = await leadOf(BOB)
    expect(bob).toMatchObject({ email: BOB, visitors: 1 })
    expect(bob.traits).toContainEqual(expect.objectContaining({ name: 'email', value: BOB }))

    const again = await undo(await leadOf(ADA))
    expect(again.mapEdits[0]?.undone).toMatchObject({ by: 'api' })
    expect(await leadOf(ADA)).toMatchObject({ visitors: 2 })
    expect(
      (await visited.api(`/leads/${again.id}/decisions/${again.mapEdits[0]?.id}`, { method: 'DELETE' })).status,
    ).toBe(404)
  })

  test('a link in quarantine can be let out, and put back', async () => {
    for (let i = 0; i < 5; i++) await send([identify(now, ADA)])
    const sixth = newId(now)
    await send([page(now, '/pricing'), identify(now + 1, ADA)], sixth)
    const before = await leadOf(ADA)
    expect(await linksOf(before)).toContainEqual(
      expect.objectContaining({ visitorId: sixth, state: 'quarantined', beyond: 'visitors' }),
    )
    const released = await act(before, 'release', { visitorId: sixth })
    expect(released).toMatchObject({ visitors: 6, links: { linked: 6, quarantined: 0 } })
    expect(released.rank).toBeGreaterThan(before.rank)
    expect(worth(await undo(released))).toEqual(worth(before))
  })

  test('two leads become one by a person, and two again, each with what was its own', async () => {
    await send([page(now, '/pricing'), form(now, 'newsletter', { email: ADA, company: 'Analytical' })])
    await send([page(now, '/demo'), form(now, 'contact', { email: BOB, title: 'Director' })])
    const [ada, bob] = [await leadOf(ADA), await leadOf(BOB)]
    const note = { method: 'POST', body: JSON.stringify({ text: 'called' }) }
    await visited.api(`/leads/${bob.id}/notes`, note)

    const merged = await act(ada, 'merge', { lead: bob.id })
    expect(merged).toMatchObject({ email: ADA, visitors: 2, stage: 'sql', notes: [{ text: 'called' }] })
    expect(merged.mapEdits).toMatchObject([{ kind: 'merge', other: { id: bob.id, email: BOB } }])
    expect((await leads()).map(({ email }) => email)).toEqual([ADA])
    expect(merged.rank).toBeGreaterThan(bob.rank)
    const gone = await visited.api(`/leads/${bob.id}`)
    expect([gone.status, await gone.json()]).toMatchObject([404, { movedTo: ada.id }])
    // What comes for either goes to the one, and it is found by nothing but its own.
    await send([identify(now, BOB)])
    expect(await leadOf(ADA)).toMatchObject({ visitors: 3 })
    expect((await visited.read<{ items: unknown[] }>('/leads?q=mill')).items).toEqual([])

    await undo(merged)
    expect(worth(await leadOf(ADA))).toEqual(worth(ada))
    expect(await leadOf(BOB)).toMatchObject({ visitors: 2, rank: bob.rank, stage: 'sql', notes: [{ text: 'called' }] })
    expect((await visited.read<{ items: unknown[] }>('/leads?q=mill')).items).toHaveLength(1)
  })

  test('a lead that others went into can go into a third, and each step can be undone', async () => {
    for (const email of [ADA, BOB, 'eve@mill.example']) await send([identify(now, email)])
    const [ada, bob, eve] = [await leadOf(ADA), await leadOf(BOB), await leadOf('eve@mill.example')]
    await act(bob, 'merge', { lead: eve.id })
    now += 1
    const all = await act(ada, 'merge', { lead: bob.id })
    expect(all).toMatchObject({
      visitors: 3,
      mapEdits: [{ other: { email: BOB } }, { other: { email: 'eve@mill.example' } }],
    })
    const moved = await visited.api(`/leads/${eve.id}`)
    expect(await moved.json()).toMatchObject({ movedTo: ada.id })
    const inner = all.mapEdits[1]?.id
    await visited.api(`/leads/${ada.id}/decisions/${inner}`, { method: 'DELETE' })
    expect((await leads()).map(({ email }) => email).sort()).toEqual([ADA, 'eve@mill.example'])
    expect(await leadOf(ADA)).toMatchObject({ visitors: 2 })
  })

  test('what the browsers of merged leads do in one moment counts, all of it', async () => {
    const [adas, bobs] = [newId(now), newId(now + 1)]
    await send([page(now, '/blog/a'), form(now, 'newsletter', { email: ADA })], adas)
    await send([page(now, '/blog/b'), form(now, 'newsletter', { email: BOB })], bobs)
    await act(await leadOf(ADA), 'merge', { lead: (await leadOf(BOB)).id })
    await leads()
    now += HOUR
    await Promise.all([send([page(now, '/about')], adas), send([page(now, '/pricing')], bobs)])
    const [listed, ...others] = await leads()
    expect(others).toEqual([])
    // The list is of what is kept, the page of what happened.
    const { score, reasons } = await leadOf(ADA)
    expect(listed).toMatchObject({ email: ADA, score })
    expect(reasons.map(({ rule }) => rule)).toContain('pricing')
  })

  test('who is erased is erased with all that was merged into them', async () => {
    for (const email of [ADA, BOB]) await send([form(now, 'newsletter', { email })])
    const ada = await leadOf(ADA)
    await act(ada, 'merge', { lead: (await leadOf(BOB)).id })
    expect((await visited.api(`/leads/${ada.id}`, { method: 'DELETE' })).ok).toBe(true)
    await visited.counted()
    const { db } = visited.running.collector.database
    for (const table of ['lead', 'claim', 'link', 'event', 'map_edit'] as const) {
      expect(await db.selectFrom(table).select('site_id').execute(), table).toEqual([])
    }
  })

  // SQLite does one thing at a time.
  if (engine === 'Postgres')
    test('nobody is merged into somebody who is erased at that moment', async () => {
      for (const email of [ADA, BOB]) await send([form(now, 'newsletter', { email })])
      const [ada, bob] = [await leadOf(ADA), await leadOf(BOB)]
      const { db } = visited.running.collector.database
      const person = await findPerson(db, 'default', ada.id)
      let merging: Promise<Response> | undefined
      await db.transaction().execute(async (tx) => {
        await eraseHeld(tx, person as Person, now)
        merging = visited.api(`/leads/${ada.id}/merge`, { method: 'POST', body: JSON.stringify({ lead: bob.id }) })
        await vi.waitFor(async () => {
          const waiting = sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
          expect((await waiting.execute(db)).rows).toHaveLength(1)
        }, PATIENCE)
      })
      expect((await merging)?.status).toBe(404)
      expect(await leads()).toMatchObject([{ id: bob.id, email: BOB }])
      expect(await db.selectFrom('map_edit').select('edit_id').execute()).toEqual([])
    })

  test('nobody is merged into themselves, with an unknown visitor, or with somebody who is not there', async () => {
    const visitor = newId(now)
    await send([page(now)], visitor)
    await send([identify(now, ADA)])
    const ada = await leadOf(ADA)
    for (const [lead, status] of [
      [ada.id, 422],
      [visitor, 422],
      [newId(now), 404],
    ] as const) {
      const merge = { method: 'POST', body: JSON.stringify({ lead }) }
      expect((await visited.api(`/leads/${ada.id}/merge`, merge)).status).toBe(status)
    }
    for (const body of [{}, { visitorId: newId(now) }, { since: 'now' }, { since: now + 1 }]) {
      const unlink = { method: 'POST', body: JSON.stringify(body) }
      expect([404, 422]).toContain((await visited.api(`/leads/${ada.id}/unlink`, unlink)).status)
    }
  })

  test('a link that was taken back while two leads were one can be given back after they are two again', async () => {
    const browser = newId(now)
    await send([page(now, '/blog/a'), identify(now, ADA)])
    await send([page(now, '/pricing'), identify(now, BOB)], browser)
    // Without its browser Bob's lead is empty, and goes: he comes back under another id.
    const { id: _, ...before } = worth(await leadOf(BOB))
    const merged = await act(await leadOf(ADA), 'merge', { lead: (await leadOf(BOB)).id })
    const unlinked = await act(merged, 'unlink', { visitorId: browser })
    const [unlink, merge] = ['unlink', 'merge'].map((kind) => unlinked.mapEdits.find((edit) => edit.kind === kind)?.id)
    const takeBack = (id: string | undefined) =>
      visited.api(`/leads/${merged.id}/decisions/${id}`, { method: 'DELETE' })
    expect((await takeBack(merge)).status).toBe(200)
    await visited.counted()
    expect((await takeBack(unlink)).status).toBe(200)
    expect(worth(await leadOf(BOB))).toMatchObject(before)
    expect((await linksOf(await leadOf(BOB))).map(({ state }) => state)).toEqual(['linked'])
    expect((await takeBack(unlink)).status).toBe(404)
  })
})
