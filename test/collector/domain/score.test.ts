import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { explain } from '../../../collector/domain/explain.ts'
import { fadesFromHistory, HORIZON } from '../../../collector/domain/history.ts'
import type { Condition } from '../../../collector/domain/rule.ts'
import { scoreLead } from '../../../collector/domain/score.ts'
import { hasKeyboardRun } from '../../../collector/domain/typing.ts'
import {
  anyHistory,
  DAY,
  defaultRules,
  edited,
  engage,
  engagementOf,
  everyDefaultRule,
  fitRule,
  form,
  HOUR,
  identify,
  MINUTE,
  moved,
  page,
  rule,
  ruleFor,
  rulesOf,
  SEED,
  TODAY,
  track,
} from './given.ts'

const daysAgo = (days: number) => TODAY - days * DAY
const paris = (text: string) => Date.parse(text)

describe('the worked examples of the design', () => {
  const pricing = defaultRules('pricing')

  test('the price page today, 14 and 28 days ago is worth 17.5', () => {
    const history = [page(daysAgo(28), '/pricing'), page(daysAgo(14), '/pricing'), page(TODAY, '/pricing')]
    expect(engagementOf(history, pricing)).toBeCloseTo(17.5, 9)
  })

  test('a fourth visit today adds nothing', () => {
    const history = [28, 14, 0, 0.01].map((days) => page(daysAgo(days), '/tarifs'))
    expect(engagementOf(history, pricing)).toBeCloseTo(17.5, 2)
    expect(scoreLead(history, pricing, TODAY).tallies.get('pricing')?.hits).toHaveLength(3)
  })

  test('the price page on five successive days would be 45.4 and is held at 30', () => {
    const history = [4, 3, 2, 1, 0].map((days) => page(daysAgo(days), '/pricing'))
    const lead = scoreLead(history, pricing, TODAY)
    expect(explain(lead)[0]?.points).toBeCloseTo(45.4, 1)
    expect(lead.engagement).toBe(30)
  })

  test('groups that sum to 130 with fit 0 rank at 100', () => {
    const ruleset = rulesOf([ruleFor('a', 60, { group: 'left' }), ruleFor('b', 70, { group: 'right' })])
    const lead = scoreLead([track(TODAY, 'a'), track(TODAY, 'b')], ruleset, TODAY)
    expect(lead).toMatchObject({ engagement: 100, fit: 0, rank: 100, score: 100 })
  })

  test('groups of 100 with fit 20 rank at 120, above them, and score 100', () => {
    const ruleset = rulesOf([ruleFor('a', 100)], { fit: [fitRule('title', ['director'], 20)] })
    const lead = scoreLead([track(TODAY, 'a'), edited(TODAY, { title: 'director' })], ruleset, TODAY)
    expect(lead).toMatchObject({ engagement: 100, fit: 20, rank: 120, score: 100 })
  })

  test('a demo request by an unknown private address is 44 points and SQL at once', () => {
    const lead = scoreLead([form(TODAY, 'demo request', { email: 'ada@gmail.com' })], defaultRuleset(), TODAY)
    expect(lead).toMatchObject({ engagement: 50, fit: -6, score: 44, quarantined: false })
    expect(lead.stage.stage).toBe('sql')
  })
})

describe('a hit', () => {
  test('is worth half after its half-life and a quarter after two', () => {
    const ruleset = rulesOf([rule({ halfLifeDays: 14 })])
    const history = [page(TODAY)]
    expect(engagementOf(history, ruleset, TODAY + 14 * DAY)).toBeCloseTo(5, 9)
    expect(engagementOf(history, ruleset, TODAY + 28 * DAY)).toBeCloseTo(2.5, 9)
  })

  test('without a half-life never fades', () => {
    expect(engagementOf([page(TODAY)], rulesOf([rule()]), TODAY + 300 * DAY)).toBe(10)
  })

  test('does not count before it happens', () => {
    expect(engagementOf([page(TODAY)], rulesOf([rule()]), TODAY - 1)).toBe(0)
    expect(engagementOf([page(TODAY)], rulesOf([rule()]), TODAY)).toBe(10)
  })

  test('fades from the moment it happened, whatever came after it', () => {
    const ruleset = rulesOf([rule({ halfLifeDays: 7 })])
    const history = [0, 3, 4, 11, 20].map((days) => page(daysAgo(days)))
    const sum = [0, 3, 4, 11, 20].reduce((total, days) => total + 10 * 2 ** (-days / 7), 0)
    expect(engagementOf(history, ruleset)).toBeCloseTo(sum, 9)
  })

  test('of a rule that is switched off counts for nothing', () => {
    expect(engagementOf([page(TODAY)], rulesOf([rule({ off: true })]))).toBe(0)
  })
})

