import { expect, onTestFinished, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import { byReason } from '../../dashboard/refused.tsx'
import { dictionary } from '../../dashboard/words.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { visit } from '../support/visiting.ts'
import { batch, identify, page, START, track } from '../support/wire.ts'

test('what was refused on several days for one reason is one line, with the newest sample', () => {
  const refusal = (reason: string, count: number, lastAt: number, sample: string) => ({
    site: 'acme',
    reason,
    count,
    lastAt,
    sample,
  })
  expect(
    byReason([refusal('origin', 2, 30, 'new'), refusal('bot', 5, 25, 'x'), refusal('origin', 3, 10, 'old')]),
  ).toEqual([refusal('origin', 5, 30, 'new'), refusal('bot', 5, 25, 'x')])
})

test('what a page, a visitor or a stranger can have refused is said in both languages', async () => {
  const database = await newSqliteUrl()
  const visited = await visit(database.url, () => START)
  onTestFinished(async () => {
    await visited.running.stop()
    await database.remove()
  })
  const send = (...events: object[]) => visited.post(batch(visitorId, START, events))
  const visitorId = newId(START)
  const fifty = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`p${i}`, i]))
  const pages = () => Array.from({ length: 100 }, () => page(START))
  await send(
    { ...page(START), url: 'file:///home/ada/index.html' },
    track(START, 'nul\0'),
    track(START, 'half \ud800'),
    track(START, 'many', fifty),
    { ...track(START, 'text'), properties: 'x' },
    { ...track(START, ''), name: undefined },
    { ...identify(START, 'ada@example.com'), traits: 'x' },
    { ...identify(START, ''), email: 'Ada' },
    { ...identify(START, ''), email: undefined },
    { ...page(START), type: 'pgae' },
  )
  await visited.post(batch(undefined, START, [page(START)]))
  for (let day = 0; day <= 20; day++) await send(...pages())
  await send(...pages(), page(START))
  await visited.post('x'.repeat(64 * 1024 + 1))
  await visited.post('no JSON')
  await visited.post('<xml/>', { 'content-type': 'text/xml' })
  await visited.running.collector.intake.drain()

  const { items } = await visited.read<{ items: { reason: string }[] }>('/refused')
  expect(new Set(items.map(({ reason }) => reason)).size).toBe(16)
  for (const { setup } of Object.values(dictionary))
    for (const { reason } of items) expect(Object.keys(setup.reasons)).toContain(reason)
})
