/** A ruleset made ready to be asked of many events: prepared once, kept as long as the ruleset. */
import { type Aspect, eventsOf, type Facts, type Matcher, narrow, type Question, questionOf } from './match.ts'
import type { Condition, Group, Rule, Ruleset, Test } from './rule.ts'

export interface Prepared {
  /** The rules that an event of each kind may answer to. */
  byEvent: Record<Facts['event'], PreparedRule[]>
  /** Of those, what is known by what an event is about. */
  candidates: Record<Facts['event'], Map<string, Candidate[]>>
  /** By rule id. */
  rules: Map<string, { rule: Rule; group: Group }>
  /** In the order of the ruleset. */
  groups: { group: Group; rules: Rule[] }[]
  /** How many days back rules look for sessions, and how many of them tell all they ask. */
  sessionsAsked: { days: number; most: number }
}

export interface PreparedRule {
  rule: Rule
  question: Question
}

/** A rule that an event may answer to. */
export interface Candidate {
  rule: Rule
  /** What is still to be asked of it; null: it does answer. */
  matches: Matcher | null
}

/** What is asked once of all events that are about the same page, form or name, the rest of each. */
const IN_COMMON: Record<Facts['event'], ReadonlySet<Aspect>> = {
  page: new Set(['event', 'address', 'form', 'name', 'content', 'reading']),
  engage: new Set(['event', 'address', 'form', 'name', 'content']),
  form: new Set(['event', 'title', 'referrer', 'form', 'name', 'reading']),
  identify: new Set(['event', 'address', 'title', 'referrer', 'form', 'name', 'content', 'reading']),
  track: new Set(['event', 'title', 'referrer', 'form', 'name', 'reading']),
}

/** @param about the address of a page, the name of a form or of what is tracked */
export function candidatesFor(ruleset: Ruleset, facts: Facts, about: string): Candidate[] {
  const { byEvent, candidates } = prepare(ruleset)
  const known = candidates[facts.event].get(about)
  if (known) return known
  const found = byEvent[facts.event].flatMap(({ rule, question }): Candidate[] => {
    const answer = narrow(question, facts, IN_COMMON[facts.event])
    return answer === false ? [] : [{ rule, matches: answer === true ? null : answer }]
  })
  if (candidates[facts.event].size >= MOST_REMEMBERED) candidates[facts.event].clear()
  if (about.length <= LONGEST_REMEMBERED) candidates[facts.event].set(about, found)
  return found
}

const MOST_REMEMBERED = 10_000
const LONGEST_REMEMBERED = 500

export function prepare(ruleset: Ruleset): Prepared {
  const known = prepared.get(ruleset)
  if (known) return known
  const groups = new Map(ruleset.groups.map((group) => [group.id, group]))
  const byEvent: Prepared['byEvent'] = { page: [], engage: [], form: [], identify: [], track: [] }
  for (const rule of ruleset.rules.filter(({ off }) => !off)) {
    const events = eventsOf(rule.when)
    const question = questionOf(rule.when)
    for (const [event, rules] of Object.entries(byEvent)) {
      if (!events || events.has(event as Facts['event'])) rules.push({ rule, question })
    }
  }
  const rules = ruleset.rules.flatMap((rule) => {
    const group = groups.get(rule.group)
    return group ? [[rule.id, { rule, group }] as const] : []
  })
  const inGroups = ruleset.groups.map((group) => {
    return { group, rules: ruleset.rules.filter((rule) => rule.group === group.id) }
  })
  const candidates = { page: new Map(), engage: new Map(), form: new Map(), identify: new Map(), track: new Map() }
  const made = { byEvent, candidates, rules: new Map(rules), groups: inGroups, sessionsAsked: sessionsAskedBy(ruleset) }
  prepared.set(ruleset, made)
  return made
}

const prepared = new WeakMap<Ruleset, Prepared>()

function sessionsAskedBy({ rules }: Ruleset): Prepared['sessionsAsked'] {
  const asked = rules.flatMap(({ when }) => testsIn(when)).flatMap(({ sessionsInDays }) => sessionsInDays ?? [])
  return {
    days: Math.max(0, ...asked.map(({ days }) => days)),
    most: Math.max(1, ...asked.map(({ atLeast, atMost = 0 }) => Math.ceil(Math.max(atLeast, atMost + 1)))),
  }
}

function testsIn(condition: Condition): Test[] {
  if ('all' in condition) return condition.all.flatMap(testsIn)
  if ('any' in condition) return condition.any.flatMap(testsIn)
  return 'not' in condition ? testsIn(condition.not) : [condition]
}
