import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lookAhead } from '../../../collector/domain/ahead.ts'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { explain, whyHot } from '../../../collector/domain/explain.ts'
import type { HistoryEvent } from '../../../collector/domain/history.ts'
import type { Ruleset } from '../../../collector/domain/rule.ts'
import { type LeadScore, scoreLead } from '../../../collector/domain/score.ts'
import {
  anyHistory,
  anyLead,
  anyRuleset,
  DAY,
  defaultRules,
  edited,
  everyDefaultRule,
  fitRule,
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
} from './given.ts'

const ada = identify(TODAY - 50 * DAY, 'ada@analytical.example')
const sumOf = (lead: LeadScore) => explain(lead).reduce((sum, { points }) => sum + points, 0)
const linesOf = (history: HistoryEvent[], ruleset: Ruleset, t = TODAY) =>
  explain(scoreLead(history, ruleset, t)).map(({ kind, rule, points }) => [kind, rule, Math.round(points * 100) / 100])

describe('the lines', () => {
  test('sum to engagement and fit, whatever happened and whenever one asks', () => {
    const instant = fc.integer({ min: -60 * 24, max: 500 * 24 })
    fc.assert(
      fc.property(
        anyHistory(),
        fc.oneof(anyRuleset, fc.constant(everyDefaultRule())),
        instant,
        (history, ruleset, hours) => {
          const lead = scoreLead(history, ruleset, TODAY + hours * HOUR)
          expect(Math.abs(sumOf(lead) - lead.engagement - lead.fit)).toBeLessThanOrEqual(0.01)
        },
      ),
      { seed: SEED, numRuns: 200 },
    )
  })

  test('are what each hit is worth, one by one, before anything is held back', () => {
    fc.assert(
      fc.property(anyHistory(), anyRuleset, (history, ruleset) => {
        const lead = scoreLead(history, ruleset, TODAY)
        for (const line of explain(lead).filter(({ kind }) => kind === 'rule')) {
          const { points, halfLifeDays } = ruleset.rules.find(({ id }) => id === line.rule) as Ruleset['rules'][number]
          const hits = lead.tallies.get(line.rule as string)?.hits ?? []
          const left = hits.map(({ at }) => points * (halfLifeDays ? 2 ** ((at - TODAY) / (halfLifeDays * DAY)) : 1))
          expect(line.points).toBeCloseTo(
            left.reduce((sum, each) => sum + each, 0),
            6,
          )
          expect(line).toMatchObject({ hits: hits.length, earned: points * hits.length })
          expect(line.lastAt).toBe(Math.max(...hits.map(({ at }) => at)))
        }
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  test('take back a part of what a rule or a group gave, never more', () => {
    fc.assert(
      fc.property(anyHistory(), anyRuleset, (history, ruleset) => {
        const lines = explain(scoreLead(history, ruleset, TODAY))
        for (const line of lines.filter(({ kind }) => kind === 'cap' || kind === 'groupCap')) {
          const given = lines
            .filter(({ kind, rule, group }) =>
              line.rule ? kind === 'rule' && rule === line.rule : group === line.group,
            )
            .reduce((sum, { kind, points }) => sum + (kind === 'groupCap' ? 0 : points), 0)
          expect(Math.sign(line.points)).toBe(-Math.sign(given))
          expect(Math.abs(line.points)).toBeLessThan(Math.abs(given))
        }
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  test('of the holds are there only where a half has reached its bound', () => {
    fc.assert(
      fc.property(anyHistory(), fc.oneof(anyRuleset, fc.constant(everyDefaultRule())), (history, ruleset) => {
        const lead = scoreLead(history, ruleset, TODAY)
        for (const { kind, points } of explain(lead)) {
          if (kind === 'hold') expect(lead.engagement).toBe(points < 0 ? 100 : 0)
          if (kind === 'fitHold') expect(lead.fit).toBe(points < 0 ? 50 : -50)
        }
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  test('say what a cap takes: five price pages are 45.4, held at 30', () => {
    const history = [4, 3, 2, 1, 0].map((days) => page(TODAY - days * DAY, '/pricing'))
    expect(linesOf(history, defaultRules('pricing'))).toEqual([
      ['rule', 'pricing', 45.4],
      ['cap', 'pricing', -15.4],
    ])
  })

  test('say what a group takes, after the caps of its rules', () => {
    const ruleset = rulesOf([ruleFor('a', 30, { cap: 20 }), ruleFor('b', 30)])
    ruleset.groups = [{ id: 'all', label: { en: '', fr: '' }, cap: 35 }]
    expect(linesOf([track(TODAY, 'a'), track(TODAY, 'b')], ruleset)).toEqual([
      ['rule', 'a', 30],
      ['cap', 'a', -10],
      ['rule', 'b', 30],
      ['groupCap', null, -15],
    ])
  })

  test('say what the hold at 100 takes, and what the hold at 0 forgives', () => {
    const ruleset = rulesOf([ruleFor('a', 70), ruleFor('b', 60), ruleFor('c', -20)])
    expect(linesOf([track(TODAY, 'a'), track(TODAY, 'b')], ruleset).at(-1)).toEqual(['hold', null, -30])
    expect(linesOf([track(TODAY, 'c')], ruleset)).toEqual([
      ['rule', 'c', -20],
      ['hold', null, 20],
    ])
  })

  test('say what fit gives, and what its cap and its hold take', () => {
    const fit = [
      fitRule('title', ['director'], 60),
      ...defaultRuleset().fit.filter(({ id }) => id === 'optionalFields'),
    ]
    const fields = { title: 'director', phone: '1', country: 'x', website: 'y', industry: 'z' }
    expect(linesOf([form(TODAY, 'guide', fields)], rulesOf([], { fit }))).toEqual([
      ['fit', 'title', 60],
      ['fit', 'optionalFields', 10],
      ['fitCap', 'optionalFields', -4],
      ['fitHold', null, -16],
    ])
  })

  test('of what happened before a loss are gone', () => {
    const ruleset = rulesOf([ruleFor('a', 10)])
    expect(linesOf([ada, track(TODAY - DAY, 'a'), moved(TODAY, 'lost')], ruleset)).toEqual([])
  })

  test('in short are the three that count most', () => {
    const ruleset = rulesOf([ruleFor('a', 5), ruleFor('b', 40), ruleFor('c', -20), ruleFor('d', 30)])
    const history = ['a', 'b', 'c', 'd'].map((name) => track(TODAY, name))
    expect(whyHot(scoreLead(history, ruleset, TODAY)).map(({ rule }) => rule)).toEqual(['b', 'd', 'c'])
  })
})

/** The event that one of the rules of `anyRuleset` asks for, about something new. */
const proposed = (rule: string): HistoryEvent => ({ ...track(TODAY, rule, { campaign: 'something new' }), id: 'zzz' })
const HEIGHT = { visitor: 0, lead: 1, recycled: 1, lost: 1, mql: 2, sql: 3, accepted: 4, customer: 5 }

describe('what would lift a lead', () => {
  test('brings exactly the score and the stage that it says', () => {
    let lifts = 0
    fc.assert(
      fc.property(anyLead(40), anyRuleset, (history, ruleset) => {
        const lead = scoreLead(history, ruleset, TODAY)
        for (const lift of lookAhead(lead).lift) {
          const after = scoreLead([...history, proposed(lift.rule)], ruleset, TODAY)
          expect([lift.rule, after.score, after.stage.stage]).toEqual([lift.rule, lift.score, lift.stage])
          lifts += 1
        }
      }),
      { seed: SEED, numRuns: 200 },
    )
    expect(lifts).toBeGreaterThan(100)
  })

  test('is found wherever one thing would do, the smallest first', () => {
    fc.assert(
      fc.property(anyLead(40), anyRuleset, (history, ruleset) => {
        const lead = scoreLead(history, ruleset, TODAY)
        const height = HEIGHT[lead.stage.stage]
        const lifting = ruleset.rules.filter(({ id, points }) => {
          const after = scoreLead([...history, proposed(id)], ruleset, TODAY)
          return points > 0 && HEIGHT[after.stage.stage] > height
        })
        const { lift } = lookAhead(lead)
        const least = Math.min(...lifting.map(({ points }) => points))
        if (lifting.length > 0) expect(lift[0]).toMatchObject({ points: least })
        else expect(lift.filter(({ stage }) => HEIGHT[stage] > height)).toEqual([])
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  test('of the default rules is kept, or surpassed, by the real page, form or file', () => {
    const acts: Record<string, HistoryEvent> = {
      blog: page(TODAY, '/blog/something-new'),
      pricing: page(TODAY, '/pricing'),
      caseStudy: page(TODAY, '/case-studies/something-new'),
      demoPage: page(TODAY, '/demo'),
      contactRequest: form(TODAY, 'contact'),
      demoRequest: form(TODAY, 'demo request'),
      guideDownload: track(TODAY, 'File Downloaded', { href: '/something-new-guide.pdf' }),
      caseDownload: track(TODAY, 'File Downloaded', { href: '/something-new-case-study.pdf' }),
    }
    fc.assert(
      fc.property(anyLead(40), (history) => {
        const lead = scoreLead(history, everyDefaultRule(), TODAY)
        for (const { rule, score, stage } of lookAhead(lead).lift) {
          const act = acts[rule]
          if (!act) continue
          const after = scoreLead([...history, { ...act, id: 'zzz' }], everyDefaultRule(), TODAY)
          expect(after.score).toBeGreaterThanOrEqual(score)
          expect(HEIGHT[after.stage.stage]).toBeGreaterThanOrEqual(HEIGHT[stage])
        }
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  test('is one more price visit, for a lead ten points short of MQL', () => {
    const history = [ada, page(TODAY - DAY, '/pricing', { title: 'Prices' })]
    const ruleset = defaultRules('pricing', 'blog', 'demoRequest')
    const { next, lift } = lookAhead(scoreLead(history, ruleset, TODAY))
    expect(next).toBe('mql')
    expect(lift.map(({ rule, stage }) => [rule, stage])).toEqual([
      ['pricing', 'mql'],
      ['demoRequest', 'sql'],
    ])
  })

  test('is what brings it nearest, where no single thing would do', () => {
    const { lift } = lookAhead(scoreLead([ada], rulesOf([ruleFor('a', 5), ruleFor('b', 12)]), TODAY))
    expect(lift.map(({ rule, score, stage }) => [rule, score, stage])).toEqual([
      ['b', 12, 'lead'],
      ['a', 5, 'lead'],
    ])
  })

  test('is not what has been counted today, nor what its cap holds back', () => {
    const ruleset = rulesOf([ruleFor('a', 15, { repeat: 'day' }), ruleFor('b', 15, { cap: 15 })])
    const history = [ada, track(TODAY - HOUR, 'a')]
    expect(lookAhead(scoreLead(history, ruleset, TODAY)).lift.map(({ rule }) => rule)).toEqual(['b'])
    expect(lookAhead(scoreLead([ada, track(TODAY, 'b')], ruleset, TODAY)).lift.map(({ rule }) => rule)).toEqual(['a'])
  })

  test('is a decision also where its points are used up', () => {
    const ruleset = rulesOf([ruleFor('demo', 5, { decision: true, repeat: 'once', halfLifeDays: 1 })])
    const lead = scoreLead([ada, track(TODAY - 50 * DAY, 'demo')], ruleset, TODAY)
    expect(lead.stage.stage).toBe('lead')
    expect(lookAhead(lead).lift).toMatchObject([{ rule: 'demo', score: 0, stage: 'sql' }])
  })

  test('is nothing for a visitor, of whom no address is known', () => {
    const lead = scoreLead([page(TODAY, '/pricing')], defaultRuleset(), TODAY)
    expect(lookAhead(lead)).toMatchObject({ next: 'lead', blocked: 'contact', lift: [], cools: null })
  })

  test('is nothing for spam', () => {
    const lead = scoreLead([form(TODAY, 'guide', { email: 'a@b.example' }, { trapped: true })], defaultRuleset(), TODAY)
    expect(lookAhead(lead)).toMatchObject({ blocked: 'spam', lift: [], cools: null })
  })

  test('is a decision alone, where the fit keeps it down', () => {
    const ruleset = rulesOf([ruleFor('a', 90), ruleFor('demo', 50, { decision: true })], {
      fit: [fitRule('title', ['student'], -10)],
    })
    const lead = scoreLead([ada, edited(TODAY, { title: 'student' })], ruleset, TODAY)
    const { blocked, lift } = lookAhead(lead)
    expect(blocked).toBe('fit')
    expect(lift.map(({ rule, stage }) => [rule, stage])).toEqual([['demo', 'sql']])
  })

  test('goes as far as the points carry it: from lead to SQL by sixty points', () => {
    const { next, lift } = lookAhead(scoreLead([ada], rulesOf([ruleFor('a', 60)]), TODAY))
    expect([next, lift[0]?.stage]).toEqual(['mql', 'sql'])
  })
})

test('a lead that cools says when, and to what', () => {
  const ruleset = rulesOf([ruleFor('a', 30, { halfLifeDays: 10 })])
  const lead = scoreLead([ada, track(TODAY, 'a')], ruleset, TODAY)
  const { cools } = lookAhead(lead)
  expect(cools?.stage).toBe('lead')
  // 30 points are 13.5, rounded 14, after ten days times log₂(30 / 13.5), and seven days more it takes.
  expect(((cools?.at ?? 0) - TODAY) / DAY).toBeCloseTo(10 * Math.log2(30 / 13.5) + 7, 6)
})
