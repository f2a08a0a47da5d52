import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lookAhead } from '../../../collector/domain/ahead.ts'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { type HistoryEvent, HORIZON, type Stage } from '../../../collector/domain/history.ts'
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
  MINUTE,
  moved,
  ruleFor,
  rulesOf,
  SEED,
  stepsOf,
  TODAY,
  track,
} from './given.ts'

const daysAfter = (days: number) => TODAY + days * DAY
const ada = identify(TODAY, 'ada@analytical.example')

/** Points of one half-life, and a decision of 30 points. */
const points = (...amounts: number[]): Ruleset =>
  rulesOf([
    ...amounts.map((amount) => ruleFor(String(amount), amount, { halfLifeDays: 14 })),
    ruleFor('decision', 30, { halfLifeDays: 14, decision: true }),
  ])

const stageOf = (history: HistoryEvent[], ruleset: Ruleset, t = TODAY, publishes: number[] = []) =>
  scoreLead(history, ruleset, t, publishes).stage.stage

describe('a lead rises', () => {
  test('to MQL at 20 points and not at 19', () => {
    expect(stageOf([ada, track(TODAY, '19')], points(19))).toBe('lead')
    expect(stageOf([ada, track(TODAY, '20')], points(20))).toBe('mql')
    expect(stageOf([ada, track(TODAY, '19.5')], points(19.5))).toBe('mql')
  })

  test('to SQL at 50 points, both steps at once, one after another', () => {
    const lead = scoreLead([ada, track(TODAY, '50')], points(50), TODAY)
    expect(lead.stage.changes.map(({ stage, cause, at }) => [stage, cause, at])).toEqual([
      ['lead', 'contact', TODAY],
      ['mql', 'score', TODAY],
      ['sql', 'score', TODAY],
    ])
  })

  test('to MQL with a fit of −6 and not of −7, to SQL with a fit of 0 and not of −1', () => {
    const withFit = (fit: number, amount: number) => {
      const ruleset = { ...points(amount), fit: [fitRule('title', ['director'], fit)] }
      return stageOf([ada, edited(TODAY, { title: 'director' }), track(TODAY, String(amount))], ruleset)
    }
    expect(withFit(-6, 90)).toBe('mql')
    expect(withFit(-7, 90)).toBe('lead')
    expect(withFit(-1, 90)).toBe('mql')
    expect(withFit(5, 45)).toBe('sql')
  })

  test('when what it lost fades faster than what it earned', () => {
    const ruleset = rulesOf([ruleFor('a', 39, { halfLifeDays: 90 }), ruleFor('b', -20, { halfLifeDays: 30 })])
    const history = [ada, track(TODAY - 1, 'b'), track(TODAY, 'a')]
    const today = scoreLead(history, ruleset, TODAY)
    expect(today.stage.stage).toBe('lead')
    const then = scoreLead(history, ruleset, daysAfter(10))
    expect(then.stage.changes.map(({ stage }) => stage)).toEqual(['lead', 'mql'])
    expect(then.stage.changes[1]?.at).toBe(today.nextChangeAt)
  })
})

describe('a visitor', () => {
  test('stays one whatever the points, and decides nothing', () => {
    const history = [track(TODAY, '90'), track(TODAY, 'decision')]
    expect(scoreLead(history, points(90), TODAY)).toMatchObject({
      score: 100,
      stage: { stage: 'visitor', changes: [] },
    })
  })

  test('becomes a lead by an address or a telephone number, and by nothing else', () => {
    expect(stageOf([form(TODAY, 'a', { firstName: 'Ada', company: 'Analytical' })], points())).toBe('visitor')
    expect(stageOf([form(TODAY, 'a', { email: 'ada@analytical.example' })], points())).toBe('lead')
    expect(stageOf([form(TODAY, 'a', { phone: '0123456789' })], points())).toBe('lead')
    expect(stageOf([edited(TODAY, { email: 'ada@analytical.example' })], points())).toBe('lead')
  })

  test('whose points came before its address is at once what they are worth', () => {
    const history = [track(TODAY, '50'), identify(daysAfter(1), 'ada@analytical.example')]
    expect(stepsOf(scoreLead(history, points(50), daysAfter(1)), TODAY)).toEqual([
      ['lead', 1],
      ['mql', 1],
    ])
  })
})

