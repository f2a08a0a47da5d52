/** For software by subscription: what B2B has, and what somebody does who tries it out. */
import { RULES, tracked } from './default-engagement.ts'
import { anywhere, PRICING } from './default-paths.ts'
import { GROUPS } from './defaults.ts'
import type { Group, Rule } from './rule.ts'

const DOCS = anywhere('docs', 'docs/*', 'documentation*', 'developers*', 'api*', 'guides/*')
const INTEGRATIONS = anywhere('integration*', 'apps*', 'plugins*', 'connecteurs*', 'security*', 'securite*')
const HELP = anywhere('help*', 'support*', 'status*', 'aide*')
const TRIAL_FORMS = ['*trial*', '*sign*up*', '*essai*', '*inscription*', '*create*account*', '*creer*compte*']

export const SAAS_GROUPS: Group[] = [
  ...GROUPS,
  { id: 'product', label: { en: 'Trying it out', fr: 'Essai du produit' }, cap: 60 },
]

const OWN: Rule[] = [
  {
    id: 'trial',
    label: { en: 'Started a trial', fr: 'A commencé un essai' },
    group: 'product',
    when: { any: [{ event: 'form', form: TRIAL_FORMS }, tracked('Trial Started', 'Signed Up')] },
    points: 25,
    repeat: 'once',
    halfLifeDays: 60,
  },
  {
    id: 'featureUsed',
    label: { en: 'Used the product', fr: 'A utilisé le produit' },
    group: 'product',
    when: tracked('Feature Used', 'Project Created', 'Integration Connected'),
    points: 5,
    repeat: 'day',
    cap: 25,
    halfLifeDays: 14,
  },
  {
    id: 'colleagueInvited',
    label: { en: 'Invited a colleague', fr: 'A invité un collègue' },
    group: 'product',
    when: tracked('User Invited', 'Invitation Sent'),
    points: 20,
    repeat: 'week',
    cap: 40,
    halfLifeDays: 30,
  },
  {
    id: 'docs',
    label: { en: 'Read the documentation', fr: 'A lu la documentation' },
    group: 'evaluation',
    when: { event: 'page', path: DOCS },
    points: 3,
    repeat: 'objectDay',
    cap: 12,
    halfLifeDays: 14,
  },
  {
    id: 'integrations',
    label: { en: 'Looked at integrations or security', fr: 'A regardé les intégrations ou la sécurité' },
    group: 'evaluation',
    when: { event: 'page', path: INTEGRATIONS },
    points: 5,
    repeat: 'object',
    cap: 15,
    halfLifeDays: 30,
  },
  {
    id: 'pricingStudied',
    label: { en: 'Studied the prices for half a minute', fr: 'A étudié les tarifs une demi-minute' },
    group: 'evaluation',
    when: { event: 'engage', path: PRICING, engagedSeconds: 30 },
    points: 5,
    repeat: 'day',
    cap: 10,
    halfLifeDays: 14,
  },
  {
    id: 'help',
    label: { en: 'Asked for help as users do', fr: 'A cherché de l’aide, comme un utilisateur' },
    group: 'negative',
    when: { event: 'page', path: HELP },
    points: -5,
    repeat: 'day',
    cap: 10,
    halfLifeDays: 30,
  },
  {
    id: 'cancelled',
    label: { en: 'Cancelled the trial', fr: 'A arrêté l’essai' },
    group: 'negative',
    when: tracked('Trial Cancelled', 'Subscription Cancelled'),
    points: -30,
    repeat: 'once',
    halfLifeDays: 90,
  },
]

export const SAAS_RULES: Rule[] = [
  ...RULES.filter(({ id }) => id !== 'caseDownload' && id !== 'otherPage'),
  {
    id: 'otherPage',
    label: { en: 'Saw another page', fr: 'A vu une autre page' },
    group: 'discovery',
    when: { all: [{ event: 'page' }, { not: { path: [...PRICING, ...DOCS, ...INTEGRATIONS, ...HELP] } }] },
    points: 1,
    repeat: 'objectDay',
    cap: 5,
    halfLifeDays: 14,
  },
  ...OWN,
]
