import { expect, test } from 'vitest'
import type { Rule, Ruleset } from '../../dashboard/api.ts'
import { differencesOf } from '../../dashboard/rules-difference.ts'
import { isEqual, withAt } from '../../dashboard/rules-draft.ts'
import { mergeOf } from '../../dashboard/rules-merge.ts'
import { fitSentence, idFor, partsOf, ruleSentence } from '../../dashboard/rules-sentence.ts'
import { dictionary } from '../../dashboard/words.ts'

const { en, fr } = dictionary

const pricing: Rule = {
  id: 'pricing',
  label: { en: 'Read the price page', fr: 'A lu la page Tarifs' },
  group: 'evaluation',
  when: { event: 'page', path: ['/pricing*', '*/pricing*', '/tarifs*', '*/tarifs*'] },
  points: 10,
  repeat: 'day',
  cap: 30,
  halfLifeDays: 14,
}
const title = {
  id: 'chief',
  label: { en: 'Decision-maker', fr: 'Décideur' },
  when: { trait: 'title', contains: ['ceo', 'pdg'] },
  points: 15,
}
const rules: Ruleset = {
  timeZone: 'Europe/Paris',
  groups: [{ id: 'evaluation', label: { en: 'Evaluation', fr: 'Évaluation' }, cap: 45 }],
  rules: [pricing],
  fit: [title],
  spam: [],
  thresholds: { mql: { score: 20, fit: -6 }, sql: { score: 50, fit: 0 } },
  lists: { sectors: [], sizes: [], regions: [], competitors: [] },
}

test('a rule is one sentence, in both languages', () => {
  expect(ruleSentence(pricing, en)).toBe(
    'Sees a page at /pricing* or /tarifs*; counts once a day; 30 points at most; half is gone after 14 days.',
  )
  expect(ruleSentence(pricing, fr)).toBe(
    'Voit une page à l’adresse /pricing* ou /tarifs* ; compte une fois par jour ; 30 points au plus ; la moitié s’efface en 14 jours.',
  )
  expect(fitSentence({ ...title, cap: 6 }, en)).toBe('Job title has ceo or pdg in it; 6 points at most.')
})

test('a condition of conditions is said whole', () => {
  const when: Rule['when'] = {
    all: [
      { event: 'form', form: ['*demo*'], field: { budget: ['high'] } },
      { any: [{ query: { utm_source: ['ads'] } }, { sessionsInDays: { days: 7, atLeast: 2, atMost: 5 } }] },
      { not: { path: ['/jobs*'] } },
    ],
  }
  const rule: Rule = { ...pricing, when, repeat: { days: 30 }, cap: undefined, halfLifeDays: undefined, decision: true }
  expect(ruleSentence(rule, en)).toBe(
    'Sends a form named *demo* with budget = high, with utm_source = ads in the address or with at least 2 sessions ' +
      'within 7 days (5 at most), but not: at /jobs*; counts once in 30 days; never fades; makes an SQL at once.',
  )
  expect(partsOf(when, en, ['when']).map(({ place, kind }) => `${place.join('.')} ${kind}`)).toEqual([
    'when.all.0.form lines',
    'when.all.0.field.budget lines',
    'when.all.1.any.0.query.utm_source lines',
    'when.all.1.any.1.sessionsInDays.days number',
    'when.all.1.any.1.sessionsInDays.atLeast number',
    'when.all.1.any.1.sessionsInDays.atMost number',
    'when.all.2.not.path lines',
  ])
})