describe('a decision event', () => {
  const weak = rulesOf([ruleFor('decision', 1, { halfLifeDays: 1, decision: true })])

  test('makes an SQL at once, whatever the points', () => {
    expect(scoreLead([ada, track(TODAY, 'decision')], weak, TODAY)).toMatchObject({ score: 1, stage: { stage: 'sql' } })
  })

  test('makes an SQL whatever the fit', () => {
    const ruleset = { ...weak, fit: [fitRule('title', ['student'], -50)] }
    expect(stageOf([ada, edited(TODAY, { title: 'student' }), track(TODAY, 'decision')], ruleset)).toBe('sql')
  })

  test('holds for thirty days, and then the lead steps down at once, not seven days later', () => {
    const lead = scoreLead([ada, track(TODAY, 'decision')], weak, daysAfter(60))
    expect(stepsOf(lead, TODAY)).toEqual([
      ['lead', 0],
      ['mql', 0],
      ['sql', 0],
      ['mql', 30],
      ['lead', 37],
    ])
  })

  test('holds against a fit that fails, for thirty days to the millisecond', () => {
    const ruleset = rulesOf([ruleFor('a', 90), ruleFor('decision', 1, { decision: true })], {
      fit: [fitRule('title', ['student'], -5)],
    })
    const history = [ada, track(TODAY, 'a'), track(TODAY, 'decision'), edited(daysAfter(3), { title: 'student' })]
    expect(stageOf(history, ruleset, daysAfter(30) - 1)).toBe('sql')
    expect(stageOf(history, ruleset, daysAfter(30))).toBe('mql')
    expect(stepsOf(scoreLead(history, ruleset, daysAfter(60)), TODAY).at(-1)).toEqual(['mql', 30])
    expect(lookAhead(scoreLead(history, ruleset, daysAfter(4))).cools).toEqual({ at: daysAfter(30), stage: 'mql' })
  })

  test('holds anew when it comes again, also where its points do not repeat', () => {
    const once = rulesOf([ruleFor('decision', 1, { halfLifeDays: 1, decision: true, repeat: 'once' })])
    const history = [ada, track(TODAY, 'decision'), track(daysAfter(20), 'decision')]
    expect(scoreLead(history, once, daysAfter(20)).tallies.get('decision')?.hits).toHaveLength(1)
    expect(stageOf(history, once, daysAfter(50) - 1)).toBe('sql')
    expect(stageOf(history, once, daysAfter(50))).toBe('mql')
  })

  test('that is spam decides nothing', () => {
    const fields = { email: 'ada@analytical.example' }
    expect(stageOf([form(TODAY, 'demo request', fields)], defaultRuleset())).toBe('sql')
    expect(stageOf([form(TODAY, 'demo request', fields, { trapped: true })], defaultRuleset())).toBe('lead')
  })

  test('by a private individual is SQL all the same', () => {
    const fields = { email: 'ada@gmail.com', company: 'particulier' }
    expect(stageOf([form(TODAY, 'demande de démo', fields)], defaultRuleset())).toBe('sql')
  })
})

