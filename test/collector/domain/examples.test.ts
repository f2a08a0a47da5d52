/** Sentences of a marketer, each with the number that it means. */
import { describe, expect, test } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import type { HistoryEvent } from '../../../collector/domain/history.ts'
import type { Condition, Ruleset } from '../../../collector/domain/rule.ts'
import { scoreLead } from '../../../collector/domain/score.ts'
import {
  DAY,
  defaultRules,
  engage,
  engagementOf,
  form,
  HOUR,
  identify,
  judged,
  MINUTE,
  moved,
  page,
  rule,
  rulesOf,
  TODAY,
  track,
} from './given.ts'

/** Ten points, once, for whoever does this. */
const tenFor = (when: Condition) => rulesOf([rule({ when, repeat: 'once' })])
const daily = (visits: number, path = '/') => Array.from({ length: visits }, (_, i) => page(TODAY - i * DAY, path))
const scoreOf = (history: HistoryEvent[], ruleset: Ruleset = defaultRuleset()) => scoreLead(history, ruleset, TODAY)
const fitOf = (traits: Record<string, string>, email = 'ada@analytical.example', lists = defaultRuleset().lists) =>
  scoreOf([identify(TODAY, email, traits)], { ...defaultRuleset(), lists }).fit

describe('who comes often', () => {
  const often = (atLeast: number) => tenFor({ sessionStart: true, sessionsInDays: { days: 30, atLeast } })

  test('fifteen visits in a month are worth more than five', () => {
    const both = rulesOf([...often(5).rules, ...often(15).rules.map((each) => ({ ...each, id: 'veryOften' }))])
    expect(engagementOf(daily(4), both)).toBe(0)
    expect(engagementOf(daily(5), both)).toBe(10)
    expect(engagementOf(daily(15), both)).toBe(20)
  })

  test('one visit in a week, or two, is a newcomer’s; three are not', () => {
    const newcomer = (history: HistoryEvent[]) =>
      engagementOf(
        history,
        rulesOf([rule({ when: { sessionStart: true, sessionsInDays: { days: 7, atLeast: 1, atMost: 2 } } })]),
      )
    expect(newcomer(daily(2))).toBe(20)
    expect(newcomer(daily(3))).toBe(20)
  })

  test('who comes back after thirty silent days is awake again, after twenty-nine was never asleep', () => {
    const awake = tenFor({ sessionStart: true, daysSincePreviousSession: 30 })
    expect(engagementOf([page(TODAY - 30 * DAY), page(TODAY)], awake)).toBe(10)
    expect(engagementOf([page(TODAY - 29 * DAY), page(TODAY)], awake)).toBe(0)
  })

  test('eight pages in one session are worth seven, spread over two they are worth nothing', () => {
    const pages = (gap: number) => Array.from({ length: 8 }, (_, i) => page(TODAY - i * gap))
    expect(engagementOf(pages(MINUTE), defaultRules('eightPages'))).toBeCloseTo(7, 9)
    expect(engagementOf(pages(HOUR), defaultRules('eightPages'))).toBe(0)
  })
})

