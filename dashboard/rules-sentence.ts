// Rules in words, and the parts of a condition that can be edited. Pure: what is in a draft may be wrong, and is said as it stands.
import type { Condition, FitRule, Rule, TraitCondition } from './api.ts'
import type { Place } from './rules-draft.ts'
import type { AnyCondition, Test, TraitTest } from './rules-tree.ts'
import { termFor, type Words } from './words.ts'

/** Of longer lists the first few say what is meant. */
const MOST_SAID = 3

/** "Sees a page at /pricing* or /tarifs*; counts once a day; 30 points at most; half is gone after 14 days." */
export function ruleSentence(rule: Rule, words: Words): string {
  const { conditions } = words
  return sentence(words, [
    deedText(rule.when, words),
    repeatText(rule.repeat, words),
    rule.cap !== undefined && conditions.cap(String(rule.cap)),
    rule.halfLifeDays === undefined ? conditions.neverFades : conditions.halfLife(String(rule.halfLifeDays)),
    rule.decision && conditions.decision,
  ])
}

export function fitSentence(rule: FitRule, words: Words): string {
  const { conditions } = words
  return sentence(words, [
    joinedText<TraitTest>(rule.when, words, words.conditions.and, traitText),
    rule.each && conditions.each,
    rule.cap !== undefined && conditions.cap(String(rule.cap)),
  ])
}

export function repeatText(repeat: Rule['repeat'], { conditions }: Words): string {
  return typeof repeat === 'string' ? conditions.repeat[repeat] : conditions.everyDays(String(repeat.days))
}

export function traitName(trait: string, words: Words): string {
  return termFor(words.traits.names, trait) ?? termFor(words.conditions.traits, trait) ?? trait
}

function sentence({ conditions }: Words, parts: (string | false | undefined)[]): string {
  const text = `${parts.filter(Boolean).join(conditions.semicolon)}.`
  return text.replace(/\p{L}/u, (first) => first.toUpperCase())
}

/** With what somebody does in front, also where the rule does not say it. */
function deedText(when: Condition, words: Words): string {
  const { anything, not } = words.conditions
  if ('not' in when) return `${anything}, ${not(conditionText(when.not, words))}`
  const text = conditionText(when, words)
  return hasSubject(when) ? text : `${anything} ${text}`
}

/** Whether it begins with what somebody does. */
function hasSubject(condition: Condition): boolean {
  const [first] = 'all' in condition ? condition.all : 'any' in condition ? condition.any : []
  if (first) return hasSubject(first)
  return !('not' in condition) && 'event' in condition
}

function conditionText(condition: Condition, words: Words): string {
  return joinedText<Test>(condition, words, ', ', testText)
}

/** Parts with what joins them; brackets where the ear would join them otherwise. */
function joinedText<T>(
  condition: AnyCondition,
  words: Words,
  and: string,
  textOf: (test: T, words: Words) => string,
): string {
  const { conditions } = words
  const say = (part: AnyCondition) => joinedText(part, words, and, textOf)
  const apart = (part: AnyCondition) => ('all' in part || 'any' in part ? `(${say(part)})` : say(part))
  if ('any' in condition)
    return condition.any.map((part) => ('all' in part ? apart(part) : say(part))).join(conditions.or)
  if ('not' in condition) return conditions.isNot(apart(condition.not))
  if (!('all' in condition)) return textOf(condition as T, words)
  const [first, ...others] = condition.all
  const more = others.map((part) => ('not' in part ? `, ${conditions.not(apart(part.not))}` : and + say(part)))
  return first ? say(first) + more.join('') : '…'
}

function testText(test: Test, words: Words): string {
  const { conditions } = words
  const by = (values: Record<string, string[]> | undefined, say: (name: string, globs: string) => string) =>
    Object.entries(values ?? {}).map(([name, globs]) =>
      globs.length === 1 && globs[0] === '*' ? conditions.has(name) : say(name, listText(globs, words)),
    )
  const several = (globs: string[] | undefined, say: (globs: string) => string) => globs && say(listText(globs, words))
  const number = (value: number | undefined, say: (value: string) => string) => value !== undefined && say(`${value}`)
  const sessions = test.sessionsInDays
  return [
    test.event && conditions.event[test.event],
    several(test.name, conditions.name),
    several(test.form, conditions.form),
    several(test.path && withoutTwins(test.path), conditions.path),
    several(test.title, conditions.title),
    several(test.referrer, conditions.referrer),
    ...by(test.query, conditions.query),
    ...by(test.field, conditions.field),
    ...by(test.property, conditions.property),
    ...Object.entries(test.propertyAtLeast ?? {}).map(([name, least]) => conditions.propertyAtLeast(name, `${least}`)),
    number(test.engagedSeconds, conditions.engagedSeconds),
    number(test.scrollDepth, conditions.scrollDepth),
    test.sessionStart && conditions.sessionStart,
    sessions && conditions.sessionsInDays(`${sessions.atLeast}`, `${sessions.days}`),
    sessions?.atMost !== undefined && conditions.sessionsAtMost(`${sessions.atMost}`),
    number(test.pagesInSession, conditions.pagesInSession),
    number(test.daysSincePreviousSession, conditions.daysSincePreviousSession),
  ]
    .filter(Boolean)
    .join(' ')
}