describe('a lead cools', () => {
  // 60 points with a half-life of 14 days are 34.5, rounded 35, after this long: the mark of an SQL.
  const markAt = 14 * Math.log2(60 / 34.5)

  test('by one step after seven unbroken days under 70 % of the threshold of its stage', () => {
    const lead = scoreLead([ada, track(TODAY, '60')], points(60), daysAfter(99))
    const steps = stepsOf(lead, TODAY)
    expect(steps.map(([stage]) => stage)).toEqual(['lead', 'mql', 'sql', 'mql', 'lead'])
    expect(steps[3]?.[1]).toBeCloseTo(markAt + 7, 6)
    expect(steps[4]?.[1]).toBeCloseTo(14 * Math.log2(60 / 13.5) + 7, 6)
  })

  test('and each step starts the clock anew', () => {
    const ruleset = rulesOf([ruleFor('a', 60), ruleFor('b', -60)])
    const lead = scoreLead([ada, track(TODAY, 'a'), track(daysAfter(1), 'b')], ruleset, daysAfter(99))
    expect(stepsOf(lead, TODAY).slice(3)).toEqual([
      ['mql', 8],
      ['lead', 15],
    ])
  })

  test('and each publish starts the clock anew', () => {
    const ruleset = rulesOf([ruleFor('a', 60), ruleFor('b', -60)])
    const history = [ada, track(TODAY, 'a'), track(daysAfter(1), 'b')]
    const lead = scoreLead(history, ruleset, daysAfter(99), [daysAfter(12), daysAfter(7)])
    expect(stepsOf(lead, TODAY).slice(3)).toEqual([
      ['mql', 19],
      ['lead', 26],
    ])
  })

  test('and a publish after the step starts the clock of the next one', () => {
    const ruleset = rulesOf([ruleFor('a', 60), ruleFor('b', -60)])
    const history = [ada, track(TODAY, 'a'), track(daysAfter(1), 'b')]
    expect(stepsOf(scoreLead(history, ruleset, daysAfter(99), [daysAfter(12)]), TODAY).slice(3)).toEqual([
      ['mql', 8],
      ['lead', 19],
    ])
  })

  test('not when the days are broken for a moment', () => {
    const ruleset = rulesOf([ruleFor('a', 60), ruleFor('b', -60)])
    const history = [ada, track(TODAY, 'a'), track(daysAfter(1), 'b'), track(daysAfter(6), 'a')]
    const again = [...history, track(daysAfter(6) + 1, 'b')]
    expect(stageOf(again, ruleset, daysAfter(13))).toBe('sql')
    expect(stageOf(again, ruleset, daysAfter(13) + 1)).toBe('mql')
  })

  test('what happens in the same millisecond is judged together', () => {
    const ruleset = rulesOf([ruleFor('a', 60), ruleFor('b', -60)])
    expect(stageOf([ada, track(TODAY, 'a'), track(TODAY, 'b')], ruleset, daysAfter(1))).toBe('lead')
  })

  test('not at 70 % of the threshold, only under it', () => {
    const at = (amount: number) => {
      const ruleset = rulesOf([ruleFor('a', 50), ruleFor('b', amount - 50)])
      return stageOf([ada, track(TODAY, 'a'), track(TODAY + 1, 'b')], ruleset, daysAfter(30))
    }
    expect(at(35)).toBe('sql')
    expect(at(34.4)).toBe('mql')
  })

  test('at once when the fit fails, step by step', () => {
    const ruleset = { ...points(90), fit: [fitRule('title', ['student'], -10), fitRule('title', ['intern'], -5)] }
    const history = [ada, track(TODAY, '90')]
    const student = [...history, edited(daysAfter(1), { title: 'student' })]
    expect(stepsOf(scoreLead(student, ruleset, daysAfter(1)), TODAY).slice(3)).toEqual([
      ['mql', 1],
      ['lead', 1],
    ])
    expect(stageOf([...history, edited(daysAfter(1), { title: 'intern' })], ruleset, daysAfter(1))).toBe('mql')
  })

  test('at once to the bottom when it turns out to be spam, also within the thirty days of a decision', () => {
    const ruleset = { ...points(90), spam: defaultRuleset().spam }
    const history = [ada, track(TODAY, 'decision'), form(daysAfter(1), 'guide', {}, { trapped: true })]
    const lead = scoreLead(history, ruleset, daysAfter(1))
    expect(lead).toMatchObject({ quarantined: true, stage: { stage: 'lead' } })
    expect(lead.stage.changes.at(-1)).toMatchObject({ cause: 'spam', at: daysAfter(1) })
  })

  test('and rises again when the spam was none', () => {
    const ruleset = { ...points(90), spam: defaultRuleset().spam }
    const fields = { email: 'ada@yopmail.com', firstName: 'Azerty' }
    const history = [form(TODAY, 'guide', fields), track(TODAY, '90')]
    expect(stageOf(history, ruleset)).toBe('lead')
    expect(stageOf([...history, edited(daysAfter(1), { firstName: 'Ada' })], ruleset, daysAfter(1))).toBe('sql')
  })
})

