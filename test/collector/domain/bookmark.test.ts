import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Counted, countAll, countOn, type VersionedRules } from '../../../collector/domain/bookmark.ts'
import { whyHot, whySpam } from '../../../collector/domain/explain.ts'
import { type HistoryEvent, HORIZON, isEdit } from '../../../collector/domain/history.ts'
import type { Ruleset } from '../../../collector/domain/rule.ts'
import { type LeadScore, scoreLead } from '../../../collector/domain/score.ts'
import { shelfOf } from '../../../collector/domain/shelf.ts'
import {
  anyHistory,
  anyRuleset,
  DAY,
  edited,
  engage,
  everyDefaultRule,
  form,
  HOUR,
  identify,
  judged,
  MINUTE,
  moved,
  objected,
  page,
  rule,
  rulesOf,
  SEED,
  TODAY,
  undone,
} from './given.ts'

/** Every rule of the default ruleset, and rules that ask for all that a fold remembers. */
const demanding: Ruleset = {
  ...everyDefaultRule(),
  rules: [
    ...everyDefaultRule().rules,
    ...[
      rule({
        id: 'read',
        when: { event: 'engage', engagedSeconds: 30, path: ['/pricing', '/blog/*'] },
        repeat: 'object',
      }),
      rule({ id: 'depth', when: { event: 'engage', scrollDepth: 60 }, repeat: 'session', halfLifeDays: 3 }),
      rule({ id: 'often', when: { event: 'page', sessionsInDays: { days: 20, atLeast: 3 } }, repeat: { days: 3 } }),
      rule({ id: 'seldom', when: { event: 'page', sessionsInDays: { days: 30, atLeast: 1, atMost: 4 } }, points: -3 }),
      rule({ id: 'again', when: { event: 'page', daysSincePreviousSession: 2 }, repeat: 'week', halfLifeDays: 30 }),
      rule({ id: 'deep', when: { event: 'page', pagesInSession: 2 }, repeat: 'objectDay', halfLifeDays: 30 }),
    ].map((each) => ({ ...each, group: 'discovery' })),
  ],
}
const rulesets = fc.oneof(anyRuleset, fc.constant(everyDefaultRule()), fc.constant(demanding))
const publishes = fc.array(
  fc.integer({ min: 0, max: 70 }).map((days) => TODAY - days * DAY),
  { maxLength: 3 },
)
const deedsOf = (history: HistoryEvent[]) => history.filter((event) => !isEdit(event))
/** Of one who objects to being profiled at some time, and goes on. */
const objecting = anyHistory().map((history) => [...deedsOf(history), objected(TODAY - 30 * DAY)])
const histories = fc.oneof(
  anyHistory(),
  anyHistory(2).map(deedsOf),
  anyHistory(60).map(deedsOf),
  anyHistory(450),
  objecting,
)
/** Looks at a lead a while after one of its events, with one event still on its way, or one dated after that. */
const looks = fc.array(
  fc.record({
    after: fc.nat(23),
    wait: fc.constantFrom(0, MINUTE, HOUR, 5 * DAY, 40 * DAY),
    odd: fc.constantFrom(...Array<null>(8).fill(null), 'late' as const, 'early' as const),
  }),
  { minLength: 3, maxLength: 12 },
)

test('what is counted on from a bookmark is what the whole history is worth, wherever it is cut and whatever comes late', () => {
  const seen = { on: 0, anew: 0 }
  fc.assert(
    fc.property(histories, rulesets, publishes, looks, (history, ruleset, published, looks) => {
      const rules = { version: 7, ruleset, publishes: published }
      const times = looks.map(({ after, wait, odd }) => ({ now: (history[after]?.at ?? TODAY) + wait, odd }))
      const known: HistoryEvent[] = []
      let kept: string | null = null
      for (const { now, odd } of times.sort((a, b) => a.now - b.now)) {
        const there = history.filter((event, i) => event.at <= now || (odd === 'early' && i % 7 === 1))
        const fresh = there.filter((event, i) => !known.includes(event) && !(odd === 'late' && i % 5 === 0))
        known.push(...fresh)
        const on: Counted | undefined = kept === null ? undefined : countOn(kept, fresh, rules, now)
        const counted: Counted = on ?? countAll(known, rules, now)
        expectSame(counted.score, scoreLead(known, ruleset, now, published))
        kept = counted.bookmark
        seen[on ? 'on' : 'anew'] += 1
      }
    }),
    { seed: SEED, numRuns: 1000 },
  )
  for (const often of Object.values(seen)) expect(often).toBeGreaterThan(2000)
})

test('event by event, in order, what visitors do is never counted anew, but for forms', () => {
  fc.assert(
    fc.property(anyHistory(), publishes, (any, published) => {
      const history = deedsOf(any)
        .filter(({ type }) => type !== 'engage' && type !== 'form')
        .sort(byTime)
      const rules = { version: 7, ruleset: demanding, publishes: published }
      let kept: string | null = null
      for (const [i, event] of history.entries()) {
        if (kept === null) kept = countAll(history.slice(0, i + 1), rules, event.at).bookmark
        else {
          const counted = countOn(kept, [event], rules, event.at) as Counted
          expectSame(counted.score, scoreLead(history.slice(0, i + 1), demanding, event.at, published))
          kept = counted.bookmark
        }
      }
    }),
    { seed: SEED, numRuns: 300 },
  )
})

