/** Whether an event, or a set of traits, answers to a rule. */
import { globsOf } from './glob.ts'
import type { Condition, Lists, Test, TraitCondition } from './rule.ts'

/** One event, as a rule may look at it. */
export interface Facts {
  event: 'page' | 'engage' | 'form' | 'identify' | 'track'
  path: string
  query: Map<string, string>
  title: string
  referrer: string
  form: string
  fields: Record<string, string>
  name: string
  properties: Record<string, unknown>
  visibleMs: number
  scrollDepth: number
  sessionStart: boolean
  pagesInSession: number
  sessionsWithin(days: number): number
  daysSincePreviousSession: number
}

export type Matcher = (facts: Facts) => boolean

/** What a test looks at. Some of it many events have in common, and is asked once for all of them (`prepared.ts`). */
export type Aspect = 'event' | 'address' | 'title' | 'referrer' | 'form' | 'name' | 'content' | 'reading' | 'moment'

/** A condition ready to be asked of a million events. */
export type Question =
  | { all: Question[] }
  | { any: Question[] }
  | { not: Question }
  | { aspect: Aspect; matches: Matcher }

export function questionOf(condition: Condition): Question {
  if ('all' in condition) return { all: condition.all.map(questionOf) }
  if ('any' in condition) return { any: condition.any.map(questionOf) }
  if ('not' in condition) return { not: questionOf(condition.not) }
  return { all: testsOf(condition) }
}

/**
 * Asks whatever is about these aspects of the facts.
 * @returns the answer, or what is still to be asked of events that are alike in them
 */
export function narrow(question: Question, facts: Facts, aspects: ReadonlySet<Aspect>): boolean | Matcher {
  if ('matches' in question) return aspects.has(question.aspect) ? question.matches(facts) : question.matches
  if ('not' in question) {
    const part = narrow(question.not, facts, aspects)
    return typeof part === 'boolean' ? !part : (facts) => !part(facts)
  }
  const isAll = 'all' in question
  const open: Matcher[] = []
  for (const each of isAll ? question.all : question.any) {
    const part = narrow(each, facts, aspects)
    if (typeof part !== 'boolean') open.push(part)
    else if (part !== isAll) return part
  }
  const [first] = open
  if (first === undefined) return isAll
  if (open.length === 1) return first
  return isAll ? (facts) => open.every((part) => part(facts)) : (facts) => open.some((part) => part(facts))
}

/** Which kinds of events a condition may be met by; null: any. */
export function eventsOf(condition: Condition): ReadonlySet<Facts['event']> | null {
  if ('not' in condition) return null
  if ('any' in condition) {
    const parts = condition.any.map(eventsOf)
    return parts.some((part) => part === null) ? null : new Set(parts.flatMap((part) => [...(part ?? [])]))
  }
  if ('all' in condition) {
    const parts = condition.all.map(eventsOf).filter((part) => part !== null)
    const [first, ...others] = parts
    return first ? new Set([...first].filter((event) => others.every((part) => part.has(event)))) : null
  }
  return condition.event ? new Set([condition.event]) : null
}

