/** What does occur on a site: paths, forms, fields, events by their names, sources; and which rules ask for what never does. */

import { globsOf } from './glob.ts'
import type { HistoryEvent } from './history.ts'
import { addressOf, pathOf } from './location.ts'
import { nearestTo } from './nearest.ts'
import type { Condition, Rule, Test } from './rule.ts'

/** What rules are warned about. */
const ASKED = ['path', 'form', 'field', 'name', 'property', 'query'] as const
type Asked = (typeof ASKED)[number]
/** Values of other parameters may be anybody's secrets, and those of fields are. */
const CAMPAIGN = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const
const KINDS = [...ASKED, 'referrer', ...CAMPAIGN] as const
type Kind = (typeof KINDS)[number]

/** How often each word occurred, by what kind of word it is. */
export type Vocabulary = Record<Kind, Map<string, number>>

/** A rule that can match nothing, because none of what it asks for ever occurred. */
export interface Warning {
  rule: string
  what: Asked
  asked: string[]
  /** What does occur and is most like it. */
  occurs: string[]
}

/** A site of more pages than this may have the one asked for: nothing is said of its paths then. */
const MOST_WORDS = 20_000
const MOST_NEAREST = 5
/** Who types finds a word among so many; of a longer one nothing would be seen. */
const MOST_OFFERED = 50
const LONGEST_OFFERED = 200

export function noVocabulary(): Vocabulary {
  return Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as unknown as Vocabulary
}

export function listenTo(vocabulary: Vocabulary, event: HistoryEvent): void {
  if ('url' in event) {
    add(vocabulary.path, pathOf(event.url))
    for (const name of addressOf(event.url)?.query.keys() ?? []) add(vocabulary.query, name)
  }
  if (event.type === 'form') {
    add(vocabulary.form, event.form)
    for (const name of Object.keys(event.fields)) add(vocabulary.field, name)
  }
  if (event.type === 'track') {
    add(vocabulary.name, event.name)
    for (const name of Object.keys(event.properties ?? {})) add(vocabulary.property, name)
  }
}

/** Where somebody came from. Apart, because it takes twice the time of all the rest, and the newest events tell enough. */
export function listenToSource(vocabulary: Vocabulary, event: HistoryEvent): void {
  if (event.type !== 'page') return
  const { query } = addressOf(event.url) ?? {}
  for (const name of CAMPAIGN) {
    const value = query?.get(name)
    if (value) add(vocabulary[name], value)
  }
  const origin = originOf(event.referrer ?? '')
  if (origin !== '' && !event.url.startsWith(origin)) add(vocabulary.referrer, `${origin}*`)
}

export function addVocabulary(to: Vocabulary, from: Vocabulary): void {
  for (const kind of KINDS) for (const [word, times] of from[kind]) add(to[kind], word, times)
}

/** The most frequent words of each kind, for who types to choose from. */
export function offered(vocabulary: Vocabulary): Record<Kind, string[]> {
  const often = (words: Map<string, number>) =>
    [...words]
      .filter(([word]) => word !== '' && word.length <= LONGEST_OFFERED)
      .sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
      .slice(0, MOST_OFFERED)
      .map(([word]) => word)
  return Object.fromEntries(KINDS.map((kind) => [kind, often(vocabulary[kind])])) as Record<Kind, string[]>
}

/** @param rules those that never matched anything: what has matched can match */
export function warningsOf(rules: readonly Rule[], vocabulary: Vocabulary): Warning[] {
  return rules.flatMap(({ id, when }) => impossibleIn(when, vocabulary).map((what) => ({ rule: id, ...what })))
}

type Impossible = Omit<Warning, 'rule'>

/** What makes a condition impossible; nothing where it may be met. */
function impossibleIn(condition: Condition, vocabulary: Vocabulary): Impossible[] {
  if ('not' in condition) return []
  if ('all' in condition) return condition.all.flatMap((part) => impossibleIn(part, vocabulary))
  if ('any' in condition) {
    const parts = condition.any.map((part) => impossibleIn(part, vocabulary))
    return parts.every((part) => part.length > 0) ? parts.flat() : []
  }
  return ASKED.flatMap((what) => {
    const words = vocabulary[what]
    const asked = askedIn(condition, what)
    if (asked.length === 0 || words.size >= MOST_WORDS) return []
    const isNamed = what === 'path' || what === 'form' || what === 'name'
    const occurs = isNamed ? [...words.keys()].some(globsOf(asked)) : asked.every((word) => words.has(word))
    return occurs ? [] : [{ what, asked, occurs: likely(asked, words) }]
  })
}

/** Of paths, forms and events one must occur, of fields, properties and parameters each. */
function askedIn(test: Test, what: Asked): string[] {
  if (what === 'path' || what === 'form' || what === 'name') return test[what] ?? []
  const byName = what === 'property' ? { ...test.property, ...test.propertyAtLeast } : test[what]
  return Object.keys(byName ?? {})
}

function likely(asked: string[], words: Map<string, number>): string[] {
  const near = asked.flatMap((word) => nearestTo(word, words.keys(), MOST_NEAREST))
  const often = (word: string) => words.get(word) ?? 0
  return nearestTo(asked[0] ?? '', new Set(near), MOST_NEAREST).sort((a, b) => often(b) - often(a))
}

/** `https://www.example.com/` of an address, by its slashes: the door has let in nothing else. */
function originOf(url: string): string {
  return url.slice(0, url.indexOf('/', url.indexOf('//') + 2) + 1)
}

function add(words: Map<string, number>, word: string, times = 1): void {
  const before = words.get(word)
  if (before !== undefined || words.size < MOST_WORDS) words.set(word, (before ?? 0) + times)
}
