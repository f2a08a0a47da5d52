import { expect, test } from 'vitest'
import type { LeadEvent } from '../../dashboard/api.ts'
import { bySession, withNewest } from '../../dashboard/timeline.tsx'

const event = (id: string, session: number) => ({ id, session }) as LeadEvent

test('events stand under their session, newest first', () => {
  const sessions = bySession([event('d', 2), event('c', 2), event('b', 1)])
  expect(sessions.map(({ session, items }) => [session, items.length])).toEqual([
    [2, 2],
    [1, 1],
  ])
})

test('new events come before those loaded already, which stay', () => {
  const shown = { items: [event('b', 1), event('a', 1)], next: 'older' }
  const newest = { items: [event('c', 2), event('b', 1)], next: 'cursor' }
  expect(withNewest(shown, newest)).toEqual({ items: [event('c', 2), event('b', 1), event('a', 1)], next: 'older' })
})

test('where new events leave a gap to those loaded already, the timeline starts anew', () => {
  const shown = { items: [event('a', 1)], next: null }
  const newest = { items: [event('z', 9)], next: 'cursor' }
  expect(withNewest(shown, newest)).toBe(newest)
})

test('what is no longer the lead’s is not shown any longer', () => {
  const merged = { items: [event('d', 3), event('eve', 2), event('b', 1), event('a', 1)], next: null }
  const everything = { items: [event('d', 2), event('b', 1), event('a', 1)], next: null }
  expect(withNewest(merged, everything)).toBe(everything)
  const newest = { items: [event('d', 2), event('b', 1)], next: 'cursor' }
  expect(withNewest(merged, newest).items.map(({ id }) => id)).toEqual(['d', 'b', 'a'])
  const renumbered = { items: [event('d', 1)], next: 'cursor' }
  expect(withNewest(merged, renumbered)).toBe(renumbered)
})