test('a sentence says who does it, what joins its parts, and what is only there, in both languages', () => {
  const said = (when: Rule['when']) =>
    [en, fr].map((words) => ruleSentence({ ...pricing, when, cap: undefined, halfLifeDays: undefined }, words))
  expect(said({ sessionStart: true, pagesInSession: 8 })).toEqual([
    'Does anything that begins a session at page 8 of a session or further; counts once a day; never fades.',
    'Fait quoi que ce soit qui ouvre une session à la page 8 d’une session ou plus loin ; compte une fois par jour ; ne s’efface jamais.',
  ])
  expect(
    said({ any: [{ all: [{ event: 'form', field: { phone: ['*'] } }, { path: ['/a'] }] }, { event: 'identify' }] }),
  ).toEqual([
    '(Sends a form with any phone, at /a) or says who they are; counts once a day; never fades.',
    '(Envoie un formulaire avec phone, quelle qu’en soit la valeur, à l’adresse /a) ou dit qui il est ; compte une fois par jour ; ne s’efface jamais.',
  ])
  expect(said({ not: { event: 'page' } })[0]).toBe(
    'Does anything, but not: sees a page; counts once a day; never fades.',
  )
  const both = { all: [{ trait: 'title' }, { not: { trait: 'country', is: ['FR'], list: 'regions' as const } }] }
  expect(fitSentence({ ...title, when: both }, en)).toBe(
    'Job title is known, but not: Country is FR or Country is among your target regions.',
  )
})

test('what two versions differ in is said in words', () => {
  const changes: [(string | number)[], unknown, string][] = [
    [['rules', 0, 'points'], -5, 'Read the price page: points 10 → −5'],
    [['rules', 0, 'off'], true, 'Read the price page: switched off'],
    [['rules', 0, 'halfLifeDays'], undefined, 'Read the price page: half-life (days) 14 → none'],
    [['rules', 0, 'repeat'], 'once', 'Read the price page: how often counts once a day → counts once only'],
    [
      ['rules', 0, 'when', 'path'],
      ['/pricing*'],
      'Read the price page, Pages (addresses): removed */pricing*, /tarifs*, */tarifs*',
    ],
    [['rules', 0], undefined, 'Deleted: Read the price page'],
    [['fit', 0, 'when'], { trait: 'company' }, 'Decision-maker: other conditions'],
    [['fit', 1], { ...title, id: 'vp', label: { en: 'VP', fr: 'VP' } }, 'New: VP'],
    [['groups', 0, 'cap'], 60, 'Evaluation: at most 45 → 60'],
    [['thresholds', 'mql', 'fit'], 0, 'MQL: from fit −6 → 0'],
    [['lists', 'regions'], ['FR'], 'Regions: added FR'],
    [['capacity'], 4, 'Capacity: SQLs a week none → 4'],
    [['rules', 0, 'label', 'fr'], 'Tarifs', 'Wording or order'],
  ]
  for (const [place, value, said] of changes) {
    const after =
      place.length === 2 && place[1] === 1
        ? { ...rules, fit: [...rules.fit, value as typeof title] }
        : withAt(rules, place, value)
    expect(differencesOf(rules, after, en, 'en')).toEqual([said])
  }
  expect(differencesOf(rules, structuredClone(rules), en, 'en')).toEqual([])
})

test('a change at one place leaves the rest, and the former rules, as they were', () => {
  const before = structuredClone(rules)
  const after = withAt(rules, ['rules', 0, 'cap'], undefined)
  expect(after.rules[0]).not.toHaveProperty('cap')
  expect(isEqual(after, rules)).toBe(false)
  expect(isEqual(withAt(after, ['rules', 0, 'cap'], 30), rules)).toBe(true)
  expect(rules).toEqual(before)
})

test('what two people changed comes together: mine where I changed it, theirs elsewhere', () => {
  const other: Rule = { ...pricing, id: 'other' }
  const base = { ...rules, rules: [pricing, other] }
  const mine = { ...base, rules: [{ ...pricing, points: 11, cap: undefined }], capacity: 5 }
  const theirs = {
    ...base,
    timeZone: 'UTC',
    rules: [{ ...pricing, points: 12, halfLifeDays: 7 }, other, { ...pricing, id: 'new' }],
  }
  expect(mergeOf(base, mine, theirs)).toEqual({
    ...rules,
    timeZone: 'UTC',
    rules: [
      { ...pricing, points: 11, cap: undefined, halfLifeDays: 7 },
      { ...pricing, id: 'new' },
    ],
    capacity: 5,
  })
})

test('a new rule gets an id that none has', () => {
  expect(idFor('A lu « Étude »', rules.rules)).toBe('AluEtude')
  expect(idFor('pricing', rules.rules)).toBe('pricing2')
  expect(idFor('2026 fair', rules.rules)).toBe('fair')
  expect(idFor('…', rules.rules)).toBe('rule')
})