describe('a fading sum', () => {
  const ruleset = rulesOf([ruleFor('a', 39, { halfLifeDays: 90 }), ruleFor('b', -20, { halfLifeDays: 30 })])
  const history = [track(TODAY, 'a'), track(TODAY, 'b')]

  test('may rise: 39 by 90 days less 20 by 30 is 19 today and 20.2 in ten days', () => {
    expect(engagementOf(history, ruleset)).toBe(19)
    expect(engagementOf(history, ruleset, TODAY + 10 * DAY)).toBeCloseTo(20.2, 1)
  })

  test('that rises says when it is next worth a point more', () => {
    const next = scoreLead(history, ruleset, TODAY).nextChangeAt as number
    expect(scoreLead(history, ruleset, next - 1).rank).toBe(19)
    expect(scoreLead(history, ruleset, next).rank).toBe(20)
  })
})

describe('repeats', () => {
  const hits = (repeat: Parameters<typeof rule>[0] & object, history: ReturnType<typeof page>[]) =>
    scoreLead(history, rulesOf([rule(repeat)]), TODAY)
      .tallies.get('rule')
      ?.hits.map(({ eventId }) => eventId) ?? []
  const at = (...minutesAgo: number[]) => minutesAgo.map((minutes) => page(TODAY - minutes * MINUTE))
  const idsOf = (pages: ReturnType<typeof page>[], ...indexes: number[]) => indexes.map((index) => pages[index]?.id)

  test('always: each one counts, also two at the same instant', () => {
    expect(hits({ repeat: 'always' }, at(5, 5, 0))).toHaveLength(3)
  })

  test('once: the first counts', () => {
    const pages = at(60_000, 5, 0)
    expect(hits({ repeat: 'once' }, pages)).toEqual(idsOf(pages, 0))
  })

  test('session: the first of each session counts', () => {
    const pages = at(200, 180, 149, 0)
    expect(hits({ repeat: 'session' }, pages)).toEqual(idsOf(pages, 0, 2, 3))
  })

  test('day: the first of each day counts', () => {
    const pages = at(2 * 1440, 1440, 1439, 720, 0)
    expect(hits({ repeat: 'day' }, pages)).toEqual(idsOf(pages, 0, 1, 3))
  })

  test('week: the first of each ISO week counts, Monday to Sunday', () => {
    const pages = [page(daysAgo(7)), page(daysAgo(1)), page(TODAY - 12 * HOUR), page(TODAY)]
    expect(hits({ repeat: 'week' }, pages)).toEqual(idsOf(pages, 0, 2))
  })

  test('object: each page counts once, by its host and path and not by its query', () => {
    const pages = [
      page(daysAgo(3), '/a'),
      page(daysAgo(2), '/a?utm_source=x'),
      page(daysAgo(1), '/b'),
      page(TODAY, '/a', { url: 'https://other.example/a' }),
    ]
    expect(hits({ repeat: 'object' }, pages)).toEqual(idsOf(pages, 0, 2, 3))
  })

  test('object: each form counts once by its name and each file by its address', () => {
    const ruleset = rulesOf([rule({ when: { any: [{ event: 'form' }, { event: 'track' }] }, repeat: 'object' })])
    const file = (name: string) => track(TODAY, 'File Downloaded', { href: `/${name}.pdf` })
    const history = [form(TODAY, 'a'), form(TODAY, 'a'), form(TODAY, 'b'), file('a'), file('a'), file('b')]
    expect(engagementOf(history, ruleset)).toBe(40)
  })

  test('objectDay: each page counts once a day', () => {
    const pages = [page(daysAgo(1), '/a'), page(daysAgo(1), '/b'), page(daysAgo(1), '/a'), page(TODAY, '/a')]
    expect(hits({ repeat: 'objectDay' }, pages)).toEqual(idsOf(pages, 0, 1, 3))
  })

  test('days: counted since the last hit that counted, not since the last one that did not', () => {
    const pages = [page(daysAgo(40)), page(daysAgo(20)), page(daysAgo(10)), page(TODAY)]
    expect(hits({ repeat: { days: 30 } }, pages)).toEqual(idsOf(pages, 0, 2))
    expect(hits({ repeat: { days: 10 } }, pages)).toHaveLength(4)
  })

  test('of two events at one instant the one with the lower id counts', () => {
    const pages = [page(TODAY, '/', { id: 'b' }), page(TODAY, '/', { id: 'a' })]
    expect(hits({ repeat: 'once' }, pages)).toEqual(['a'])
  })

  test('a loss starts them anew', () => {
    const ruleset = rulesOf([rule({ repeat: 'once' })])
    const history = [identify(daysAgo(9), 'ada@analytical.example'), page(daysAgo(9)), moved(daysAgo(8), 'lost')]
    expect(engagementOf(history, ruleset)).toBe(0)
    expect(engagementOf([...history, page(TODAY), page(TODAY)], ruleset)).toBe(10)
  })
})