function traitText({ trait, is, contains, list, atLeast, atMost }: TraitTest, words: Words): string {
  const { conditions } = words
  const name = traitName(trait, words)
  const values = (texts: string[]) =>
    listText(
      texts.map((text) => termFor(words.traits.kinds, text) ?? text),
      words,
    )
  const one = [
    is && conditions.is(name, values(is)),
    contains && conditions.contains(name, listText(contains, words)),
    list && conditions.list(name, conditions.lists[list]),
  ].filter(Boolean)
  const parts = [
    one.join(conditions.or),
    atLeast !== undefined && conditions.atLeast(name, String(atLeast)),
    atMost !== undefined && conditions.atMost(name, String(atMost)),
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(conditions.and) : conditions.known(name)
}

/** Of `/pricing*` and the same after `*`, which are one thing to the reader, the first. */
export function withoutTwins(globs: string[]): string[] {
  return globs.filter((glob) => !(glob.startsWith('*/') && globs.includes(glob.slice(1))))
}

/** "a, b or c", "a, b, c or 5 more" */
export function listText(values: string[], { conditions }: Words): string {
  const said = values.length > MOST_SAID + 1 ? values.slice(0, MOST_SAID) : values
  const last = said.length < values.length ? conditions.others(values.length - said.length) : undefined
  const all = last === undefined ? said : [...said, last]
  return all.length < 2 ? (all[0] ?? '…') : all.slice(0, -1).join(', ') + conditions.or + all.at(-1)
}

/** A part of a condition that is edited in place. */
export interface Part {
  place: Place
  label: string
  kind: 'lines' | 'words' | 'number'
  value: unknown
}

/** Every list and number within a condition, wherever it is nested. */
export function partsOf(condition: Condition | TraitCondition, words: Words, place: Place): Part[] {
  if ('all' in condition) return condition.all.flatMap((part, i) => partsOf(part, words, [...place, 'all', i]))
  if ('any' in condition) return condition.any.flatMap((part, i) => partsOf(part, words, [...place, 'any', i]))
  if ('not' in condition) {
    return partsOf(condition.not, words, [...place, 'not']).map((part) => ({
      ...part,
      label: words.conditions.fields.except(part.label),
    }))
  }
  const { fields } = words.conditions
  const trait = 'trait' in condition ? traitName(condition.trait, words) : ''
  return Object.entries(condition).flatMap(([name, value]): Part[] => {
    const here = [...place, name]
    if (name === 'is' || name === 'contains') return [{ place: here, label: fields[name](trait), kind: 'words', value }]
    if (Array.isArray(value)) return [{ place: here, label: fields[name as 'path'], kind: 'lines', value }]
    if (name === 'query' || name === 'field' || name === 'property' || name === 'propertyAtLeast') {
      const kind = name === 'propertyAtLeast' ? 'number' : 'lines'
      return Object.entries(value as object).map(([key, each]) => {
        return { place: [...here, key], label: fields[name](key), kind, value: each }
      })
    }
    if (name === 'sessionsInDays') {
      return Object.entries(value as object).map(([key, each]) => {
        return { place: [...here, key], label: fields[key as 'days'], kind: 'number', value: each }
      })
    }
    const isFixed = name === 'event' || name === 'sessionStart' || name === 'trait' || name === 'list'
    return isFixed ? [] : [{ place: here, label: fields[name as 'atLeast'], kind: 'number', value }]
  })
}

export const REPEATS = ['always', 'once', 'session', 'day', 'week', 'object', 'objectDay'] as const

/** An id that none of the others has, out of a name. */
export function idFor(name: string, others: { id: string }[]): string {
  const taken = new Set(others.map(({ id }) => id))
  const letters = name
    .normalize('NFD')
    .replace(/[^A-Za-z0-9]+/g, '')
    .replace(/^[0-9]+/, '')
    .slice(0, 30)
  const base = letters || 'rule'
  for (let i = 1; ; i++) {
    const id = i === 1 ? base : `${base}${i}`
    if (!taken.has(id)) return id
  }
}
