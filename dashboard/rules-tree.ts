// What can be done to a condition: joined to others, turned round, taken apart. Pure.
import type { Condition, TraitCondition } from './api.ts'

/** Of either kind of rule: both combine alike. */
export type AnyCondition = Condition | TraitCondition
export type Combination = 'all' | 'any'
/** One test on events, or on traits. */
export type Test = Exclude<Condition, { all: unknown } | { any: unknown } | { not: unknown }>
export type TraitTest = Extract<TraitCondition, { trait: string }>
export type Event = NonNullable<Test['event']>

/** `{ all: [a, b] }` as its word and its parts; nothing of a condition that stands alone. */
export function combinationOf(condition: AnyCondition): { word: Combination; parts: AnyCondition[] } | undefined {
  if ('all' in condition) return { word: 'all', parts: condition.all }
  if ('any' in condition) return { word: 'any', parts: condition.any }
}

/** A condition and another. What is joined by the same word already gets one part more. */
export function joined(condition: AnyCondition, word: Combination, other: AnyCondition): AnyCondition {
  const known = combinationOf(condition)
  const parts = known?.word === word ? known.parts : [condition]
  return { [word]: [...parts, other] } as AnyCondition
}

/** Without one of its parts; of a single one that is left nothing has to be joined. */
export function withoutPart(condition: AnyCondition, at: number): AnyCondition {
  const known = combinationOf(condition)
  if (!known) return condition
  const [first, ...others] = known.parts.toSpliced(at, 1)
  return first && others.length === 0 ? first : ({ [known.word]: [first, ...others] } as AnyCondition)
}

const SESSION = ['sessionStart', 'sessionsInDays', 'pagesInSession', 'daysSincePreviousSession'] as const
const ADDRESS = ['path', 'query'] as const
const PAGE = [...ADDRESS, 'title', 'referrer'] as const

/** What can be tested of each kind of event: the rest it never has. */
const MEMBERS_OF: Record<Event, readonly Member[]> = {
  page: [...PAGE, ...SESSION],
  engage: [...PAGE, 'engagedSeconds', 'scrollDepth', ...SESSION],
  form: ['form', 'field', ...ADDRESS, ...SESSION],
  identify: SESSION,
  track: ['name', 'property', 'propertyAtLeast', ...ADDRESS, ...SESSION],
}

export type Member = Exclude<keyof Test, 'event'>

/** What a test of such events may ask for, most telling first. */
export function membersOf(event: Event | undefined): Member[] {
  const events = event ? [event] : (Object.keys(MEMBERS_OF) as Event[])
  return [...new Set(events.flatMap((each) => MEMBERS_OF[each]))]
}

export const BY_NAME = ['query', 'field', 'property', 'propertyAtLeast'] as const
type ByName = (typeof BY_NAME)[number]

export function isByName(member: string): member is ByName {
  return (BY_NAME as readonly string[]).includes(member)
}

/** Names to begin with, where something is asked for by its name. */
const NAMES: Record<ByName, string> = {
  query: 'utm_campaign',
  field: 'company',
  property: 'plan',
  propertyAtLeast: 'seconds',
}

/** Lists begin empty: what is to be in them, nobody can guess. */
const FIRST: Record<Exclude<Member, ByName>, unknown> = {
  path: [],
  title: [],
  referrer: [],
  form: [],
  name: [],
  engagedSeconds: 30,
  scrollDepth: 75,
  sessionStart: true,
  sessionsInDays: { days: 30, atLeast: 5 },
  pagesInSession: 5,
  daysSincePreviousSession: 30,
}

/** A test that asks for one thing more, and where in it that stands. */
export function withMember(test: Test, member: Member): { test: Test; at: string[] } {
  if (!isByName(member)) return { test: { ...test, [member]: FIRST[member] }, at: [member] }
  const known: Record<string, unknown> = test[member] ?? {}
  const name = freeName(NAMES[member], known)
  const first = member === 'propertyAtLeast' ? 1 : []
  return { test: { ...test, [member]: { ...known, [name]: first } }, at: [member, name] }
}

/** A test that no longer asks for it; of the things that are asked for by name, for one. */
export function withoutMember(test: Test, member: Member, name?: string): Test {
  const { [member]: asked, ...rest } = test
  const others = Object.entries(name === undefined ? {} : (asked as object)).filter(([each]) => each !== name)
  return others.length === 0 ? rest : { ...rest, [member]: Object.fromEntries(others) }
}

/** For other events; what these never have goes out. */
export function withEvent(test: Test, event: Event | undefined): Test {
  const { event: _, ...rest } = test
  const fits = membersOf(event) as string[]
  const kept = Object.entries(rest).filter(([member]) => fits.includes(member))
  return { ...(event && { event }), ...Object.fromEntries(kept) }
}

/** The same record with one name changed and the order kept. */
export function renamed<T>(record: Record<string, T>, from: string, to: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name === from ? to : name, value]))
}

function freeName(name: string, known: Record<string, unknown>): string {
  for (let i = 1; ; i++) {
    const free = i === 1 ? name : `${name}${i}`
    if (!Object.hasOwn(known, free)) return free
  }
}
