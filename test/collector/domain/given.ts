import fc from 'fast-check'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import type { Deed, Edit, HistoryEvent, ManualStage, Verdict } from '../../../collector/domain/history.ts'
import type { FitRule, Repeat, Rule, Ruleset } from '../../../collector/domain/rule.ts'
import { type LeadScore, scoreLead } from '../../../collector/domain/score.ts'

export const MINUTE = 60 * 1000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Monday, 15 June 2026, noon in Greenwich. */
export const TODAY = Date.UTC(2026, 5, 15, 12)

/** The same random histories at each run; fast-check prints the seed of one that fails. */
export const SEED = 20260615

let made = 0
const newId = () => `event-${String(++made).padStart(6, '0')}`

export function page(at: number, path = '/', more: Partial<Deed & { type: 'page' }> = {}): Deed & { type: 'page' } {
  const id = newId()
  return {
    type: 'page',
    id,
    at,
    visitorId: 'ada',
    pageId: `view of ${id}`,
    url: `https://acme.example${path}`,
    ...more,
  }
}

export function engage(at: number, pageId: string, visibleMs: number, scrollDepth = 0): Deed {
  return { type: 'engage', id: newId(), at, visitorId: 'ada', pageId, visibleMs, scrollDepth }
}

export function form(
  at: number,
  name: string,
  fields: Record<string, string> = {},
  more: Partial<Deed & { type: 'form' }> = {},
): Deed & { type: 'form' } {
  return { type: 'form', id: newId(), at, visitorId: 'ada', url: 'https://acme.example/', form: name, fields, ...more }
}

export function identify(at: number, email: string, traits: Record<string, string> = {}): Deed {
  return { type: 'identify', id: newId(), at, visitorId: 'ada', email, traits }
}

export function track(at: number, name: string, properties: Record<string, string> = {}): Deed {
  return { type: 'track', id: newId(), at, visitorId: 'ada', url: 'https://acme.example/', name, properties }
}

export function edited(at: number, traits: Record<string, string | null>): Edit {
  return { type: 'traits', id: newId(), at, author: 'eve', traits }
}

export function moved(at: number, stage: ManualStage): Edit {
  return { type: 'stage', id: newId(), at, author: 'eve', stage, note: null }
}

export function judged(at: number, verdict: Verdict): Edit {
  return { type: 'spam', id: newId(), at, author: 'eve', verdict }
}

export function objected(at: number): Edit {
  return { type: 'objection', id: newId(), at, author: 'eve', note: 'by phone' }
}

export function undone(at: number, of: { id: string }): Edit {
  return { type: 'undo', id: newId(), at, author: 'bob', of: of.id }
}

/** Ten points for each page that never fade, but for what is said. */
export function rule(more: Partial<Rule> = {}): Rule {
  const label = { en: 'A rule', fr: 'Une règle' }
  return { id: 'rule', label, group: 'all', when: { event: 'page' }, points: 10, repeat: 'always', ...more }
}

/** Points for a track event with the name of the rule. */
export function ruleFor(name: string, points: number, more: Partial<Rule> = {}): Rule {
  return rule({ id: name, when: { event: 'track', name: [name] }, points, ...more })
}

export function fitRule(trait: string, is: string[], points: number): FitRule {
  return { id: trait, label: { en: trait, fr: trait }, when: { trait, is }, points }
}

/** These rules and nothing else, in one group that holds nothing back. */
export function rulesOf(rules: Rule[], more: Partial<Ruleset> = {}): Ruleset {
  const ids = [...new Set(rules.map(({ group }) => group))]
  const groups = ids.map((id) => ({ id, label: { en: id, fr: id }, cap: 10_000 }))
  return { ...defaultRuleset(), groups, rules, fit: [], spam: [], ...more }
}

/** Of the default ruleset only these engagement rules, and no fit. */
export function defaultRules(...ids: string[]): Ruleset {
  const ruleset = defaultRuleset()
  return { ...ruleset, rules: ruleset.rules.filter(({ id }) => ids.includes(id)), fit: [] }
}

export function engagementOf(history: HistoryEvent[], ruleset: Ruleset, t = TODAY): number {
  return scoreLead(history, ruleset, t).engagement
}

/** The stages of a lead in turn, each with the days since `from`. */
export function stepsOf(lead: LeadScore, from: number): [string, number][] {
  return lead.stage.changes.map(({ stage, at }) => [stage, (at - from) / DAY])
}

/** The default ruleset with every rule switched on, and something in the lists. */
export function everyDefaultRule(): Ruleset {
  const ruleset = defaultRuleset()
  return {
    ...ruleset,
    timeZone: 'Europe/Paris',
    rules: ruleset.rules.map(({ off, ...each }) => each),
    lists: { sectors: ['industry'], sizes: ['11-50'], regions: ['France'], competitors: ['rival.example'] },
  }
}

const REPEATS: Repeat[] = ['always', 'once', 'session', 'day', 'week', 'object', 'objectDay', { days: 5 }]
export const NAMES = ['a', 'b', 'c', 'd', 'e']