describe('caps and holds', () => {
  test('a cap limits the faded points, not the number of hits', () => {
    const ruleset = rulesOf([rule({ cap: 15, halfLifeDays: 14 })])
    const history = [page(TODAY), page(TODAY), page(TODAY), page(TODAY)]
    expect(engagementOf(history, ruleset)).toBe(15)
    expect(engagementOf(history, ruleset, TODAY + 14 * DAY)).toBe(15)
    expect(engagementOf(history, ruleset, TODAY + 28 * DAY)).toBeCloseTo(10, 9)
  })

  test('a cap holds losses as well', () => {
    const ruleset = rulesOf([ruleFor('a', 50), ruleFor('b', -10, { cap: 20 })])
    const history = [track(TODAY, 'a'), ...[1, 2, 3, 4].map(() => track(TODAY, 'b'))]
    expect(engagementOf(history, ruleset)).toBe(30)
  })

  test('a group is held under its cap after its rules are held under theirs', () => {
    const ruleset = rulesOf([ruleFor('a', 30, { cap: 20 }), ruleFor('b', 30), ruleFor('c', -10)])
    const history = [track(TODAY, 'a'), track(TODAY, 'b'), track(TODAY, 'c')]
    const capped = { ...ruleset, groups: [{ id: 'all', label: { en: '', fr: '' }, cap: 35 }] }
    expect(engagementOf(history, ruleset)).toBe(40)
    expect(engagementOf(history, capped)).toBe(35)
  })

  test('a group of losses takes no more than its cap', () => {
    const ruleset = rulesOf([ruleFor('a', 90, { group: 'good' }), ruleFor('b', -70, { group: 'negative' })])
    ruleset.groups = ruleset.groups.map((group) => (group.id === 'negative' ? { ...group, cap: 40 } : group))
    expect(engagementOf([track(TODAY, 'a'), track(TODAY, 'b')], ruleset)).toBe(50)
  })

  test('engagement never falls below nothing, so that a loss is no debt', () => {
    const ruleset = rulesOf([ruleFor('a', 30), ruleFor('b', -50)], { fit: [fitRule('title', ['director'], 20)] })
    const history = [track(TODAY, 'a'), track(TODAY, 'b'), edited(TODAY, { title: 'director' })]
    expect(scoreLead(history, ruleset, TODAY)).toMatchObject({ engagement: 0, fit: 20, rank: 20 })
  })

  test('fit is held in −50…+50, and a negative rank scores 0', () => {
    const fit = [fitRule('title', ['director'], 80), fitRule('company', ['rival'], -90)]
    const fitOf = (traits: Record<string, string>) => scoreLead([edited(TODAY, traits)], rulesOf([], { fit }), TODAY)
    expect(fitOf({ title: 'director' })).toMatchObject({ fit: 50, rank: 50 })
    expect(fitOf({ company: 'rival' })).toMatchObject({ fit: -50, rank: -50, score: 0 })
    expect(fitOf({ title: 'director', company: 'rival' })).toMatchObject({ fit: -10, rank: -10, score: 0 })
  })

  test('a trait is had by whoever gave it, also one that every object has', () => {
    const ruleset = rulesOf([], { fit: [{ ...fitRule('x', ['x'], 5), when: { trait: 'constructor' } }] })
    const fitOf = (traits: Record<string, string>) => scoreLead([edited(TODAY, traits)], ruleset, TODAY).fit
    expect(fitOf({ title: 'director' })).toBe(0)
    expect(fitOf({ constructor: 'Hull and Sons' })).toBe(5)
  })

  test('the rank rounds the sum of both halves, not each of them', () => {
    const ruleset = rulesOf([ruleFor('a', 10.4)], { fit: [fitRule('title', ['director'], 5.2)] })
    const lead = scoreLead([track(TODAY, 'a'), edited(TODAY, { title: 'director' })], ruleset, TODAY)
    expect(lead.rank).toBe(16)
  })

  test('optional fields count two each, six at most', () => {
    const optional = { phone: '1', industry: 'x', employees: '5', country: 'y', website: 'z' }
    const fitOf = (fields: Record<string, string>) =>
      scoreLead([form(TODAY, 'guide', fields)], defaultRuleset(), TODAY).fit
    expect(fitOf({ phone: '1' })).toBe(2)
    expect(fitOf({ phone: '1', country: 'France' })).toBe(4)
    expect(fitOf(optional)).toBe(6)
  })
})

