import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import type { LeadDetail, LeadItem } from '../../dashboard/api.ts'
import { onEachEngine } from '../support/engines.ts'
import { visitEach } from '../support/visiting.ts'
import { batch, consent, DAY, form, HOUR, identify, MINUTE, page, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'

onEachEngine((newDatabase) => {
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

  async function ada(): Promise<LeadDetail> {
    const found = (await leads()).find(({ email }) => email === ADA)
    if (!found) throw new Error('Nobody is Ada')
    return visited.read<LeadDetail>(`/leads/${found.id}`)
  }

  test('a lead takes in five new visitors a week; what the sixth did counts for nobody', async () => {
    for (let i = 0; i < 5; i++) await send([page(now, '/pricing'), identify(now, ADA)])
    const before = await ada()
    expect(before.visitors).toBe(5)
    const sixth = newId(now)
    now += HOUR
    await send([page(now, '/demo'), identify(now, ADA, { company: 'Mill' })], sixth)
    await send([page(now, '/demo')], sixth)
    const after = await ada()
    expect(after).toMatchObject({ visitors: 5, alsoDeclared: [], lastSeenAt: START })
    expect(await leads('visitor')).toEqual([])
    const moved = await visited.api(`/leads/${sixth}`)
    expect([moved.status, await moved.json()]).toMatchObject([404, { movedTo: after.id }])
  })

  test('those who are known already do not count as new, and a week later there is room again', async () => {
    const known = newId(now)
    await send([identify(now, ADA)], known)
    for (let i = 0; i < 4; i++) await send([identify(now, ADA)])
    now += 7 * DAY - 1
    await send([identify(now, ADA)], known)
    await send([identify(now, ADA)])
    expect((await ada()).visitors).toBe(5)
    now += DAY
    await send([identify(now, ADA)])
    expect((await ada()).visitors).toBe(6)
  })

  test('nobody gets in by saying that it was long ago: the time of receipt counts', async () => {
    for (let i = 0; i < 7; i++) await send([identify(now - i * 3 * HOUR, ADA)])
    expect((await ada()).visitors).toBe(5)
  })

  test('of one visitor three addresses a day are believed; those beyond wait in quarantine', async () => {
    const tablet = newId(now)
    for (let i = 1; i <= 5; i++) {
      now += MINUTE
      await send([form(now, 'contact', { email: `guest${i}@mill.example` })], tablet)
    }
    expect((await leads()).map(({ email }) => email).sort()).toEqual(
      [1, 2, 3].map((number) => `guest${number}@mill.example`),
    )
    const waiting = await leads('quarantined')
    expect(waiting.map(({ email }) => email).sort()).toEqual(['guest4@mill.example', 'guest5@mill.example'])
    expect(waiting).toMatchObject([{ score: 0 }, { score: 0 }])
    const [guest] = waiting
    const released = await visited.api(`/leads/${guest?.id}`, {
      method: 'PATCH',
      body: JSON.stringify({ spam: 'released' }),
    })
    expect(await released.json()).toMatchObject({ quarantined: false, visitors: 1, mapEdits: [{ kind: 'release' }] })
    expect(await leads('quarantined')).toHaveLength(1)
    now += DAY
    await send([form(now, 'contact', { email: 'guest6@mill.example' })], tablet)
    expect((await leads()).map(({ email }) => email)).toContain('guest6@mill.example')
  })

  test('of one visitor two thousand events a day are taken, and its word on consent always', async () => {
    const busy = newId(now)
    const pages = () => Array.from({ length: 100 }, () => page(now))
    for (let i = 0; i < 19; i++) await send(pages(), busy)
    await send(pages().slice(0, 60), busy)
    const { accepted, rejected } = await send([...pages().slice(0, 50), consent(now, 'granted')], busy)
    expect([accepted, rejected.length]).toEqual([41, 10])
    expect(rejected[0]?.reason).toBe('more than 2000 events of one visitor in a day')
    expect(await send(pages())).toMatchObject({ accepted: 100 })
    const refused = await visited.read<{ items: { reason: string; count: number }[] }>('/refused')
    expect(refused.items).toMatchObject([{ reason: 'more than 2000 events of one visitor in a day', count: 10 }])
    now += DAY
    expect(await send(pages(), busy)).toMatchObject({ accepted: 100 })
  })

  test('several addresses in one batch are taken in the order of their events', async () => {
    await send([1, 2, 3, 4].map((number) => identify(now - 10 + number, `guest${number}@mill.example`)))
    expect(await leads()).toHaveLength(3)
    expect(await leads('quarantined')).toMatchObject([{ email: 'guest4@mill.example' }])
  })
})