describe('what somebody does', () => {
  test('a video watched for sixty seconds counts, one watched for forty does not', () => {
    const watched = tenFor({ event: 'track', name: ['Video Watched'], propertyAtLeast: { seconds: 60 } })
    expect(engagementOf([track(TODAY, 'Video Watched', { seconds: '40' })], watched)).toBe(0)
    expect(engagementOf([track(TODAY, 'Video Watched', { seconds: '60' })], watched)).toBe(10)
    expect(engagementOf([track(TODAY, 'Video Watched')], watched)).toBe(0)
  })

  test('a visit from the spring campaign counts by its address, another one does not', () => {
    const spring = tenFor({ event: 'page', query: { utm_campaign: ['spring*'] } })
    expect(engagementOf([page(TODAY, '/?utm_campaign=spring-2026')], spring)).toBe(10)
    expect(engagementOf([page(TODAY, '/?utm_campaign=autumn')], spring)).toBe(0)
  })

  test('a form that gives a telephone number counts, one without does not', () => {
    const phone = tenFor({ event: 'form', field: { phone: ['*'] } })
    expect(engagementOf([form(TODAY, 'contact', { phone: '01 23 45 67 89' })], phone)).toBe(10)
    expect(engagementOf([form(TODAY, 'contact', { email: 'ada@analytical.example' })], phone)).toBe(0)
  })

  test('who comes from a search counts, and who comes from the newsletter does not', () => {
    const searched = tenFor({ all: [{ event: 'page', referrer: ['*google.*', '*bing.*'] }] })
    expect(engagementOf([page(TODAY, '/', { referrer: 'https://www.google.fr/' })], searched)).toBe(10)
    expect(engagementOf([page(TODAY, '/', { referrer: 'https://mail.example/' })], searched)).toBe(0)
  })

  test('half a minute on the price page counts, and half a minute elsewhere does not', () => {
    const studied = tenFor({ event: 'engage', path: ['/pricing*'], engagedSeconds: 30 })
    const on = (path: string) => {
      const seen = page(TODAY - MINUTE, path)
      return engagementOf([seen, engage(TODAY, seen.pageId, 30_000)], studied)
    }
    expect([on('/pricing'), on('/about')]).toEqual([10, 0])
  })

  test('a newsletter sign-up is worth five, and two and a half after ninety days', () => {
    const newsletter = defaultRules('newsletter')
    expect(engagementOf([form(TODAY, 'Newsletter')], newsletter)).toBe(5)
    expect(engagementOf([form(TODAY - 90 * DAY, 'Newsletter')], newsletter)).toBe(2.5)
  })

  test('one guide downloaded twice is worth ten, two are worth twenty, a third adds nothing', () => {
    const guides = defaultRules('guideDownload')
    const download = (name: string) => track(TODAY, 'File Downloaded', { href: `/${name}-guide.pdf` })
    expect(engagementOf([download('a'), download('a')], guides)).toBe(10)
    expect(engagementOf([download('a'), download('b')], guides)).toBe(20)
    expect(engagementOf([download('a'), download('b'), download('c')], guides)).toBe(20)
  })

  test('a demo asked for again after twenty-nine days adds nothing, after thirty it does', () => {
    const demo = defaultRules('demoRequest')
    const asked = (days: number) => scoreOf([form(TODAY - days * DAY, 'demo'), form(TODAY, 'demo')], demo).tallies
    expect(asked(29).get('demoRequest')?.hits).toHaveLength(1)
    expect(asked(30).get('demoRequest')?.hits).toHaveLength(2)
  })

  test('a hundred blog articles are worth five, and all of discovery fifteen', () => {
    const articles = Array.from({ length: 100 }, (_, i) => page(TODAY, `/blog/${i}`))
    expect(engagementOf(articles, defaultRules('blog'))).toBe(5)
    const rest = [...daily(20, '/about'), form(TODAY, 'newsletter')]
    const discovery = defaultRules('blog', 'otherPage', 'session', 'newsletter')
    expect(engagementOf([...articles, ...rest], discovery)).toBe(15)
  })

  test('a case study downloaded is worth four newsletters', () => {
    const rules = defaultRules('caseDownload', 'newsletter')
    expect(engagementOf([track(TODAY, 'File Downloaded', { href: '/case-study-mill.pdf' })], rules)).toBe(20)
    expect(engagementOf([form(TODAY, 'newsletter')], rules)).toBe(5)
  })

  test('a price page read on two days counts twice, twice on one day once', () => {
    const pricing = defaultRules('pricing')
    expect(engagementOf([page(TODAY - HOUR, '/pricing'), page(TODAY, '/pricing')], pricing)).toBeCloseTo(10, 1)
    expect(engagementOf([page(TODAY - DAY, '/pricing'), page(TODAY, '/pricing')], pricing)).toBeGreaterThan(19)
  })

  test('a careers page on three days takes twenty points and no more', () => {
    const points = rulesOf([rule({ id: 'gain', points: 50, repeat: 'once', when: { path: ['/pricing'] } })])
    const both = { ...defaultRuleset(), fit: [], rules: [...points.rules, ...defaultRules('careers').rules] }
    const ruleset = { ...both, groups: [...points.groups, ...defaultRuleset().groups] }
    expect(engagementOf([page(TODAY, '/pricing'), ...daily(3, '/careers')], ruleset)).toBeCloseTo(30, 9)
  })
})