describe('negative rules', () => {
  test('a careers page takes ten points a day, twenty at most, half of them for thirty days', () => {
    const ruleset = defaultRules('pricing', 'careers')
    const visits = [0, 1, 2].map((days) => page(daysAgo(days), '/pricing'))
    const good = engagementOf(visits, ruleset)
    expect(engagementOf([...visits, page(TODAY, '/careers'), page(TODAY, '/careers/cook')], ruleset)).toBeCloseTo(
      good - 10,
    )
    const three = [0, 1, 2].map((days) => page(daysAgo(days), '/fr/recrutement'))
    expect(engagementOf([...visits, ...three], ruleset)).toBeCloseTo(good - 20)
  })

  test('an unsubscription is twenty points less for good', () => {
    const all = everyDefaultRule()
    const ruleset = { ...all, rules: all.rules.filter(({ id }) => id === 'pricing' || id === 'unsubscribed') }
    const history = [page(TODAY, '/pricing'), track(daysAgo(90), 'Unsubscribed'), track(daysAgo(80), 'Unsubscribed')]
    expect(scoreLead(history, ruleset, TODAY).tallies.get('unsubscribed')).toMatchObject({ sum: -20 })
    expect(engagementOf(history, ruleset)).toBe(0)
  })
})

describe('engaged time and scroll depth', () => {
  const read = (more: Condition) => rulesOf([rule({ when: { event: 'engage', path: ['/guide'], ...more } })])
  const view = page(TODAY - 10 * MINUTE, '/guide')
  const report = (minutes: number, visibleSeconds: number, depth = 0) =>
    engage(view.at + minutes * MINUTE, view.pageId, visibleSeconds * 1000, depth)

  test('count once, when the threshold is first crossed', () => {
    const history = [view, report(1, 20), report(2, 30), report(3, 60), report(4, 90)]
    const lead = scoreLead(history, read({ engagedSeconds: 30 }), TODAY)
    expect(lead.tallies.get('rule')?.hits).toEqual([{ eventId: history[2]?.id, at: view.at + 2 * MINUTE }])
  })

  test('do not count under the threshold', () => {
    expect(engagementOf([view, report(1, 29.9)], read({ engagedSeconds: 30 }))).toBe(0)
    expect(engagementOf([view, report(1, 99, 49)], read({ scrollDepth: 50 }))).toBe(0)
    expect(engagementOf([view, report(1, 99, 50)], read({ scrollDepth: 50 }))).toBe(10)
  })

  test('are the furthest so far, so that both tests may be met by different reports', () => {
    const both = read({ engagedSeconds: 30, scrollDepth: 50 })
    expect(engagementOf([view, report(1, 10, 80), report(2, 40, 20), report(3, 50, 90)], both)).toBe(10)
  })

  test('count once for each page view', () => {
    const again = page(TODAY - 5 * MINUTE, '/guide')
    const history = [
      view,
      again,
      report(1, 40),
      engage(TODAY, again.pageId, 40_000),
      engage(TODAY, again.pageId, 50_000),
    ]
    expect(engagementOf(history, read({ engagedSeconds: 30 }))).toBe(20)
  })

  test('belong to their page, and to no other', () => {
    const other = page(TODAY - 9 * MINUTE, '/other')
    expect(engagementOf([view, other, engage(TODAY, other.pageId, 99_000)], read({ engagedSeconds: 30 }))).toBe(0)
    expect(engagementOf([engage(TODAY, 'a view nobody saw', 99_000)], read({ engagedSeconds: 30 }))).toBe(0)
  })

  test('belong to the session of their page, also when the tab is looked at again the next day', () => {
    const ruleset = rulesOf([rule({ when: { event: 'engage', engagedSeconds: 30 }, repeat: 'session' })])
    const late = page(daysAgo(1), '/guide')
    const next = page(TODAY - 5 * MINUTE, '/other')
    const crossedNextDay = engage(TODAY - 6 * MINUTE, late.pageId, 40_000)
    const history = [late, engage(daysAgo(1) + MINUTE, late.pageId, 20_000), crossedNextDay, next]
    expect(engagementOf([...history, engage(TODAY, next.pageId, 40_000)], ruleset)).toBe(20)
  })

  test('do not make a page rule count again', () => {
    const ruleset = rulesOf([rule({ when: { path: ['/guide'] } })])
    expect(engagementOf([view, report(1, 20), report(2, 30)], ruleset)).toBe(10)
  })
})