/** Rulesets whose rules each answer to one track event of their own, with points of both signs and every repeat policy. */
export const anyRuleset: fc.Arbitrary<Ruleset> = fc
  .record({
    rules: fc.tuple(
      ...NAMES.map((name) =>
        fc.record({
          id: fc.constant(name),
          points: fc.integer({ min: -30, max: 60 }).filter((points) => points !== 0),
          repeat: fc.constantFrom(...REPEATS),
          cap: fc.constantFrom(undefined, 15, 40),
          halfLifeDays: fc.constantFrom(undefined, 3, 14, 30, 90),
          group: fc.constantFrom('left', 'right'),
          decision: fc.constantFrom(undefined, undefined, undefined, true as const),
        }),
      ),
    ),
    caps: fc.tuple(fc.constantFrom(20, 45, 90), fc.constantFrom(20, 70)),
    title: fc.integer({ min: -15, max: 25 }),
    company: fc.integer({ min: -15, max: 25 }),
  })
  .map(({ rules, caps, title, company }) => ({
    ...defaultRuleset(),
    groups: [
      { id: 'left', label: { en: 'Left', fr: 'Gauche' }, cap: caps[0] },
      { id: 'right', label: { en: 'Right', fr: 'Droite' }, cap: caps[1] },
    ],
    rules: rules.map(({ id, points, cap, halfLifeDays, decision, ...more }) => ({
      ...ruleFor(id, points, more),
      ...(cap && { cap }),
      ...(halfLifeDays && { halfLifeDays }),
      ...(decision && { decision }),
    })),
    fit: [fitRule('title', ['director'], title), fitRule('company', ['Analytical'], company)],
  }))

const PATHS = ['/', '/pricing', '/blog/a', '/blog/b', '/case-studies/c', '/demo', '/careers', '/fr/tarifs', '/about']
const FORMS = ['demo request', 'contact', 'newsletter', 'guide']
const FIELDS: Record<string, string>[] = [
  {},
  { email: 'ada@analytical.example', firstName: 'Ada', company: 'Analytical' },
  { email: 'ada@gmail.com', title: 'Director', phone: '0123456789' },
  { email: 'bob@rival.example' },
  { email: 'eve@mailinator.com', firstName: 'azerty' },
]
const TRACKS = [...NAMES, 'File Downloaded', 'Email Opened', 'Email Link Clicked', 'Unsubscribed', 'Webinar Attended']
const CAMPAIGNS = ['guide', 'case study', 'white paper']
const EDITS: Record<string, string | null>[] = [
  { title: 'director' },
  { title: null },
  { company: 'Analytical' },
  { firstName: 'Ada' },
]

/** Up to 24 events of all kinds in the `days` before TODAY, many of them at the same instant, ids in no order of time. */
export function anyHistory(days = 60): fc.Arbitrary<HistoryEvent[]> {
  const event = fc.record({
    kind: fc.constantFrom(
      'page',
      'page',
      'page',
      'engage',
      'form',
      'identify',
      'track',
      'track',
      'track',
      'traits',
      'stage',
      'spam',
      'undo',
    ),
    minutes: fc.oneof(
      fc.integer({ min: 0, max: days * 24 * 60 }),
      fc.constantFrom(0, 10, 20, 29, 30, 31, 1440, 10_080),
    ),
    order: fc.integer({ min: 100, max: 999 }),
    which: fc.nat(999),
  })
  return fc.array(event, { maxLength: 24 }).map((events) => {
    const decisions = events.flatMap(({ kind, order }, index) => {
      return kind === 'stage' || kind === 'spam' ? [{ id: `${order}-${index}` }] : []
    })
    return events.map(({ kind, minutes, order, which }, index): HistoryEvent => {
      const own = { id: `${order}-${index}`, at: TODAY - minutes * MINUTE, visitorId: which % 2 ? 'ada' : 'bob' }
      const pick = <T>(values: readonly T[]) => values[which % values.length] as T
      const properties = { campaign: pick(CAMPAIGNS), href: pick(CAMPAIGNS) }
      if (kind === 'page') return { ...page(own.at, pick(PATHS)), ...own, pageId: `view ${which % 4}` }
      if (kind === 'engage') return { ...engage(own.at, `view ${which % 4}`, which * 200, which % 101), ...own }
      const told = { ...own, delayMs: pick([0, HOUR, 20 * HOUR]) }
      if (kind === 'form') return { ...form(own.at, pick(FORMS), pick(FIELDS)), ...told }
      if (kind === 'identify') {
        const given = identify(own.at, 'ada@analytical.example', { title: 'director' })
        return { ...given, ...told, ...(which % 5 === 0 && { signed: true }) }
      }
      if (kind === 'track') return { ...track(own.at, pick(TRACKS), properties), ...told }
      if (kind === 'traits') return { ...edited(own.at, pick(EDITS)), id: own.id }
      if (kind === 'spam') return { ...judged(own.at, pick(['released', 'confirmed'] as const)), id: own.id }
      if (kind === 'undo') return { ...undone(own.at, pick([...decisions, { id: 'nothing' }])), id: own.id }
      return { ...moved(own.at, pick(['accepted', 'customer', 'lost', 'recycled'] as const)), id: own.id }
    })
  })
}

/** A history of a known person that nobody has moved by hand. */
export function anyLead(days = 60): fc.Arbitrary<HistoryEvent[]> {
  return anyHistory(days).map((history) => [
    { ...identify(TODAY - (days + 1) * DAY, 'ada@analytical.example'), id: 'first' },
    ...history.filter(({ type }) => type !== 'stage'),
  ])
}
