import { expect, test } from 'vitest'
import { byReason } from '../../dashboard/refused.tsx'

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
