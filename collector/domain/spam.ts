import type { FormEvent } from '../../tracker/protocol.ts'
import type { Verdict } from './history.ts'
import type { TraitValues } from './match.ts'
import type { Ruleset, SpamRule } from './rule.ts'
import { nameOf, type Traits, traitOf } from './traits.ts'
import { isTypedAtRandom } from './typing.ts'

/** From here on a lead is quarantined: kept, shown in its own list, not ranked. No sign reaches it alone but a filled trap. */
const QUARANTINE = 60

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

/**
 * The spam rules that hold: 0…100 points together, apart from every other score.
 * @param values `traitValues` of the same traits, which take their time
 */
export function spamRules(ruleset: Ruleset, traits: Traits, values: TraitValues, forms: FormSigns): SpamRule[] {
  const signs = { ...forms, ...signsOf(traits, values) }
  return ruleset.spam.filter((rule) => !rule.off && signs[rule.id])
}

export function spamPoints(rules: SpamRule[]): number {
  return Math.min(
    100,
    rules.reduce((sum, rule) => sum + rule.points, 0),
  )
}

/** A person's word stands against any sign, earlier or later. */
export function isQuarantined(spam: number, verdict: Verdict | null): boolean {
  return verdict === null ? spam >= QUARANTINE : verdict === 'confirmed'
}

function signsOf(traits: Traits, values: TraitValues) {
  const name = nameOf(traits) ?? ''
  const company = traitOf(traits, 'company') ?? ''
  const names = ['name', 'firstName', 'lastName'].map((field) => traitOf(traits, field) ?? '')
  return {
    noCapital: name !== '' && company !== '' && hasNoCapital(name) && hasNoCapital(company),
    keyboardRun: [...names, company].some((text) => !hasLink(text) && isTypedAtRandom(text)),
    disposable: values.emailKind === 'disposable',
    linkInName: names.some(hasLink),
  }
}

/** Only scripts that have capitals can lack them. */
function hasNoCapital(text: string): boolean {
  return /\p{Ll}/u.test(text) && !/\p{Lu}/u.test(text)
}

/** What follows `https` in an address are letters in no language's order: it is one sign, not two. */
function hasLink(text: string): boolean {
  return /:\/\/|\bwww\.|\b[a-z0-9-]+\.[a-z]{2,}\//i.test(text)
}