describe('who asks for something', () => {
  const requests = defaultRules('demoRequest', 'contactRequest')
  const demo = (at: number, more = {}) => form(at, 'demo request', { email: 'ada@analytical.example' }, more)
  const contact = (at: number, more = {}) => form(at, 'contact', { email: 'ada@analytical.example' }, more)
  const earned = (history: HistoryEvent[]) => engagementOf(history, requests)

  test('two requests on one day count as one, and the second is shown as one too many', () => {
    const [first, second] = [demo(TODAY), contact(TODAY)]
    expect(earned([first, second])).toBe(50)
    expect(scoreOf([first, second], requests).decided.beyond).toEqual([second.id])
  })

  test('a day later a request counts again, an hour less than a day later it does not', () => {
    expect(earned([demo(TODAY - DAY), contact(TODAY)])).toBeGreaterThan(69)
    expect(earned([demo(TODAY - 23 * HOUR), contact(TODAY)])).toBeCloseTo(50, 0)
  })

  test('nobody asks twice by saying that it was yesterday: the time of receipt counts', () => {
    expect(earned([demo(TODAY - DAY, { delayMs: DAY }), contact(TODAY)])).toBeCloseTo(50, 0)
    expect(earned([demo(TODAY - HOUR, { delayMs: 0 }), contact(TODAY - HOUR, { delayMs: DAY })])).toBeGreaterThan(69)
  })

  test('what is beyond the limit uses none of it: who asks every hour keeps nobody out the next day', () => {
    const spam = Array.from({ length: 24 }, (_, hour) => contact(TODAY - DAY + hour * HOUR))
    expect(earned([...spam, demo(TODAY)])).toBeGreaterThan(69)
  })

  test('the second request of a day holds an SQL no longer, the first one does', () => {
    const heldFor = (history: HistoryEvent[]) => (scoreOf(history).stage.heldUntil - TODAY) / DAY
    expect(heldFor([demo(TODAY - HOUR), contact(TODAY)])).toBe(30 - 1 / 24)
    expect(heldFor([demo(TODAY - DAY), contact(TODAY)])).toBe(30)
  })

  test('whom the site’s own server vouches for may ask as often as they like, and leaves room for who only says so', () => {
    const signed = { ...identify(TODAY - HOUR, 'ada@analytical.example'), signed: true as const }
    expect(earned([signed, demo(TODAY), contact(TODAY)])).toBe(70)
    expect(earned([signed, demo(TODAY), contact(TODAY, { visitorId: 'bob' })])).toBe(70)
    expect(earned([demo(TODAY - 2 * HOUR), signed, contact(TODAY, { visitorId: 'bob' })])).toBeCloseTo(50, 0)
  })

  test('who was lost an hour after asking may ask anew', () => {
    expect(scoreOf([demo(TODAY - 2 * HOUR), moved(TODAY - HOUR, 'lost'), contact(TODAY)], requests)).toMatchObject({
      engagement: 40,
      stage: { stage: 'sql' },
    })
  })
})