describe('sessions', () => {
  const ruleset = rulesOf([rule({ when: { sessionStart: true } })])
  const sessions = (...history: Parameters<typeof engagementOf>[0]) => engagementOf(history, ruleset) / 10

  test('end after thirty idle minutes, not before', () => {
    expect(sessions(page(TODAY - 30 * MINUTE + 1), page(TODAY))).toBe(1)
    expect(sessions(page(TODAY - 30 * MINUTE), page(TODAY))).toBe(2)
  })

  test('last as long as their visits follow each other', () => {
    expect(sessions(...[100, 75, 50, 25, 0].map((minutes) => page(TODAY - minutes * MINUTE)))).toBe(1)
  })

  test('are shared by parallel browsers', () => {
    const phone = page(TODAY - 20 * MINUTE, '/', { visitorId: "ada's phone" })
    expect(sessions(page(TODAY - 40 * MINUTE), phone, page(TODAY))).toBe(1)
  })

  test('are extended by engaged time from the start of its page', () => {
    const view = page(TODAY - 50 * MINUTE)
    expect(sessions(view, page(TODAY))).toBe(2)
    expect(sessions(view, engage(TODAY - 20 * MINUTE, view.pageId, 30 * MINUTE), page(TODAY))).toBe(1)
  })

  test('are not joined by a tab left open overnight', () => {
    const view = page(TODAY - 10 * HOUR)
    expect(sessions(view, engage(TODAY - MINUTE, view.pageId, 5 * MINUTE), page(TODAY))).toBe(2)
  })

  test('are not prolonged beyond the report, whatever time it claims', () => {
    const view = page(TODAY - 60 * MINUTE)
    expect(sessions(view, engage(TODAY - 50 * MINUTE, view.pageId, 99 * HOUR), page(TODAY))).toBe(2)
  })

  test('are opened by pages, forms and track events, and by nothing else', () => {
    expect(sessions(form(TODAY, 'contact'))).toBe(1)
    expect(sessions(track(TODAY, 'Video Watched'))).toBe(1)
    expect(sessions(identify(TODAY, 'ada@analytical.example'), edited(TODAY, { title: 'x' }))).toBe(0)
  })

  test('are not opened by what an e-mail server reports', () => {
    expect(sessions(track(TODAY, 'Email Opened'), track(TODAY - DAY, 'Unsubscribed'))).toBe(0)
    expect(sessions(track(TODAY - MINUTE, 'Email Link Clicked'), page(TODAY))).toBe(1)
  })

  test('count their pages', () => {
    const eight = rulesOf([rule({ when: { event: 'page', pagesInSession: 8 }, repeat: 'session' })])
    const pages = (count: number, from = TODAY - HOUR) =>
      Array.from({ length: count }, (_, i) => page(from + i * MINUTE))
    expect(engagementOf(pages(7), eight)).toBe(0)
    expect(engagementOf(pages(9), eight)).toBe(10)
    expect(engagementOf([...pages(5, daysAgo(1)), ...pages(5)], eight)).toBe(0)
  })

  test('know the days since the one before ended', () => {
    const away = rulesOf([rule({ when: { event: 'page', daysSincePreviousSession: 30 } })])
    expect(engagementOf([page(TODAY)], away)).toBe(0)
    expect(engagementOf([page(daysAgo(30)), page(TODAY)], away)).toBe(10)
    expect(engagementOf([page(daysAgo(30)), page(daysAgo(30) + MINUTE), page(TODAY)], away)).toBe(0)
  })
})

describe('a revisit', () => {
  const back = defaultRules('return')

  test('within seven days counts, and later does not', () => {
    expect(engagementOf([page(daysAgo(7) + 1), page(TODAY)], back)).toBe(8)
    expect(engagementOf([page(daysAgo(7)), page(TODAY)], back)).toBe(0)
  })

  test('is not another page of the same session', () => {
    expect(engagementOf([page(TODAY - MINUTE), page(TODAY)], back)).toBe(0)
  })

  test('counts once a week and sixteen points at most', () => {
    const daily = Array.from({ length: 29 }, (_, days) => page(daysAgo(28 - days)))
    expect(scoreLead(daily, back, TODAY).tallies.get('return')?.hits).toHaveLength(5)
    expect(engagementOf(daily, back)).toBe(16)
  })
})

