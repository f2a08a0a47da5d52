import { expect, test } from 'vitest'
import {
  alignedPoints,
  days,
  duration,
  percent,
  relativeTime,
  signedPoints,
  wholeNumber,
} from '../../dashboard/format.ts'

const MINUTE = 60 * 1000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test('times are told from now, in whole units that have passed', () => {
  const now = 1_000 * DAY
  const before = (passed: number) => relativeTime(now - passed, now, 'en')
  expect(before(10 * 1000)).toBe('now')
  expect(before(2 * MINUTE + 50 * 1000)).toMatch(/^2 minutes ago$/)
  expect(before(23 * HOUR + 59 * MINUTE)).toMatch(/^23 hours ago$/)
  expect(before(DAY)).toBe('yesterday')
  expect(before(29 * DAY)).toMatch(/^29 days/)
  expect(before(50 * DAY)).toBe('1 month ago')
  expect(before(70 * DAY)).toMatch(/^2 months ago$/)
  expect(before(800 * DAY)).toMatch(/^2 years ago$/)
  expect(relativeTime(now + 3 * DAY, now, 'fr')).toMatch(/^dans 3/)
})

test('durations are told in their two largest units', () => {
  expect(duration(0)).toBe('0 s')
  expect(duration(5200)).toBe('5 s')
  expect(duration(59_900)).toBe('1 min')
  expect(duration(200_000)).toBe('3 min 20 s')
  expect(duration(65 * MINUTE)).toBe('1 h 5 min')
})

test('days are counted as the language counts', () => {
  expect(days(1, 'en')).toBe('1 day')
  expect(days(2.62, 'en')).toBe('2.6 days')
  expect(days(1.5, 'fr')).toMatch(/^1,5\sjour$/)
  expect(days(2, 'fr')).toMatch(/^2\sjours$/)
})

test('points carry their sign, and a minus as wide as the plus', () => {
  expect(signedPoints(10, 'en')).toBe('+10')
  expect(signedPoints(2.5, 'fr')).toBe('+2,5')
  expect(signedPoints(-6, 'en')).toBe('−6')
  expect(alignedPoints(17.46, 'en')).toBe('+17.5')
  expect(alignedPoints(0, 'en')).toBe('0.0')
})

test('numbers are written as in the language', () => {
  expect(wholeNumber(1312, 'en')).toBe('1,312')
  expect(wholeNumber(1312, 'fr')).toMatch(/^1\s312$/)
  expect(percent(80, 'en')).toBe('80%')
  expect(percent(80, 'fr')).toMatch(/^80\s%$/)
})
