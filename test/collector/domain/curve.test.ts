/** The score over time, as it is drawn. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curveOf } from '../../../collector/domain/curve.ts'
import { scoreLead, worthAt } from '../../../collector/domain/score.ts'
import {
  anyHistory,
  anyRuleset,
  DAY,
  everyDefaultRule,
  form,
  HOUR,
  identify,
  moved,
  page,
  ruleFor,
  rulesOf,
  SEED,
  TODAY,
  track,
  undone,
} from './given.ts'

const daysAgo = (days: number) => TODAY - days * DAY
const scoreAt = (curve: ReturnType<typeof curveOf>, at: number) =>
  curve.points.findLast((point) => point.at <= at)?.score

test('every point is the score that was, whatever happened', () => {
  fc.assert(
    fc.property(anyHistory(), fc.oneof(anyRuleset, fc.constant(everyDefaultRule())), (history, ruleset) => {
      const { points, jumps, from, until } = curveOf(history, ruleset, TODAY)
      expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).sort((a, b) => a - b))
      expect([points[0]?.at, points.at(-1)?.at]).toEqual([from, until])
      for (const { at, score } of points.filter((_, i) => i % 12 === 0)) {
        expect(score).toBe(scoreLead(history, ruleset, at).score)
      }
      for (const jump of jumps) expect(jump.after).toBe(scoreLead(history, ruleset, jump.at).score)
    }),
    { seed: SEED, numRuns: 40 },
  )
})

test('what it is worth without its stages is what it is worth with them', () => {
  fc.assert(
    fc.property(anyHistory(), anyRuleset, fc.integer({ min: -100, max: 60 }), (history, ruleset, days) => {
      const { rank, tallies, fitHits } = scoreLead(history, ruleset, daysAgo(days))
      expect(worthAt(history, ruleset, daysAgo(days))).toMatchObject({ rank, tallies, fitHits })
    }),
    { seed: SEED, numRuns: 200 },
  )
})

describe('a jump', () => {
  const ruleset = rulesOf([ruleFor('visit', 10, { halfLifeDays: 14 }), ruleFor('demo', 40), ruleFor('glance', 1)])

  test('is where it was, with what it came from', () => {
    const history = [identify(daysAgo(40), 'ada@analytical.example'), track(daysAgo(20), 'visit')]
    const demo = [track(daysAgo(5) - HOUR, 'glance'), track(daysAgo(5), 'demo')]
    const { jumps } = curveOf([...history, ...demo], ruleset, TODAY)
    expect(jumps).toMatchObject([
      { at: daysAgo(20), before: 0, after: 10, reasons: [{ rule: 'visit', points: 10 }], decision: null },
      { at: daysAgo(5), before: 5, after: 46, reasons: [{ rule: 'demo' }, { rule: 'glance' }] },
    ])
  })

  test('stands as a step in the line, not as a slope', () => {
    const curve = curveOf([page(daysAgo(60)), track(daysAgo(20), 'demo')], ruleset, TODAY)
    expect(scoreAt(curve, daysAgo(20) - 1)).toBe(0)
    expect(scoreAt(curve, daysAgo(20))).toBe(40)
  })

  test('down is a decision: a loss takes the points, and taken back it gives them again', () => {
    const loss = moved(daysAgo(10), 'lost')
    const { jumps } = curveOf([track(daysAgo(20), 'demo'), loss, undone(daysAgo(5), loss)], ruleset, TODAY)
    expect(jumps.map(({ at, before, after, decision }) => [at, before, after, decision])).toEqual([
      [daysAgo(20), 0, 40, null],
      [daysAgo(10), 40, 0, 'lost'],
      [daysAgo(5), 0, 40, 'undo'],
    ])
  })

  test('may come from who it is', () => {
    const history = [
      page(daysAgo(9)),
      form(daysAgo(3), 'guide', { email: 'ada@analytical.example', title: 'Director' }),
    ]
    expect(curveOf(history, everyDefaultRule(), TODAY).jumps.at(-1)?.reasons).toMatchObject([
      { rule: 'decisionMaker', points: 15 },
      { rule: 'companyEmail', points: 5 },
      { rule: 'optionalFields', points: 2 },
    ])
  })

  test('is one of the six largest; what only fades makes none', () => {
    const many = Array.from({ length: 9 }, (_, i) => track(daysAgo(90 - 10 * i), 'visit'))
    expect(curveOf(many, ruleset, TODAY).jumps).toHaveLength(6)
    expect(curveOf([track(daysAgo(390), 'visit')], ruleset, TODAY).jumps.map(({ at }) => at)).toEqual([daysAgo(390)])
  })
})

test('a lead of a minute ago, of nothing, and of years ago each have a curve', () => {
  const ruleset = rulesOf([ruleFor('visit', 10)])
  expect(curveOf([], ruleset, TODAY)).toMatchObject({ from: TODAY - DAY, until: TODAY, jumps: [] })
  expect(curveOf([track(TODAY - 1, 'visit')], ruleset, TODAY).points.at(-1)).toEqual({ at: TODAY, score: 10 })
  expect(curveOf([form(daysAgo(2000), 'guide')], ruleset, TODAY).from).toBe(daysAgo(396))
})

test('a history of ten thousand events is drawn with fewer points', () => {
  const events = Array.from({ length: 10_000 }, (_, i) => page(TODAY - i * 60_000, `/${i % 50}`))
  expect(curveOf(events, rulesOf([ruleFor('visit', 10)]), TODAY).points.length).toBeLessThan(30)
})
