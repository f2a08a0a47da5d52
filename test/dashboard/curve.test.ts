import { expect, test } from 'vitest'
import type { Curve } from '../../dashboard/api.ts'
import { lineOf, scoreAt } from '../../dashboard/curve.tsx'

const curve: Curve = {
  from: 1000,
  until: 2000,
  points: [
    { at: 1000, score: 0 },
    { at: 1499, score: 0 },
    { at: 1500, score: 50 },
    { at: 2000, score: 40 },
  ],
  jumps: [],
  thresholds: { mql: 20, sql: 50 },
}

test('the line goes from left to right, the higher the score the further up', () => {
  expect(lineOf(curve)).toBe('M0.00 100 L49.90 100 L50.00 50 L100.00 60')
})

test('at any instant the score is that of the last point before', () => {
  expect([999, 1000, 1499, 1500, 1999, 2000, 3000].map((at) => scoreAt(curve, at))).toEqual([0, 0, 0, 50, 50, 40, 40])
})
