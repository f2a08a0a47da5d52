import type { FormEvent } from '../../tracker/protocol.ts'
import type { Ruleset, SpamRule } from './rule.ts'
import { nameOf, type Traits, traitOf, traitValues } from './traits.ts'

/** From here on a lead is quarantined: kept, shown in its own list, not ranked. No sign reaches it alone but a filled trap. */
export const QUARANTINE = 60

/** People take longer to fill a form. */
const HASTE = 2000

/** What the forms of a lead gave away so far. */
export interface FormSigns {
  hasty: boolean
  trapped: boolean
}

export function noteForm(signs: FormSigns, form: FormEvent): void {
  if (form.filledMs !== undefined && form.filledMs < HASTE) signs.hasty = true
  if (form.trapped) signs.trapped = true
}

/** The spam rules that hold: 0…100 points together, apart from every other score. */
export function spamRules(ruleset: Ruleset, traits: Traits, forms: FormSigns): SpamRule[] {
  const signs = { ...forms, ...signsOf(traits) }
  return ruleset.spam.filter((rule) => signs[rule.id])
}

export function spamPoints(rules: SpamRule[]): number {
  return Math.min(
    100,
    rules.reduce((sum, rule) => sum + rule.points, 0),
  )
}

function signsOf(traits: Traits) {
  const name = nameOf(traits) ?? ''
  const company = traitOf(traits, 'company') ?? ''
  const names = ['name', 'firstName', 'lastName'].map((field) => traitOf(traits, field) ?? '')
  return {
    noCapital: name !== '' && company !== '' && hasNoCapital(name) && hasNoCapital(company),
    keyboardRun: [...names, company].some(hasKeyboardRun),
    disposable: traitValues(traits).emailKind === 'disposable',
    linkInName: names.some((each) => /:\/\/|\bwww\.|\b[a-z0-9-]+\.[a-z]{2,}\//i.test(each)),
  }
}

/** Only scripts that have capitals can lack them. */
function hasNoCapital(text: string): boolean {
  return /\p{Ll}/u.test(text) && !/\p{Lu}/u.test(text)
}

/** Rows of the AZERTY and QWERTY keyboards. */
const ROWS = ['azertyuiop', 'qsdfghjklm', 'wxcvbn', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))]
const RUN_LENGTH = 4

/** Names and words that are a run: *Reza* is *azer* backwards. */
const ORDINARY = new Set(['reza', 'azer', 'wert', 'trew'])

/**
 * Runs of four or more neighbouring letters that make up a word, but for a letter: *qsdfgh*, *asdfasdf*, not *Property*,
 * *Frazer* or *Wertz*, of which four fifths at most are a run.
 */
export function hasKeyboardRun(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  return words.some((word) => !ORDINARY.has(word) && lettersInRuns(word) > 0.8 * word.length)
}

function lettersInRuns(word: string): number {
  let letters = 0
  for (let from = 0; from < word.length; ) {
    const length = runAt(word, from)
    letters += length
    from += Math.max(1, length)
  }
  return letters
}

/** The length of the run that begins here; 0 for less than four letters. */
function runAt(word: string, from: number): number {
  let to = from
  while (to < word.length && RUNS.some((row) => row.includes(word.slice(from, to + 1)))) to += 1
  return to - from < RUN_LENGTH ? 0 : to - from
}