describe('the days of a site', () => {
  const daily = (timeZone: string, repeat: 'day' | 'week', ...times: string[]) =>
    engagementOf(
      times.map((time) => page(paris(time))),
      rulesOf([rule({ repeat })], { timeZone }),
      paris('2027-02-01T00:00Z'),
    ) / 10

  test('begin at its own midnight', () => {
    expect(daily('Europe/Paris', 'day', '2026-07-01T21:59Z', '2026-07-01T22:01Z')).toBe(2)
    expect(daily('UTC', 'day', '2026-07-01T21:59Z', '2026-07-01T22:01Z')).toBe(1)
    expect(daily('Asia/Kathmandu', 'day', '2026-07-01T18:14Z', '2026-07-01T18:15Z')).toBe(2)
  })

  test('have 23 hours in spring and 25 in autumn', () => {
    const spring = ['2026-03-28T22:59Z', '2026-03-28T23:00Z', '2026-03-29T21:59Z', '2026-03-29T22:00Z']
    expect(daily('Europe/Paris', 'day', ...spring)).toBe(3)
    expect(daily('Europe/Paris', 'day', ...spring.slice(1, 3))).toBe(1)
    const autumn = ['2026-10-24T21:59Z', '2026-10-24T22:00Z', '2026-10-25T22:59Z', '2026-10-25T23:00Z']
    expect(daily('Europe/Paris', 'day', ...autumn)).toBe(3)
    expect(daily('Europe/Paris', 'day', ...autumn.slice(1, 3))).toBe(1)
  })

  test('make ISO weeks from Monday, across the change of clocks and of the year', () => {
    expect(daily('Europe/Paris', 'week', '2026-03-29T21:59Z', '2026-03-29T22:00Z')).toBe(2)
    expect(daily('Europe/Paris', 'week', '2026-03-22T23:00Z', '2026-03-29T21:59Z')).toBe(1)
    expect(daily('Europe/Paris', 'week', '2026-12-28T12:00Z', '2027-01-03T12:00Z')).toBe(1)
    expect(daily('Europe/Paris', 'week', '2027-01-03T22:59Z', '2027-01-03T23:00Z')).toBe(2)
  })
})

describe('the horizon of thirteen months', () => {
  test('is where pages, engaged time and track events end, to the millisecond', () => {
    const view = page(TODAY - HORIZON + 1)
    const old = page(TODAY - HORIZON)
    expect(engagementOf([view], rulesOf([rule()]))).toBe(10)
    expect(engagementOf([old], rulesOf([rule()]))).toBe(0)
    expect(engagementOf([track(old.at, 'a')], rulesOf([ruleFor('a', 10)]))).toBe(0)
    expect(scoreLead([view], rulesOf([rule()]), TODAY).nextChangeAt).toBe(TODAY + 1)
  })

  test('is none for forms, identities and what people decided', () => {
    const old = TODAY - HORIZON - DAY
    const ruleset = rulesOf([rule({ when: { event: 'form' } })])
    const lead = scoreLead(
      [form(old, 'guide', { email: 'ada@analytical.example' }), moved(old, 'accepted')],
      ruleset,
      TODAY,
    )
    expect(lead).toMatchObject({ engagement: 10, stage: { stage: 'accepted' } })
  })

  test('lies inside the score, so that a purge changes none', () => {
    fc.assert(
      fc.property(anyHistory(500), fc.integer({ min: 0, max: 60 }), (history, days) => {
        const t = TODAY + days * DAY
        const kept = history.filter((event) => !fadesFromHistory(event) || event.at > TODAY - HORIZON)
        expect(scoreLead(kept, everyDefaultRule(), t)).toEqual(scoreLead(history, everyDefaultRule(), t))
      }),
      { seed: SEED, numRuns: 100 },
    )
  })
})

describe('conditions', () => {
  const hit = (when: Condition, event: Parameters<typeof engagementOf>[0][number]) =>
    engagementOf([event], rulesOf([rule({ when })])) > 0

  test('match paths by globs, without regard to case, query or trailing slash', () => {
    expect(hit({ path: ['/pricing*'] }, page(TODAY, '/Pricing/teams/?a=b'))).toBe(true)
    expect(hit({ path: ['*/tarifs'] }, page(TODAY, '/fr/tarifs/'))).toBe(true)
    expect(hit({ path: ['/pricing'] }, page(TODAY, '/pricing-old'))).toBe(false)
    expect(hit({ path: ['/a*b*a'] }, page(TODAY, '/aba'))).toBe(true)
    expect(hit({ path: ['/ab*ba'] }, page(TODAY, '/aba'))).toBe(false)
  })

  test('match paths with accents, as a person reads and writes them', () => {
    expect(hit({ path: ['/démo*'] }, page(TODAY, '/démonstration'))).toBe(true)
    expect(hit({ path: ['/*'] }, page(TODAY, '/%E0%A4%A'))).toBe(true)
  })

  test('match queries, fields and properties by name, all that are asked for', () => {
    expect(hit({ query: { utm_source: ['news*'] } }, page(TODAY, '/?utm_source=Newsletter'))).toBe(true)
    expect(hit({ query: { utm_source: ['*'] } }, page(TODAY, '/?utm_medium=email'))).toBe(false)
    expect(hit({ field: { topic: ['*price*'] } }, form(TODAY, 'contact', { topic: 'Your prices' }))).toBe(true)
    expect(hit({ property: { constructor: ['*'] } }, track(TODAY, 'a'))).toBe(false)
  })

  test('combine with all, any and not', () => {
    const when: Condition = { all: [{ event: 'page' }, { not: { any: [{ path: ['/a'] }, { path: ['/b'] }] } }] }
    expect(hit(when, page(TODAY, '/c'))).toBe(true)
    expect(hit(when, page(TODAY, '/b'))).toBe(false)
    expect(hit(when, track(TODAY, 'c'))).toBe(false)
  })

  test('answer at once to a pattern of many stars on a long text', () => {
    const before = process.cpuUsage()
    hit({ title: [`${'*a'.repeat(200)}b`] }, page(TODAY, '/', { title: 'a'.repeat(100_000) }))
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000)
  })
})

