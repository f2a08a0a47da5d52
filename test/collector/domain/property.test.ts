import fc from 'fast-check'
import { expect, test } from 'vitest'
import { engagementOf } from '../../../collector/domain/engagement.ts'
import { explain } from '../../../collector/domain/explain.ts'
import type { HistoryEvent } from '../../../collector/domain/history.ts'
import type { Ruleset } from '../../../collector/domain/rule.ts'
import { scoreLead } from '../../../collector/domain/score.ts'
import { anyHistory, anyRuleset, DAY, everyDefaultRule, HOUR, SEED, TODAY } from './given.ts'

const RUNS = { seed: SEED, numRuns: 200 }

const rulesets = fc.oneof(anyRuleset, fc.constant(everyDefaultRule()))
const publishes = fc.array(
  fc.integer({ min: 0, max: 70 }).map((days) => TODAY - days * DAY),
  { maxLength: 4 },
)

/** A history, and the same one as it may also arrive: in another order, some events twice. */
const arrivals = anyHistory().chain((history) =>
  fc.tuple(
    fc.constant(history),
    fc
      .subarray(history)
      .chain((again) => fc.shuffledSubarray([...history, ...again], { minLength: history.length + again.length })),
  ),
)

const all = (history: readonly HistoryEvent[], ruleset: Ruleset, t: number, published: number[] = []) => {
  const lead = scoreLead(history, ruleset, t, published)
  return { lead, lines: explain(lead) }
}

test('a score never depends on the order of arrival, nor on what arrives twice; neither do stage and lines', () => {
  fc.assert(
    fc.property(arrivals, rulesets, publishes, ([history, arrived], ruleset, published) => {
      expect(all(arrived, ruleset, TODAY, [...published].reverse())).toEqual(all(history, ruleset, TODAY, published))
    }),
    { ...RUNS, numRuns: 500 },
  )
})

test('a score does not touch the history it is made of, and is the same each time', () => {
  fc.assert(
    fc.property(anyHistory(), rulesets, (history, ruleset) => {
      const before = structuredClone({ history, ruleset })
      const first = structuredClone(all(history, ruleset, TODAY))
      expect({ history, ruleset }).toEqual(before)
      expect(all(history, ruleset, TODAY)).toEqual(first)
    }),
    RUNS,
  )
})

test('a score at a past date is never changed by an event dated later', () => {
  fc.assert(
    fc.property(anyHistory(), rulesets, fc.integer({ min: 0, max: 60 * 24 }), (history, ruleset, hours) => {
      const then = TODAY - hours * HOUR
      const known = history.filter(({ at }) => at <= then)
      expect(all(history, ruleset, then, [then + 1])).toEqual(all(known, ruleset, then))
    }),
    RUNS,
  )
})

test('the stages of the past stay as they were while time goes by without events', () => {
  fc.assert(
    fc.property(anyHistory(), rulesets, fc.integer({ min: 0, max: 200 * 24 }), (history, ruleset, hours) => {
      const before = scoreLead(history, ruleset, TODAY).stage.changes
      const later = scoreLead(history, ruleset, TODAY + hours * HOUR).stage.changes
      expect(later.slice(0, before.length)).toEqual(before)
      expect(later.slice(before.length).every(({ at }) => at > TODAY)).toBe(true)
    }),
    RUNS,
  )
})

test('what was earned only fades, and what was lost is only forgiven', () => {
  const days = fc.integer({ min: 0, max: 330 })
  fc.assert(
    fc.property(anyHistory(), rulesets, days, days, days, (history, ruleset, a, b, c) => {
      const { tallies } = scoreLead(history, ruleset, TODAY)
      const value = engagementOf(ruleset, tallies).curve
      const at = (after: number) => TODAY + after * DAY
      const [early, late] = [at(Math.min(a, b)), at(Math.max(a, b))]
      expect(value(late, at(c))).toBeLessThanOrEqual(value(early, at(c)))
      expect(value(at(c), late)).toBeGreaterThanOrEqual(value(at(c), early))
      expect(value(late, late)).toBeCloseTo(scoreLead(history, ruleset, late).engagement, 9)
    }),
    RUNS,
  )
})

test('a score made step by step is the one made at once, unless a person says a word on the past', () => {
  fc.assert(
    fc.property(anyHistory(), rulesets, publishes, (any, ruleset, published) => {
      const history = any.filter(({ type }) => type !== 'spam' && type !== 'undo')
      const inTime = [...history].sort((a, b) => a.at - b.at)
      for (const [index, event] of inTime.entries()) {
        const soFar = scoreLead(inTime.slice(0, index + 1), ruleset, event.at, published).stage.changes
        const inTheEnd = scoreLead(history, ruleset, TODAY, published).stage.changes
        const sameInstant = inTime[index + 1]?.at === event.at
        if (!sameInstant) expect(inTheEnd.filter(({ at }) => at <= event.at)).toEqual(soFar)
      }
    }),
    { ...RUNS, numRuns: 60 },
  )
})
