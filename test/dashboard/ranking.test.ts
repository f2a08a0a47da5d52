import { expect, test } from 'vitest'
import { isOutOfStep, type Ranking, withLead, withoutLead, withPage } from '../../dashboard/ranking.ts'
import { lead } from './support/lead.ts'

const ada = lead({ id: 'a', name: 'Ada', rank: 60, lastSeenAt: 1000, stage: 'sql' })
const bob = lead({ id: 'b', name: 'Bob', rank: 40, lastSeenAt: 3000, stage: 'mql' })
const eve = lead({ id: 'c', name: 'Eve', rank: 40, lastSeenAt: 2000, stage: 'mql' })
const all: Ranking = { items: [ada, bob, eve], next: null, more: false }

const names = (ranking: Ranking) => ranking.items.map(({ name }) => name)

test('a lead that heats up overtakes the others', () => {
  expect(names(withLead(all, { ...eve, rank: 70 }, null, false))).toEqual(['Eve', 'Ada', 'Bob'])
})

test('of two with the same rank, who was seen last stands first, and then the greater id', () => {
  expect(names(withLead(all, { ...eve, lastSeenAt: 4000 }, null, false))).toEqual(['Ada', 'Eve', 'Bob'])
  expect(names(withLead(all, { ...eve, lastSeenAt: 3000 }, null, false))).toEqual(['Ada', 'Eve', 'Bob'])
})

test('a lead that leaves the filter leaves the list', () => {
  const mqls: Ranking = { ...all, items: [bob, eve] }
  expect(names(withLead(mqls, { ...bob, shelf: 'sql' }, 'mql', false))).toEqual(['Eve'])
  expect(names(withLead(all, { ...bob, shelf: 'quarantined' }, null, false))).toEqual(['Ada', 'Eve'])
  expect(names(withLead(all, { ...bob, shelf: 'customer' }, null, false))).toEqual(['Ada', 'Eve'])
  expect(names(withoutLead(all, 'a'))).toEqual(['Bob', 'Eve'])
})

test('a new lead comes in where it belongs', () => {
  const grace = lead({ id: 'd', name: 'Grace', rank: 50, stage: 'lead' })
  expect(names(withLead(all, grace, null, false))).toEqual(['Ada', 'Grace', 'Bob', 'Eve'])
  expect(names(withLead(all, grace, 'mql', false))).toEqual(['Ada', 'Bob', 'Eve'])
  expect(names(withLead(all, { ...grace, shelf: 'visitor' }, null, false))).toEqual(['Ada', 'Bob', 'Eve'])
})

test('a new lead stays out of a search, and below the last row while more are to be loaded', () => {
  const grace = lead({ id: 'd', name: 'Grace', rank: 1, stage: 'lead' })
  expect(withLead(all, { ...grace, rank: 50 }, null, true)).toBe(all)
  const part = { ...all, next: 'cursor' }
  expect(withLead(part, grace, null, false)).toBe(part)
})

test('a loaded page is put in order with what has moved meanwhile, nobody twice', () => {
  const page: Ranking = {
    items: [lead({ id: 'd', name: 'Grace', rank: 30 }), { ...eve, rank: 20 }],
    next: null,
    more: false,
  }
  expect(names(withPage(all, page))).toEqual(['Ada', 'Bob', 'Grace', 'Eve'])
})

test('a list is out of step where somebody stands above who is further on, by points and not by decision', () => {
  const grace = lead({ id: 'd', name: 'Grace', rank: 17, stage: 'lead' })
  expect(isOutOfStep([ada, bob, grace])).toBe(false)
  expect(isOutOfStep([ada, grace, bob])).toBe(true)
  expect(isOutOfStep([bob, ada, grace])).toBe(true)
  expect(isOutOfStep([grace, lead({ id: 'e', stage: 'accepted' })])).toBe(false)
  expect(isOutOfStep([])).toBe(false)
})