describe('spam', () => {
  const spamOf = (fields: Record<string, string>, more = {}) =>
    scoreLead([form(TODAY, 'contact', { email: 'ada@analytical.example', ...fields }, more)], defaultRuleset(), TODAY)

  test('is no run of keys in the names and words of people', () => {
    for (const name of [
      ...[
        'Doherty',
        'Liberty',
        'Property',
        'Reza',
        'Alireza',
        'Ewert',
        'Rezaei',
        'Werther',
        'Wertz',
        'Gerty',
        'Frazer',
      ],
      ...['Glazer', 'Mazer', 'Lazer', 'Moriarty', 'Dougherty', 'Azeri', 'Treasure', 'Power', 'Dupont', 'Ada'],
    ]) {
      expect([name, hasKeyboardRun(name)]).toEqual([name, false])
    }
  })

  test('is a run of keys on either keyboard, in either direction', () => {
    for (const run of [
      'azerty',
      'qsdfgh',
      'poiuyt',
      'wxcvbn',
      'qwerty',
      'asdf',
      'lkjh',
      'nbvcxw',
      'Azerty',
      'asdfasdf',
    ]) {
      expect([run, hasKeyboardRun(`Ada ${run}`)]).toEqual([run, true])
    }
  })

  test('signs are worth what the design says', () => {
    expect(spamOf({ firstName: 'Ada', company: 'Analytical' }).spam).toBe(0)
    expect(spamOf({ firstName: 'ada', company: 'analytical' }).spam).toBe(15)
    expect(spamOf({ firstName: 'ada', company: 'Analytical' }).spam).toBe(0)
    expect(spamOf({ firstName: 'Azerty' }).spam).toBe(40)
    expect(spamOf({ email: 'ada@yopmail.com' }).spam).toBe(40)
    expect(spamOf({ firstName: 'Win https://x.example' }).spam).toBe(40)
    expect(spamOf({}, { filledMs: 1999 }).spam).toBe(40)
    expect(spamOf({}, { filledMs: 2000 }).spam).toBe(0)
    expect(spamOf({}, { trapped: true }).spam).toBe(100)
  })

  test('signs are looked for in every field of the name', () => {
    expect(spamOf({ name: 'Ada', lastName: 'www.win.example' }).spam).toBe(40)
    expect(spamOf({ name: 'Ada', firstName: 'qsdfgh' }).spam).toBe(40)
  })

  test('quarantines by two signs and by no single one, save a filled trap', () => {
    expect(spamOf({ firstName: 'Azerty', company: 'Qsdfgh' }).quarantined).toBe(false)
    expect(spamOf({ firstName: 'Azerty' }, { filledMs: 900 }).quarantined).toBe(true)
    expect(spamOf({}, { trapped: true }).quarantined).toBe(true)
  })

  test('is held at 100 and takes nothing from the score', () => {
    const lead = spamOf({ firstName: 'azerty', company: 'qsdf' }, { trapped: true, filledMs: 1 })
    expect(lead.spam).toBe(100)
    expect(lead.engagement).toBe(40)
  })

  test('is no lack of capitals where a script has none', () => {
    expect(spamOf({ firstName: '光子', company: '株式会社' }).spam).toBe(0)
  })
})