describe('a decision of people', () => {
  test('stands whatever the points: accepted and customer stay', () => {
    for (const stage of ['accepted', 'customer'] as const) {
      const history = [ada, track(TODAY, '60'), moved(daysAfter(1), stage), track(daysAfter(2), 'decision')]
      expect([stage, stageOf(history, points(60), daysAfter(300))]).toEqual([stage, stage])
      expect(lookAhead(scoreLead(history, points(60), daysAfter(3)))).toMatchObject({
        next: null,
        cools: null,
        lift: [],
      })
    }
  })

  test('is signed and dated in the history of stages', () => {
    const lead = scoreLead([ada, moved(daysAfter(1), 'customer')], points(), daysAfter(2))
    expect(lead.stage.changes.at(-1)).toMatchObject({
      stage: 'customer',
      author: 'eve',
      cause: 'person',
      at: daysAfter(1),
    })
  })

  test('that it is lost restarts engagement from nothing and keeps fit', () => {
    const ruleset = { ...points(60), fit: [fitRule('title', ['director'], 15)] }
    const history = [ada, edited(TODAY, { title: 'director' }), track(TODAY, '60'), moved(TODAY, 'lost')]
    expect(scoreLead(history, ruleset, TODAY)).toMatchObject({ engagement: 0, fit: 15, stage: { stage: 'lost' } })
  })

  test('that it is lost stands until its next event, which recycles it', () => {
    const history = [ada, track(TODAY, '20'), moved(daysAfter(1), 'lost')]
    expect(stageOf(history, points(20), daysAfter(200))).toBe('lost')
    expect(stageOf([...history, edited(daysAfter(2), { title: 'director' })], points(20), daysAfter(3))).toBe('lost')
    expect(stageOf([...history, track(daysAfter(2), 'other')], points(20), daysAfter(2))).toBe('recycled')
    expect(stageOf([...history, track(daysAfter(2), '20')], points(20), daysAfter(2))).toBe('mql')
    expect(stageOf([...history, track(daysAfter(2), 'decision')], points(20), daysAfter(2))).toBe('sql')
  })

  test('ends the thirty days of a decision event', () => {
    const history = [ada, track(TODAY, 'decision'), moved(daysAfter(1), 'recycled'), track(daysAfter(1), '20')]
    const lead = scoreLead(history, points(20), daysAfter(29))
    expect(lead.stage.heldUntil).toBe(0)
  })
})

const CLOSED: readonly Stage[] = ['visitor', 'accepted', 'customer', 'lost']

/** What a lead is worth at `t`, hit by hit, if nothing happens after `lead.at`. */
function rankAt({ ruleset, tallies, fit }: LeadScore, t: number): number {
  const held = (value: number, cap = Number.POSITIVE_INFINITY) => Math.max(-cap, Math.min(cap, value))
  let engagement = 0
  for (const group of ruleset.groups) {
    let sum = 0
    for (const { id, points, halfLifeDays, cap } of ruleset.rules.filter((rule) => rule.group === group.id)) {
      const left = (at: number) => (halfLifeDays ? 2 ** (-(t - at) / (halfLifeDays * DAY)) : 1)
      sum += held(
        (tallies.get(id)?.hits ?? []).reduce((total, { at }) => total + points * left(at), 0),
        cap,
      )
    }
    engagement += held(sum, group.cap)
  }
  return Math.round(Number((Math.max(0, Math.min(100, engagement)) + fit).toFixed(9)))
}

