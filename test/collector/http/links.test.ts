/** The links of a lead, page by page. */
import { beforeEach, expect, test } from 'vitest'
import { newId } from '../../../collector/store/id.ts'
import type { LinkOf } from '../../../dashboard/api.ts'
import { onEachEngine } from '../../support/engines.ts'
import { visitEach } from '../../support/visiting.ts'
import { batch, form, MINUTE, START } from '../../support/wire.ts'

const ADA = 'ada@analytical.example'

interface Page {
  items: LinkOf[]
  next: string | null
}

onEachEngine((newDatabase) => {
  let now: number
  let ada: string

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)

  const claim = () => visited.take(batch(newId(now), now, [form(now, 'newsletter', { email: ADA })]))
  const pageAt = (cursor: string, limit: number) =>
    visited.read<Page>(`/leads/${ada}/links?limit=${limit}&cursor=${cursor}`)
  const idsOf = ({ items }: Page) => items.map(({ visitorId }) => visitorId)

  beforeEach(async () => {
    for (const browsers of [1, 3, 2]) {
      // Several in one moment: where a page ends among them, their ids tell which have been shown.
      for (let i = 0; i < browsers; i++) await claim()
      now += MINUTE
    }
    await visited.counted()
    const { items } = await visited.read<{ items: { id: string }[] }>('/leads')
    ada = items[0]?.id as string
  })

  test('one page after another has every link once, newest first', async () => {
    const whole = await pageAt('', 100)
    expect([whole.items.length, whole.next]).toEqual([6, null])
    const times = whole.items.map(({ receivedAt }) => receivedAt)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    for (const limit of [1, 2, 3, 5, 6]) {
      const pages: Page[] = []
      for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)?.next ?? null) {
        pages.push(await pageAt(cursor, limit))
      }
      expect(pages).toHaveLength(Math.ceil(6 / limit))
      expect(pages.flatMap(({ items }) => items)).toEqual(whole.items)
    }
  })

  test('a browser that comes meanwhile takes no other one from the second page, and puts none in it twice', async () => {
    const whole = await pageAt('', 100)
    const first = await pageAt('', 3)
    await claim()
    await visited.counted()
    const second = await pageAt(first.next ?? '', 100)
    expect([...idsOf(first), ...idsOf(second)]).toEqual(idsOf(whole))
    expect(idsOf(await pageAt('', 100))).toHaveLength(7)
  })

  test('a cursor that is not one of ours is told so', async () => {
    expect((await visited.api(`/leads/${ada}/links?cursor=guess`)).status).toBe(400)
  })
})