/** One for each member that is given. */
function testsOf(test: Test): Question[] {
  const { event, engagedSeconds, scrollDepth, sessionsInDays, pagesInSession, daysSincePreviousSession } = test
  const tests: [Aspect, Matcher | undefined | ''][] = [
    ['event', event && ((facts) => facts.event === event)],
    ['address', test.path && ofText(test.path, (facts) => facts.path)],
    ['title', test.title && ofText(test.title, (facts) => facts.title)],
    ['referrer', test.referrer && ofText(test.referrer, (facts) => facts.referrer)],
    ['form', test.form && ofText(test.form, (facts) => facts.form)],
    ['name', test.name && ofText(test.name, (facts) => facts.name)],
    ['address', test.query && ofEach(test.query, ({ query }, key) => query.get(key))],
    [
      'content',
      test.field && ofEach(test.field, ({ fields }, key) => (Object.hasOwn(fields, key) ? fields[key] : undefined)),
    ],
    ['content', test.property && ofEach(test.property, propertyOf)],
    ...Object.entries(test.propertyAtLeast ?? {}).map(([key, least]): [Aspect, Matcher] => {
      return ['content', (facts) => Number(propertyOf(facts, key) ?? Number.NaN) >= least]
    }),
    ['reading', engagedSeconds === undefined ? undefined : (facts) => facts.visibleMs >= engagedSeconds * 1000],
    ['reading', scrollDepth === undefined ? undefined : (facts) => facts.scrollDepth >= scrollDepth],
    ['moment', test.sessionStart && ((facts) => facts.sessionStart)],
    ['moment', sessionsInDays && ((facts) => isWithin(facts.sessionsWithin(sessionsInDays.days), sessionsInDays))],
    ['moment', pagesInSession === undefined ? undefined : (facts) => facts.pagesInSession >= pagesInSession],
    [
      'moment',
      daysSincePreviousSession === undefined
        ? undefined
        : (facts) => facts.daysSincePreviousSession >= daysSincePreviousSession,
    ],
  ]
  return tests.flatMap(([aspect, matches]) => (matches ? [{ aspect, matches }] : []))
}

function ofText(globs: string[], textOf: (facts: Facts) => string): Matcher {
  const isMatch = globsOf(globs)
  return (facts) => isMatch(textOf(facts))
}

function ofEach(wanted: Record<string, string[]>, textOf: (facts: Facts, key: string) => unknown): Matcher {
  const parts = Object.entries(wanted).map(([key, globs]): Matcher => {
    const isMatch = globsOf(globs)
    return (facts) => {
      const value = textOf(facts, key)
      return value !== undefined && value !== null && isMatch(String(value))
    }
  })
  return (facts) => parts.every((part) => part(facts))
}

function propertyOf({ properties }: Facts, key: string): unknown {
  return Object.hasOwn(properties, key) ? properties[key] : undefined
}

/** Traits as fit rules see them: declared, signed, edited and derived ones side by side. */
export type TraitValues = Record<string, string | number>

export function fitMatches(condition: TraitCondition, traits: TraitValues, lists: Lists): boolean {
  if ('all' in condition) return condition.all.every((part) => fitMatches(part, traits, lists))
  if ('any' in condition) return condition.any.some((part) => fitMatches(part, traits, lists))
  if ('not' in condition) return !fitMatches(condition.not, traits, lists)
  const value = Object.hasOwn(traits, condition.trait) ? traits[condition.trait] : undefined
  if (value === undefined || value === '') return false
  const { is, contains, list, atLeast, atMost } = condition
  if ((atLeast !== undefined || atMost !== undefined) && !isWithin(numberIn(value), condition)) return false
  if (!is && !contains && !list) return true
  const text = plain(String(value))
  if (is?.some((wanted) => plain(wanted) === text)) return true
  const phrases = [...(contains ?? []), ...(list ? lists[list] : [])]
  return phrases.some((phrase) => hasPhrase(text, plain(phrase)))
}

/** Lower case, without accents, runs of blanks as one. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}

function isWithin(value: number, { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }): boolean {
  return value >= atLeast && value <= atMost
}

/** The first number in a text, as people write it: "about 1,200", "1 200 salariés"; none is never within anything. */
function numberIn(value: string | number): number {
  const digits = String(value).match(/\d+([ .,\u00a0\u202f]\d{3})*/)?.[0]
  return digits === undefined ? Number.NaN : Number(digits.replace(/\D/g, ''))
}

function hasPhrase(text: string, phrase: string): boolean {
  if (phrase === '') return false
  for (let i = text.indexOf(phrase); i >= 0; i = text.indexOf(phrase, i + 1)) {
    if (!isWordAt(text, i - 1) && !isWordAt(text, i + phrase.length)) return true
  }
  return false
}

function isWordAt(text: string, index: number): boolean {
  return /[\p{L}\p{N}]/u.test(text.charAt(index))
}