/** The stages as the design tells them, looked at hour by hour and never calculated ahead. */
function stepHourly(lead: LeadScore, days: number) {
  let { stage, belowSince, heldUntil } = lead.stage
  const { mql, sql } = lead.ruleset.thresholds
  const steps: { stage: Stage; at: number }[] = []
  let rankChangedAt: number | null = null
  const go = (to: Stage, at: number, hold = heldUntil) => {
    steps.push({ stage: to, at })
    stage = to
    belowSince = null
    heldUntil = hold
  }
  for (let at = lead.at + HOUR; at <= lead.at + days * DAY; at += HOUR) {
    const rank = rankAt(lead, at)
    if (rank !== lead.rank) rankChangedAt ??= at
    if (CLOSED.includes(stage) || lead.quarantined) continue
    const score = Math.max(0, Math.min(100, rank))
    if ((stage === 'lead' || stage === 'recycled') && score >= mql.score && lead.fit >= mql.fit) go('mql', at)
    if (stage === 'mql' && score >= sql.score && lead.fit >= sql.fit) go('sql', at)
    if (stage === 'sql' && lead.fit < sql.fit && at >= heldUntil) go('mql', at, 0)
    if (stage === 'mql' && lead.fit < mql.fit && at >= heldUntil) go('lead', at, 0)
    while (stage === 'mql' || stage === 'sql') {
      belowSince = score >= 0.7 * lead.ruleset.thresholds[stage].score ? null : (belowSince ?? at)
      if (belowSince === null || at < belowSince + 7 * DAY || at < heldUntil) break
      go(stage === 'sql' ? 'mql' : 'lead', at, 0)
    }
  }
  return { steps, rankChangedAt }
}

