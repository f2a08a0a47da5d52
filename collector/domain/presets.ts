import { B2C_FIT, B2C_GROUPS, B2C_RULES } from './b2c-rules.ts'
import { defaultRuleset } from './defaults.ts'
import type { Ruleset, Text } from './rule.ts'
import { SAAS_GROUPS, SAAS_RULES } from './saas-rules.ts'

/** A ruleset to begin with. */
export interface Preset {
  id: 'b2b' | 'saas' | 'b2c'
  label: Text
  about: Text
  ruleset: Ruleset
}

export function presets(): Preset[] {
  const b2b = defaultRuleset()
  return [
    {
      id: 'b2b',
      label: { en: 'Services to companies', fr: 'Services aux entreprises' },
      about: {
        en: 'Few buyers, long decisions: prices, case studies and a request decide.',
        fr: 'Peu d’acheteurs, décisions longues : tarifs, études de cas et demande font la différence.',
      },
      ruleset: b2b,
    },
    {
      id: 'saas',
      label: { en: 'Software by subscription', fr: 'Logiciel par abonnement' },
      about: {
        en: 'Visitors try before they talk: a trial, the documentation and first steps in the product decide.',
        fr: 'On essaie avant de parler : l’essai, la documentation et les premiers pas dans le produit comptent.',
      },
      ruleset: {
        ...b2b,
        groups: SAAS_GROUPS,
        rules: SAAS_RULES,
        thresholds: { mql: { score: 25, fit: -6 }, sql: { score: 60, fit: -6 } },
      },
    },
    {
      id: 'b2c',
      label: { en: 'Sales to private people', fr: 'Vente aux particuliers' },
      about: {
        en: 'Short decisions: products seen again, the basket and an appointment decide; a private address is no minus.',
        fr: 'Décisions courtes : produits revus, panier et rendez-vous comptent ; une adresse personnelle n’enlève rien.',
      },
      ruleset: {
        ...b2b,
        groups: B2C_GROUPS,
        rules: B2C_RULES,
        fit: B2C_FIT,
        thresholds: { mql: { score: 25, fit: -15 }, sql: { score: 55, fit: -15 } },
      },
    },
  ]
}
