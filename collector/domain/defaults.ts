import { RULES } from './default-engagement.ts'
import { FIT_RULES, SPAM_RULES } from './default-fit.ts'
import type { Group, Ruleset } from './rule.ts'

/** The ruleset that a new site starts with: for companies that sell to companies, with the usual English and French paths. */
export function defaultRuleset(): Ruleset {
  return {
    timeZone: 'UTC',
    groups: GROUPS,
    rules: RULES,
    fit: FIT_RULES,
    spam: SPAM_RULES,
    thresholds: { mql: { score: 20, fit: -6 }, sql: { score: 50, fit: 0 } },
    lists: { sectors: [], sizes: [], regions: [], competitors: [] },
  }
}

export const GROUPS: Group[] = [
  { id: 'discovery', label: { en: 'Discovery', fr: 'Découverte' }, cap: 15 },
  { id: 'return', label: { en: 'Return', fr: 'Retour' }, cap: 20 },
  { id: 'evaluation', label: { en: 'Evaluation', fr: 'Évaluation' }, cap: 45 },
  { id: 'decision', label: { en: 'Decision', fr: 'Décision' }, cap: 70 },
  { id: 'email', label: { en: 'E-mail', fr: 'E-mail' }, cap: 15 },
  { id: 'social', label: { en: 'Social networks', fr: 'Réseaux sociaux' }, cap: 10 },
  { id: 'negative', label: { en: 'Negative signs', fr: 'Signaux négatifs' }, cap: 40 },
]
