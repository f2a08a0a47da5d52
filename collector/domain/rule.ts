/**
 * The rule language: what a ruleset may say.
 * A ruleset is one immutable, numbered JSON document per site.
 */

/** A text in both languages of the dashboard. */
export interface Text {
  en: string
  fr: string
}

export interface Ruleset {
  /** IANA name; days and ISO weeks of repeat policies are counted in it. */
  timeZone: string
  groups: Group[]
  rules: Rule[]
  fit: FitRule[]
  spam: SpamRule[]
  thresholds: { mql: Threshold; sql: Threshold }
  /** What the fit rules compare with: edited by the marketer, asked for at first run. */
  lists: Lists
  /** How many SQLs a week the salespeople can take. */
  capacity?: number
}

export interface Group {
  id: string
  label: Text
  /** The faded sum of the group's rules is held within ±cap. */
  cap: number
}

/** Lowest score and lowest fit of a stage. */
export interface Threshold {
  score: number
  fit: number
}

export interface Lists {
  sectors: string[]
  sizes: string[]
  regions: string[]
  competitors: string[]
}

/** What an event is worth. */
export interface Rule {
  id: string
  label: Text
  group: string
  when: Condition
  points: number
  repeat: Repeat
  /** The faded sum of the hits is held within ±cap. */
  cap?: number
  /** No half-life: never fades. */
  halfLifeDays?: number
  /** A hit makes the lead an SQL at once. */
  decision?: true
  /** Shipped switched off, because nothing sends its events yet. */
  off?: true
}

/** Which hits count. The first by `(at, id)` is the one that counts. `{ days: n }`: n days since the last counted hit. */
export type Repeat = 'always' | 'once' | 'session' | 'day' | 'week' | 'object' | 'objectDay' | { days: number }

export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | Test

/** Every member given must hold. Texts are globs, compared without regard to case: `*` stands for any run of characters. */
export interface Test {
  event?: 'page' | 'engage' | 'form' | 'identify' | 'track'
  path?: string[]
  title?: string[]
  referrer?: string[]
  /** Parameters of the page's query, campaign fields (`utm_source` …) among them. */
  query?: Record<string, string[]>
  form?: string[]
  /** Fields of a form. */
  field?: Record<string, string[]>
  /** The name of a track event. */
  name?: string[]
  property?: Record<string, string[]>
  /** Properties of a track event that are at least so much. */
  propertyAtLeast?: Record<string, number>
  /** At least so many seconds of the page view were looked at. With `event: 'engage'`. */
  engagedSeconds?: number
  /** At least so many per cent of the page were seen. With `event: 'engage'`. */
  scrollDepth?: number
  /** The event opened a session. */
  sessionStart?: true
  /** So many sessions began in the days up to the event: five visits are less than fifteen. */
  sessionsInDays?: { days: number; atLeast: number; atMost?: number }
  pagesInSession?: number
  /** At least so many days since the session before ended. */
  daysSincePreviousSession?: number
}

/** What somebody is, is worth. Fit never fades. */
export interface FitRule {
  id: string
  label: Text
  when: TraitCondition
  points: number
  /** Worth its points once for each unit of this number. */
  each?: 'optionalFields'
  cap?: number
  off?: true
}

export type TraitCondition = { all: TraitCondition[] } | { any: TraitCondition[] } | { not: TraitCondition } | TraitTest

export interface TraitTest {
  trait: string
  /** Equal to one of these. */
  is?: string[]
  /** Has one of these words or phrases in it. */
  contains?: string[]
  /** Has an entry of this list in it, word for word. */
  list?: keyof Lists
  /** A number that is at least, or at most, so much. */
  atLeast?: number
  atMost?: number
}

export interface SpamRule {
  id: 'noCapital' | 'keyboardRun' | 'disposable' | 'linkInName' | 'hasty' | 'trapped'
  label: Text
  points: number
  off?: true
}
