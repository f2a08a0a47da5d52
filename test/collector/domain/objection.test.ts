/** Who objects to being profiled is worth nothing by any rules, at any time, as long as they do not take it back. */
import { describe, expect, test } from 'vitest'
import { lookAhead } from '../../../collector/domain/ahead.ts'
import { curveOf } from '../../../collector/domain/curve.ts'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { explain } from '../../../collector/domain/explain.ts'
import type { HistoryEvent } from '../../../collector/domain/history.ts'
import { addLead } from '../../../collector/domain/preview.ts'
import { scoreLead } from '../../../collector/domain/score.ts'
import { noSums } from '../../../collector/domain/sums.ts'
import { nameOf } from '../../../collector/domain/traits.ts'
import { DAY, form, moved, objected, page, rule, rulesOf, TODAY, undone } from './given.ts'

const daysAfter = (days: number) => TODAY + days * DAY
const at = (history: HistoryEvent[], t: number) => scoreLead(history, defaultRuleset(), t)

const asked = [
  page(TODAY, '/pricing'),
  form(daysAfter(1), 'demo request', { email: 'ada@analytical.example', firstName: 'Ada', title: 'Director' }),
]
const objection = objected(daysAfter(2))
const history = [...asked, objection, page(daysAfter(3), '/demo'), form(daysAfter(4), 'quote request')]

describe('of one who objects', () => {
  test('nothing is worth a point and no decision event makes a stage, also of the time before', () => {
    expect(at(asked, daysAfter(1))).toMatchObject({ stage: { stage: 'sql' } })
    for (const t of [TODAY, daysAfter(1), daysAfter(2), daysAfter(5)]) {
      const lead = at(history, t)
      expect(lead).toMatchObject({ objected: true, rank: 0, score: 0, engagement: 0, fit: 0, spam: 0 })
      expect(lead.stage.stage).toBe(t === TODAY ? 'visitor' : 'lead')
      expect(explain(lead)).toEqual([])
      expect(lookAhead(lead)).toEqual({ next: null, lift: [], blocked: 'objection', cools: null })
    }
    expect(curveOf(history, defaultRuleset(), daysAfter(5))).toMatchObject({ jumps: [] })
    expect(new Set(curveOf(history, defaultRuleset(), daysAfter(5)).points.map(({ score }) => score))).toEqual(
      new Set([0]),
    )
  })

  test('no threshold is low enough', () => {
    const lowest = { ...defaultRuleset(), thresholds: { mql: { score: 0, fit: -50 }, sql: { score: 0, fit: -50 } } }
    expect(scoreLead(asked, lowest, daysAfter(5)).stage.stage).toBe('sql')
    expect(scoreLead(history, lowest, daysAfter(5)).stage.stage).toBe('lead')
  })

  test('what they told of themselves and what people decide stays', () => {
    const won = at([...history, moved(daysAfter(5), 'customer')], daysAfter(6))
    expect(won.stage.stage).toBe('customer')
    expect(nameOf(won.traits)).toBe('Ada')
  })

  test('all of it is back once it is taken back', () => {
    const after = at([...history, undone(daysAfter(5), objection)], daysAfter(6))
    expect(after).toEqual(
      at(
        history.filter((event) => event !== objection),
        daysAfter(6),
      ),
    )
  })

  test('a preview counts them in their list and learns nothing from them, nor does a backtest', () => {
    const rules = { ruleset: rulesOf([rule({ points: 60 })]), publishes: [] }
    const who = { id: 'ada', name: 'Ada', email: 'ada@analytical.example', company: null }
    const sums = noSums()
    const life = [...asked, moved(daysAfter(2), 'customer'), objected(daysAfter(3))]
    addLead(sums, who, life, { today: rules, next: rules }, daysAfter(5))
    const empty = noSums()
    empty.leads = 1
    empty.stages.today.customer = empty.stages.next.customer = 1
    expect(sums).toEqual(empty)
  })
})