describe('it takes the whole history', () => {
  const rules: VersionedRules = { version: 7, ruleset: rulesOf([rule()]), publishes: [] }
  const first = page(TODAY - DAY, '/pricing')
  const history = [identify(TODAY - 2 * DAY, 'ada@acme.example'), first]
  const kept = (given = rules, more: HistoryEvent[] = []) => {
    return countAll([...history, ...more], given, TODAY - HOUR).bookmark as string
  }

  test.each<[string, Counted | undefined]>([
    ['when an event came late', countOn(kept(), [page(first.at - 1)], rules, TODAY)],
    ['when an event came twice', countOn(kept(), [first], rules, TODAY)],
    ['when something is dated after now', countOn(kept(), [page(TODAY + 1)], rules, TODAY)],
    ['when a form was submitted', countOn(kept(), [form(TODAY, 'contact', {})], rules, TODAY)],
    ['when a user judged it', countOn(kept(), [judged(TODAY, 'confirmed')], rules, TODAY)],
    ['when a user decided something', countOn(kept(), [moved(TODAY, 'accepted')], rules, TODAY)],
    ['when a user took something back', countOn(kept(), [undone(TODAY, first)], rules, TODAY)],
    ['by other rules', countOn(kept(), [], { ...rules, version: 8 }, TODAY)],
    ['when something has left the history', countOn(kept(), [], rules, first.at + HORIZON)],
    ['at a time before the last event', countOn(kept(), [], rules, first.at - 1)],
  ])('%s', (_, counted) => {
    expect(counted).toBeUndefined()
  })

  test('when engaged time is of a page that rules ask about and that is not remembered', () => {
    const reading = { ...rules, ruleset: rulesOf([rule({ when: { event: 'engage', engagedSeconds: 10 } })]) }
    const later = page(TODAY - 2 * HOUR)
    const fresh = [engage(TODAY - HOUR, first.pageId, 20_000)]
    expect(countOn(kept(reading, [later]), fresh, reading, TODAY)).toBeUndefined()
    expect(countOn(kept(reading), fresh, reading, TODAY)?.score.rank).toBe(10)
    // Where no rule asks, it changes nothing.
    expect(countOn(kept(rules, [later]), fresh, rules, TODAY)?.score.rank).toBe(20)
  })

  test('when engaged time may extend a session of more pages than are remembered', () => {
    const many = Array.from({ length: 9 }, (_, i) => page(TODAY - HOUR - (9 - i) * MINUTE))
    const fresh = (view: HistoryEvent | undefined) => [engage(TODAY, (view as typeof first).pageId, HOUR)]
    expect(countOn(kept(rules, many), fresh(many[0]), rules, TODAY)).toBeUndefined()
    expect(countOn(kept(rules, many), fresh(many[8]), rules, TODAY)).toBeDefined()
  })

  test('of nobody who has done anything, and of what is dated after now', () => {
    expect(countAll([], rules, TODAY).bookmark).toBeNull()
    expect(countAll([edited(TODAY, { title: 'director' })], rules, TODAY).bookmark).toBeNull()
    expect(countAll([first, page(TODAY + 1)], rules, TODAY).bookmark).toBeNull()
  })
})

test('a bookmark is small: of a visitor some hundred characters, of years of reading four thousand', () => {
  const rules = { version: 1, ruleset: everyDefaultRule(), publishes: [] }
  const views = (many: number, pages: number) =>
    Array.from({ length: many }, (_, i) => page(TODAY - (many - i) * 20 * HOUR, `/blog/an-article-about-${i % pages}`))
  const lengthOf = (history: HistoryEvent[]) => countAll(history, rules, TODAY).bookmark?.length
  expect(lengthOf(views(3, 3))).toBeLessThan(700)
  expect(
    lengthOf([...views(400, 150), form(TODAY, 'contact', { email: 'ada@acme.example', company: 'Acme' })]),
  ).toBeLessThan(4096)
  expect(countAll(views(400, 400), rules, TODAY).bookmark).toBeNull()
})

function byTime(a: HistoryEvent, b: HistoryEvent): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1)
}

function expectSame(counted: LeadScore, whole: LeadScore): void {
  expect(whatIsKept(counted)).toEqual(whatIsKept(whole))
  const changes = counted.stage.changes
  expect(whole.stage.changes.slice(whole.stage.changes.length - changes.length)).toEqual(changes)
}

/** All that is asked of a score but for what a bookmark leaves out. */
function whatIsKept(score: LeadScore) {
  const { stage, tallies, sessions, traits, decided, ...more } = score
  const { ruleset, ...values } = more
  return {
    ...values,
    stage: { ...stage, changes: [] },
    last: stage.changes.at(-1),
    decided: { ...decided, beyond: [] },
    tallies: [...tallies].map(([id, { count, lastAt, sum }]) => [id, count, lastAt, sum]),
    known: traits.known,
    count: sessions.count,
    shelf: shelfOf(score),
    why: [whyHot(score), whySpam(score)],
  }
}