describe('the next change', () => {
  const DAYS = 120
  const check = (history: HistoryEvent[], ruleset: Ruleset) => {
    const lead = scoreLead(history, ruleset, TODAY)
    const { steps, rankChangedAt } = stepHourly(lead, DAYS)
    const until = TODAY + DAYS * DAY
    const seen = Math.min(rankChangedAt ?? until, steps[0]?.at ?? until)
    const told = Math.min(lead.nextChangeAt ?? until, until)
    expect(seen - told, 'hours late').toBeLessThanOrEqual(HOUR)
    expect(told - seen, 'too late').toBeLessThanOrEqual(0)
    const height = (stage: Stage) => ['mql', 'sql'].indexOf(stage)
    const falls = steps[0] && height(steps[0].stage) < height(lead.stage.stage) ? steps[0] : null
    const { cools } = lookAhead(lead)
    expect(cools && cools.at <= until ? cools.stage : null).toBe(falls?.stage ?? null)
    if (falls) expect(Math.abs(falls.at - HOUR / 2 - (cools?.at ?? 0))).toBeLessThanOrEqual(HOUR / 2)
    const changes = scoreLead(history, ruleset, until).stage.changes.slice(lead.stage.changes.length)
    expect(changes.map(({ stage }) => stage)).toEqual(steps.map(({ stage }) => stage))
    changes.forEach(({ at }, index) => {
      const hourly = steps[index]?.at as number
      expect(hourly - at).toBeGreaterThanOrEqual(0)
      expect(hourly - at).toBeLessThanOrEqual(HOUR)
    })
  }

  test('is what looking hour by hour for 120 days finds, for any ruleset', () => {
    fc.assert(fc.property(anyLead(40), anyRuleset, check), { seed: SEED, numRuns: 40 })
  })

  test('is what looking hour by hour for 120 days finds, for the default ruleset', () => {
    fc.assert(
      fc.property(anyHistory(40), (history) => check(history, everyDefaultRule())),
      { seed: SEED, numRuns: 20 },
    )
  })

  test('is exact to the millisecond, and nothing changes before it', () => {
    fc.assert(
      fc.property(anyLead(40), anyRuleset, fc.double({ min: 0, max: 1, noNaN: true }), (history, ruleset, share) => {
        const lead = scoreLead(history, ruleset, TODAY)
        const next = lead.nextChangeAt
        const same = ({ rank, stage }: LeadScore) => rank === lead.rank && stage.stage === lead.stage.stage
        const quiet = next ?? TODAY + 300 * DAY
        expect(same(scoreLead(history, ruleset, TODAY + Math.floor((quiet - 1 - TODAY) * share)))).toBe(true)
        expect(same(scoreLead(history, ruleset, quiet - 1))).toBe(true)
        if (next !== null && next < TODAY + HORIZON - 41 * DAY)
          expect(same(scoreLead(history, ruleset, next))).toBe(false)
      }),
      { seed: SEED, numRuns: 200 },
    )
  })

  test('is none where nothing fades and nothing leaves', () => {
    expect(scoreLead([ada], points(20), TODAY).nextChangeAt).toBeNull()
    expect(scoreLead([], points(20), TODAY).nextChangeAt).toBeNull()
  })

  test('is the end of the horizon at the latest', () => {
    const ruleset = rulesOf([ruleFor('a', 20)])
    const lead = scoreLead([ada, track(TODAY, 'a')], ruleset, TODAY)
    expect(lead.nextChangeAt).toBe(TODAY + HORIZON)
    expect(scoreLead([ada, track(TODAY, 'a')], ruleset, TODAY + HORIZON).rank).toBe(0)
  })

  test('is found quickly where gains and losses nearly balance for months', () => {
    const ruleset = rulesOf([ruleFor('a', 40.4, { halfLifeDays: 90 }), ruleFor('b', -40, { halfLifeDays: 88 })])
    const before = process.cpuUsage()
    const lead = scoreLead([ada, track(TODAY - 1, 'b'), track(TODAY, 'a')], ruleset, TODAY)
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
    const next = lead.nextChangeAt as number
    expect(next).toBeGreaterThan(daysAfter(5))
    expect([rankAt(lead, next - 1), rankAt(lead, next)]).toEqual([0, 1])
  })

  test('is found also where the thresholds are no whole numbers', () => {
    const thresholds = { mql: { score: 19.5, fit: 0 }, sql: { score: 49.9, fit: 0 } }
    const ruleset = { ...points(60), thresholds }
    const lead = scoreLead([ada, track(TODAY, '60')], ruleset, daysAfter(99))
    expect(lead.stage.changes.map(({ stage }) => stage)).toEqual(['lead', 'mql', 'sql', 'mql', 'lead'])
  })
})

test('looking at a lead never changes it: an event that says nothing leaves the stages as they are', () => {
  fc.assert(
    fc.property(anyHistory(), fc.integer({ min: 0, max: 90 * 24 * 60 }), (history, minutes) => {
      const nothing = edited(TODAY - minutes * MINUTE, {})
      const later = daysAfter(30)
      const stages = (events: HistoryEvent[]) => scoreLead(events, everyDefaultRule(), later).stage
      expect(stages([...history, nothing])).toEqual(stages(history))
    }),
    { seed: SEED, numRuns: 150 },
  )
})

test('the default rules bring a reader of prices to MQL and let her cool', () => {
  const ruleset = defaultRules('pricing')
  const visits = [0, 1, 2].map((days) => ({ ...ada, id: `page ${days}`, type: 'page' as const, at: daysAfter(days) }))
  const history = [ada, ...visits.map((visit) => ({ ...visit, pageId: visit.id, url: 'https://acme.example/pricing' }))]
  const lead = scoreLead(history, ruleset, daysAfter(2))
  expect(lead.stage.stage).toBe('mql')
  expect(lookAhead(lead).cools).toMatchObject({ stage: 'lead' })
})
