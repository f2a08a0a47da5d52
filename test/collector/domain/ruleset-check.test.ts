import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import type { Ruleset } from '../../../collector/domain/rule.ts'
import { checkRuleset } from '../../../collector/domain/ruleset-check.ts'
import { listenTo, listenToSource, noVocabulary, offered, warningsOf } from '../../../collector/domain/vocabulary.ts'
import { anyRuleset, everyDefaultRule, rule, SEED } from './given.ts'

/** The default rules with one thing changed in them, wherever it is. */
function changed(place: (string | number)[], value: unknown): unknown {
  const ruleset = structuredClone(defaultRuleset()) as unknown as Record<string | number, never>
  const last = place.at(-1) as string | number
  const parent = place.slice(0, -1).reduce((inner, step) => inner[step] as never, ruleset)
  if (value === undefined) delete parent[last]
  else parent[last] = value as never
  return ruleset
}

const told = (place: (string | number)[], value: unknown) =>
  checkRuleset(changed(place, value)).map(({ path, message }) => `${path} ${message}`)

test.each<[string, (string | number)[], unknown, string]>([
  ['points are a number', ['rules', 0, 'points'], '10', 'rules[0].points must be a number'],
  ['points are no fortune', ['rules', 0, 'points'], 1e6, 'rules[0].points must be from -1000 up to 1000'],
  ['a cap is more than nothing', ['rules', 0, 'cap'], 0, 'rules[0].cap must be more than 0 and up to 10000'],
  [
    'a half-life is more than nothing',
    ['rules', 0, 'halfLifeDays'],
    -1,
    'rules[0].halfLifeDays must be more than 0 and up to 3650',
  ],
  ['a rule has an id', ['rules', 0, 'id'], undefined, 'rules[0].id is missing'],
  ['both languages are there', ['rules', 0, 'label', 'fr'], undefined, 'rules[0].label.fr is missing'],
  ['a label says something', ['rules', 0, 'label', 'en'], ' ', 'rules[0].label.en must not be empty'],
  ['a condition asks for something', ['rules', 0, 'when'], {}, 'rules[0].when needs at least one member'],
  [
    'what nobody knows is told',
    ['rules', 0, 'when', 'paths'],
    ['/'],
    'rules[0].when.paths is not known here; did you mean "path"?',
  ],
  ['all of nothing is no condition', ['rules', 0, 'when'], { all: [] }, 'rules[0].when.all needs at least one entry'],
  [
    'what is switched off says so plainly',
    ['rules', 0, 'off'],
    false,
    'rules[0].off can only be true; leave it out otherwise',
  ],
  [
    'a repeat is one of its words',
    ['rules', 0, 'repeat'],
    'daily',
    'rules[0].repeat must be one of always, once, session, day, week, object, objectDay',
  ],
  [
    'a group is one of the groups',
    ['rules', 0, 'group'],
    'discvery',
    'rules[0].group there is no group "discvery"; did you mean "discovery"?',
  ],
  ['ids are given once', ['fit', 0, 'id'], 'pricing', 'fit[0].id "pricing" is the id of rules[6] already'],
  [
    'an SQL is more than an MQL',
    ['thresholds', 'sql', 'score'],
    20,
    'thresholds.sql.score must be more than the 20 of an MQL',
  ],
  ['a time zone exists', ['timeZone'], 'Mars/Olympus', 'timeZone is not a time zone, such as Europe/Paris'],
  ['lists are lists', ['lists', 'sectors'], 'Food', 'lists.sectors must be a list'],
  [
    'a list is one of four',
    ['fit', 1, 'when', 'list'],
    'sector',
    'fit[1].when.list must be one of sectors, sizes, regions, competitors',
  ],
  ['no character is lost', ['rules', 0, 'label', 'en'], 'a\0b', 'rules[0].label.en has characters that cannot be kept'],
])('%s', (_, place, value, expected) => {
  expect(told(place, value)).toEqual([expected])
})

test('everything that is wrong is told at once, each with its place', () => {
  const ruleset = changed(['rules', 0, 'points'], null) as Ruleset
  const faults = checkRuleset({ ...ruleset, groups: [], extra: 1 })
  expect(faults.map(({ pointer, code }) => [pointer, code])).toEqual([
    ['/groups', 'empty'],
    ['/rules/0/points', 'type'],
    ['/extra', 'unknown'],
  ])
})

test('every ruleset that the tests make up is one', () => {
  expect(checkRuleset(everyDefaultRule())).toEqual([])
  fc.assert(
    fc.property(anyRuleset, (ruleset) => {
      expect(checkRuleset(JSON.parse(JSON.stringify(ruleset)))).toEqual([])
    }),
    { seed: SEED, numRuns: 50 },
  )
})

test('whatever value it is given, it answers with faults', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(checkRuleset(value).length).toBeGreaterThan(0)
    }),
    { seed: SEED, numRuns: 300 },
  )
})

test('a rule is pointed out only where none of what it asks for occurs, with what is like it', () => {
  const vocabulary = noVocabulary()
  for (const path of ['/', '/pricing', '/fr/tarifs', '/blog/prices-of-2026']) vocabulary.path.set(path, 3)
  vocabulary.form.set('Demo request', 1)
  vocabulary.field.set('email', 1)
  const warned = (when: Parameters<typeof rule>[0]) => warningsOf([rule(when)], vocabulary)
  expect(warned({ when: { path: ['/prix*', '/tarif*', '*/tarif*'] } })).toEqual([])
  expect(warned({ when: { not: { path: ['/never'] } } })).toEqual([])
  expect(warned({ when: { any: [{ path: ['/never'] }, { form: ['*demo*'] }] } })).toEqual([])
  expect(warned({ when: { path: ['/price*'] } })).toMatchObject([{ rule: 'rule', what: 'path', asked: ['/price*'] }])
  expect(warned({ when: { path: ['/price'] } })[0]?.occurs).toContain('/pricing')
  expect(warned({ when: { all: [{ form: ['*demo*'] }, { field: { mail: ['*'] } }] } })).toEqual([
    { rule: 'rule', what: 'field', asked: ['mail'], occurs: ['email'] },
  ])
})

test('what occurs is offered most frequent first, at most 50 of a kind, and no value of a field or secret parameter', () => {
  const vocabulary = noVocabulary()
  const see = (url: string, referrer?: string) => {
    const event = { visitorId: 'ada', id: url, type: 'page' as const, at: 0, pageId: url, url, referrer }
    listenTo(vocabulary, event)
    listenToSource(vocabulary, event)
  }
  for (let i = 0; i < 60; i++) see(`https://acme.example/page-${String(i).padStart(2, '0')}`)
  see('https://acme.example/pricing?utm_source=news&token=ada', 'https://www.google.com/search')
  see('https://acme.example/Pricing/', 'https://acme.example/blog')
  const fields = { email: 'ada@example.com' }
  listenTo(vocabulary, {
    visitorId: 'ada',
    id: 'f',
    type: 'form',
    at: 0,
    url: 'https://acme.example/',
    form: 'demo',
    fields,
  })
  const { path, ...others } = offered(vocabulary)
  expect(path).toHaveLength(50)
  expect(path.slice(0, 2)).toEqual(['/pricing', '/'])
  expect(others).toMatchObject({
    query: ['token', 'utm_source'],
    utm_source: ['news'],
    referrer: ['https://www.google.com/*'],
    form: ['demo'],
    field: ['email'],
    name: [],
  })
  expect(JSON.stringify(others)).not.toContain('ada')
})
