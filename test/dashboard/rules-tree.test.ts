import { expect, test } from 'vitest'
import {
  joined,
  membersOf,
  renamed,
  type Test,
  withEvent,
  withMember,
  withoutMember,
  withoutPart,
} from '../../dashboard/rules-tree.ts'

const price: Test = { event: 'page', path: ['/pricing*'] }
const blog: Test = { event: 'page', path: ['/blog/*'] }
const demo: Test = { event: 'form', form: ['*demo*'] }

test('what is joined by the same word stands in one list, by another word within it', () => {
  const both = joined(price, 'any', blog)
  expect(both).toEqual({ any: [price, blog] })
  expect(joined(both, 'any', demo)).toEqual({ any: [price, blog, demo] })
  expect(joined(both, 'all', { not: demo })).toEqual({ all: [{ any: [price, blog] }, { not: demo }] })
})

test('a part is taken out, and the last one that stays stands alone', () => {
  expect(withoutPart({ any: [price, blog, demo] }, 1)).toEqual({ any: [price, demo] })
  expect(withoutPart({ all: [price, { not: blog }] }, 0)).toEqual({ not: blog })
  expect(withoutPart(price, 0)).toEqual(price)
})

test('a test is asked only for what its events have', () => {
  expect(membersOf('identify')).not.toContain('path')
  expect(membersOf('form')).toContain('field')
  expect(membersOf('page')).not.toContain('field')
  expect(membersOf(undefined)).toEqual(expect.arrayContaining(['path', 'field', 'property', 'engagedSeconds']))
  const read: Test = { event: 'engage', path: ['/pricing*'], engagedSeconds: 30, sessionStart: true }
  expect(withEvent(read, 'form')).toEqual({ event: 'form', path: ['/pricing*'], sessionStart: true })
  expect(withEvent(read, undefined)).toEqual({ path: ['/pricing*'], engagedSeconds: 30, sessionStart: true })
})

test('something more is asked for and taken out again, by its name where there may be several', () => {
  const campaign = withMember(price, 'query')
  expect(campaign).toEqual({ test: { ...price, query: { utm_campaign: [] } }, at: ['query', 'utm_campaign'] })
  const two = withMember(campaign.test, 'query')
  expect(two.at).toEqual(['query', 'utm_campaign2'])
  expect(withoutMember(two.test, 'query', 'utm_campaign2')).toEqual(campaign.test)
  expect(withoutMember(campaign.test, 'query', 'utm_campaign')).toEqual(price)
  expect(withoutMember(price, 'path')).toEqual({ event: 'page' })
  expect(withMember(price, 'sessionsInDays').test.sessionsInDays).toEqual({ days: 30, atLeast: 5 })
  expect(Object.entries(renamed({ a: 1, b: 2 }, 'a', 'c'))).toEqual([
    ['c', 1],
    ['b', 2],
  ])
})
