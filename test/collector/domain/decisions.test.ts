/** What people decide is part of the history, from its date on, until it is taken back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decisionsOf } from '../../../collector/domain/decisions.ts'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { whySpam } from '../../../collector/domain/explain.ts'
import type { HistoryEvent } from '../../../collector/domain/history.ts'
import { scoreLead } from '../../../collector/domain/score.ts'
import { shelfOf } from '../../../collector/domain/shelf.ts'
import {
  anyHistory,
  DAY,
  edited,
  everyDefaultRule,
  form,
  identify,
  judged,
  moved,
  SEED,
  TODAY,
  undone,
} from './given.ts'

const daysAfter = (days: number) => TODAY + days * DAY
const at = (history: HistoryEvent[], t: number) => scoreLead(history, defaultRuleset(), t)
const shelfAt = (history: HistoryEvent[], t: number) => shelfOf(at(history, t))

const hasty = form(TODAY, 'demo request', { email: 'ada@analytical.example', firstName: 'Azerty' }, { filledMs: 900 })

describe('a lead in quarantine', () => {
  test('gives its signs as the reasons', () => {
    const lead = at([hasty], TODAY)
    expect([shelfOf(lead), lead.spam]).toEqual(['quarantined', 80])
    expect(whySpam(lead).map(({ rule, points }) => [rule, points])).toEqual([
      ['keyboardRun', 40],
      ['hasty', 40],
    ])
  })

  test('that is released is judged as if it had never been there: its demo request counts from its own date', () => {
    const history = [hasty, judged(daysAfter(2), 'released')]
    expect(at(history, daysAfter(2))).toMatchObject({ quarantined: false, spam: 80, stage: { stage: 'sql' } })
    expect(at(history, daysAfter(2)).stage.changes.map(({ stage, at }) => [stage, at])).toEqual([
      ['lead', TODAY],
      ['mql', TODAY],
      ['sql', TODAY],
    ])
  })

  test('was there all the same before it was released', () => {
    const history = [hasty, judged(daysAfter(2), 'released')]
    expect(at(history, daysAfter(2) - 1)).toEqual(at([hasty], daysAfter(2) - 1))
    expect(shelfAt(history, daysAfter(2) - 1)).toBe('quarantined')
  })

  test('stays released whatever comes later, a filled trap too', () => {
    const trap = form(daysAfter(3), 'contact', { firstName: 'http://x.example' }, { trapped: true })
    const history = [hasty, judged(daysAfter(2), 'released'), trap]
    expect(at(history, daysAfter(3)).spam).toBe(100)
    expect(shelfAt(history, daysAfter(3))).toBe('sql')
  })

  test('that is confirmed stands in another list, also when its signs are gone', () => {
    const history = [hasty, judged(daysAfter(1), 'confirmed'), edited(daysAfter(2), { firstName: 'Ada' })]
    expect(at(history, daysAfter(2)).spam).toBe(40)
    expect(shelfAt(history, daysAfter(2))).toBe('spam')
  })

  test('is what the last word says', () => {
    const history = [hasty, judged(daysAfter(1), 'confirmed'), judged(daysAfter(2), 'released')]
    expect([1, 2].map((days) => shelfAt(history, daysAfter(days)))).toEqual(['spam', 'sql'])
  })
})

test('whom a person calls spam is quarantined without any sign', () => {
  const history = [identify(TODAY, 'ada@analytical.example'), judged(daysAfter(1), 'confirmed')]
  expect(at(history, daysAfter(1))).toMatchObject({ spam: 0, quarantined: true })
})

describe('a decision that is taken back', () => {
  const request = form(TODAY, 'demo request', { email: 'ada@analytical.example' })

  test('is from then on as though it had never been: the points that a loss took are there again', () => {
    const loss = moved(daysAfter(1), 'lost')
    const history = [request, loss, undone(daysAfter(3), loss)]
    expect(at(history, daysAfter(2))).toMatchObject({ engagement: 0, stage: { stage: 'lost' } })
    expect(at(history, daysAfter(3))).toEqual(at([request], daysAfter(3)))
  })

  test('leaves the decision before it in force', () => {
    const [first, second] = [moved(daysAfter(1), 'accepted'), moved(daysAfter(2), 'customer')]
    const history = [request, first, second, undone(daysAfter(3), second)]
    expect([2, 3].map((days) => shelfAt(history, daysAfter(days)))).toEqual(['customer', 'accepted'])
    const both = [...history, undone(daysAfter(4), first)]
    expect(shelfAt(both, daysAfter(4))).toBe('sql')
  })

  test('puts a released lead back into quarantine', () => {
    const release = judged(daysAfter(1), 'released')
    expect(shelfAt([hasty, release, undone(daysAfter(2), release)], daysAfter(2))).toBe('quarantined')
  })

  test('is still told, with who did and who undid it', () => {
    const loss = moved(daysAfter(1), 'lost')
    const history = [request, judged(TODAY, 'released'), loss, undone(daysAfter(3), loss)]
    expect(decisionsOf(history, daysAfter(2))).toMatchObject([
      { stage: 'lost', verdict: null, by: 'eve', at: daysAfter(1), undone: null },
      { stage: null, verdict: 'released', by: 'eve', at: TODAY, undone: null },
    ])
    expect(decisionsOf(history, daysAfter(3))[0]).toMatchObject({ undone: { at: daysAfter(3), by: 'bob' } })
  })
})

test('whatever people decide later, what a lead was worth before stays', () => {
  fc.assert(
    fc.property(anyHistory(), fc.integer({ min: 0, max: 60 }), (history, days) => {
      const t = TODAY - days * DAY
      const before = history.filter((event) => event.at <= t)
      expect(scoreLead(history, everyDefaultRule(), t)).toEqual(scoreLead(before, everyDefaultRule(), t))
    }),
    { seed: SEED, numRuns: 200 },
  )
})