describe('traits', () => {
  const knownOf = (...history: Parameters<typeof scoreLead>[0]) => {
    const { known, also } = scoreLead(history, defaultRuleset(), TODAY).traits
    return {
      known: Object.fromEntries([...known].map(([name, { value }]) => [name, value])),
      also: also.map(({ value }) => value),
    }
  }

  test('once declared are not overwritten; another value stands beside', () => {
    const { known, also } = knownOf(
      form(daysAgo(2), 'a', { company: 'Analytical' }),
      form(daysAgo(1), 'a', { company: 'Eve Ltd' }),
    )
    expect(known.company).toBe('Analytical')
    expect(also).toEqual(['Eve Ltd'])
  })

  test('declared twice are not kept twice', () => {
    const other = (days: number) => form(daysAgo(days), 'a', { company: 'Eve Ltd' })
    expect(knownOf(form(daysAgo(9), 'a', { company: 'Analytical' }), other(2), other(1)).also).toEqual(['Eve Ltd'])
  })

  test('edited replace what was there, which stays in sight, and stand against later declarations', () => {
    const { known, also } = knownOf(
      form(daysAgo(3), 'a', { title: 'intern' }),
      edited(daysAgo(2), { title: 'director' }),
      form(daysAgo(1), 'a', { title: 'queen' }),
    )
    expect(known.title).toBe('director')
    expect(also).toEqual(['intern', 'queen'])
  })

  test('taken over by one click are no longer beside', () => {
    const declared = [form(daysAgo(3), 'a', { title: 'intern' }), form(daysAgo(2), 'a', { title: 'director' })]
    const { known, also } = knownOf(...declared, edited(TODAY, { title: 'director' }))
    expect([known.title, also]).toEqual(['director', ['intern']])
  })

  test('removed by hand may be declared anew', () => {
    const history = [form(daysAgo(3), 'a', { title: 'intern' }), edited(daysAgo(2), { title: null })]
    expect(knownOf(...history).known.title).toBeUndefined()
    expect(knownOf(...history, form(TODAY, 'a', { title: 'director' })).known.title).toBe('director')
  })

  test('emptied by hand are gone, and an empty address is no contact', () => {
    const emptied = knownOf(form(daysAgo(3), 'a', { title: 'intern' }), edited(TODAY, { title: ' ', email: '' }))
    expect(emptied.known).toEqual({})
    expect(scoreLead([edited(TODAY, { email: '' })], defaultRuleset(), TODAY).stage.stage).toBe('visitor')
  })

  test('change fit from their own date on', () => {
    const history = [
      form(daysAgo(9), 'a', { email: 'ada@gmail.com' }),
      edited(daysAgo(5), { title: 'Director of sales' }),
    ]
    expect(scoreLead(history, defaultRuleset(), daysAgo(6)).fit).toBe(-6)
    expect(scoreLead(history, defaultRuleset(), daysAgo(5)).fit).toBe(-6 + 15 + 2)
  })

  test('know the kind of an address however it is written', () => {
    expect(scoreLead([form(TODAY, 'a', { email: ' Ada@GMail.com ' })], defaultRuleset(), TODAY).fit).toBe(-6)
    const rival = { ...defaultRuleset(), lists: { ...defaultRuleset().lists, competitors: ['rival.example'] } }
    expect(scoreLead([identify(TODAY, 'Eve@RIVAL.example')], rival, TODAY).fit).toBe(-45)
  })

  test('are no address where a form sends something in the place of one', () => {
    for (const email of ['null', 'undefined', 'test', '', ' ', '[object Object]']) {
      const lead = scoreLead([form(TODAY, 'a', { email }), identify(TODAY, email)], defaultRuleset(), TODAY)
      expect([email, lead.stage.stage, lead.traits.known.has('email')]).toEqual([email, 'visitor', false])
    }
  })

  test('of one address in two spellings are one', () => {
    expect(
      knownOf(form(daysAgo(1), 'a', { email: 'Ada@Acme.example' }), identify(TODAY, 'ada@acme.example')).also,
    ).toEqual([])
  })
})

test('whatever the history, engagement, fit and spam stay within their bounds', () => {
  fc.assert(
    fc.property(anyHistory(), (history) => {
      const lead = scoreLead(history, everyDefaultRule(), TODAY)
      expect(lead.engagement).toBeGreaterThanOrEqual(0)
      expect(lead.engagement).toBeLessThanOrEqual(100)
      expect(Math.abs(lead.fit)).toBeLessThanOrEqual(50)
      expect(lead.spam).toBeLessThanOrEqual(100)
      expect(Math.abs(lead.rank - lead.engagement - lead.fit)).toBeLessThanOrEqual(0.5 + 1e-9)
      expect(lead.score).toBe(Math.max(0, Math.min(100, lead.rank)))
    }),
    { seed: SEED, numRuns: 100 },
  )
})