describe('what somebody is', () => {
  test('a director of a target firm in a target country is thirty-five before any visit', () => {
    const lists = { sectors: ['Packaging'], sizes: ['201-500'], regions: ['France'], competitors: [] }
    const traits = { title: 'Director of IT', industry: 'packaging', country: 'France' }
    // Two optional points for each of title, sector and country.
    expect(fitOf(traits, 'ada@analytical.example', lists)).toBe(15 + 10 + 5 + 5 + 6)
  })

  test('a company of 120 people is within fifty and five hundred, however it is written', () => {
    const sized = (employees: string) =>
      scoreOf([identify(TODAY, 'ada@analytical.example', { employees })], {
        ...defaultRuleset(),
        fit: [
          {
            id: 'size',
            label: { en: 'Size', fr: 'Taille' },
            when: { trait: 'employees', atLeast: 50, atMost: 500 },
            points: 10,
          },
        ],
      }).fit
    expect(['120', 'about 120', '120 salariés', '1,200', '20', 'many'].map(sized)).toEqual([10, 10, 10, 0, 0, 0])
  })

  test('a competitor who asks for a demo is worth five and an SQL all the same', () => {
    const lists = { ...defaultRuleset().lists, competitors: ['rival.example'] }
    const history = [form(TODAY, 'demo request', { email: 'eve@rival.example' })]
    const { fit, stage } = scoreOf(history, { ...defaultRuleset(), lists })
    expect([fit, stage.stage]).toEqual([-45, 'sql'])
  })

  test('a student at a school’s address loses ten, and no more for saying so', () => {
    expect(fitOf({}, 'ada@univ-lyon.example')).toBe(-10)
    expect(fitOf({ title: 'student' }, 'ada@univ-lyon.example')).toBe(-10 + 2)
  })

  test('a private individual with a free address who is a student loses thirty-one, less what the fields are worth', () => {
    const traits = { company: 'particulier', title: 'étudiante' }
    expect(fitOf(traits, 'ada@gmail.com')).toBe(-15 - 6 - 10 + 2)
  })
})

describe('what looks like spam', () => {
  const typed = form(TODAY, 'contact', { email: 'eve@mailinator.com', firstName: 'azerty' })
  const without = (id: string): Ruleset => {
    const spam = defaultRuleset().spam.map((each) => (each.id === id ? { ...each, off: true as const } : each))
    return { ...defaultRuleset(), spam }
  }

  test('a keyboard run from a disposable address waits in quarantine, whatever it asks for', () => {
    expect(scoreOf([typed])).toMatchObject({ spam: 80, quarantined: true, stage: { stage: 'lead' } })
  })

  test('a sign that is switched off is no sign', () => {
    expect(scoreOf([typed], without('disposable'))).toMatchObject({ spam: 40, quarantined: false })
  })

  test('who is released counts as though there had been no sign', () => {
    expect(scoreOf([typed, judged(TODAY, 'released')])).toMatchObject({ quarantined: false, stage: { stage: 'sql' } })
  })
})

describe('the stages that follow', () => {
  const worth = (points: number, email: string) => {
    const ruleset = { ...rulesOf([rule({ points })]), fit: defaultRuleset().fit }
    return scoreOf([identify(TODAY - HOUR, email), page(TODAY)], ruleset).stage.stage
  }

  test('a free address with twenty-six points is an MQL, with twenty-five it is not', () => {
    expect(worth(26, 'ada@gmail.com')).toBe('mql')
    expect(worth(25, 'ada@gmail.com')).toBe('lead')
  })

  test('a free address with a hundred points stays an MQL, a company’s with forty-five is an SQL', () => {
    expect(worth(100, 'ada@gmail.com')).toBe('mql')
    expect(worth(45, 'ada@analytical.example')).toBe('sql')
  })

  test('who is lost begins again at nothing, keeps the fit, and is taken up at the next visit', () => {
    const before = [identify(TODAY - 9 * DAY, 'ada@analytical.example'), ...daily(3, '/pricing').slice(1)]
    const after = scoreOf([...before, moved(TODAY - HOUR, 'lost'), page(TODAY, '/about')])
    expect([after.fit, after.stage.stage]).toEqual([5, 'recycled'])
    expect(after.tallies.has('pricing')).toBe(false)
  })
})
