/** A ruleset made ready to be asked of many events: prepared once, kept as long as the ruleset. */
import { eventsOf, type Facts, type Matcher, matcherOf } from './match.ts'
import type { Condition, Group, Rule, Ruleset, Test } from './rule.ts'

export interface Prepared {
  /** The rules that an event of each kind may answer to. */
  byEvent: Record<Facts['event'], PreparedRule[]>
  /** By rule id. */
  rules: Map<string, { rule: Rule; group: Group }>
  /** In the order of the ruleset. */
  groups: { group: Group; rules: Rule[] }[]
  /** How many days back rules look for sessions, and how many of them tell all they ask. */
  sessionsAsked: { days: number; most: number }
}

export interface PreparedRule {
  rule: Rule
  matches: Matcher
}

export function prepare(ruleset: Ruleset): Prepared {
  const known = prepared.get(ruleset)
  if (known) return known
  const groups = new Map(ruleset.groups.map((group) => [group.id, group]))
  const byEvent: Prepared['byEvent'] = { page: [], engage: [], form: [], identify: [], track: [] }
  for (const rule of ruleset.rules.filter(({ off }) => !off)) {
    const events = eventsOf(rule.when)
    const matches = matcherOf(rule.when)
    for (const [event, rules] of Object.entries(byEvent)) {
      if (!events || events.has(event as Facts['event'])) rules.push({ rule, matches })
    }
  }
  const rules = ruleset.rules.flatMap((rule) => {
    const group = groups.get(rule.group)
    return group ? [[rule.id, { rule, group }] as const] : []
  })
  const inGroups = ruleset.groups.map((group) => {
    return { group, rules: ruleset.rules.filter((rule) => rule.group === group.id) }
  })
  const made = { byEvent, rules: new Map(rules), groups: inGroups, sessionsAsked: sessionsAskedBy(ruleset) }
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
