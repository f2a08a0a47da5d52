/** For sales to private people: short decisions, so everything fades faster, and a private address says nothing. */
import { RULES, tracked } from './default-engagement.ts'
import { FIT_RULES } from './default-fit.ts'
import { anywhere, CAREERS } from './default-paths.ts'
import type { FitRule, Group, Rule } from './rule.ts'

const PRODUCTS = anywhere('product*', 'produit*', 'shop/*', 'boutique/*', 'collections/*', 'p/*', 'catalogue/*')
const BASKET = anywhere('cart*', 'basket*', 'panier*', 'checkout*', 'commande*')
const TERMS = anywhere('delivery*', 'shipping*', 'livraison*', 'financ*', 'retours*', 'returns*', 'garantie*')
const STORES = anywhere('stores*', 'store-locator*', 'magasins*', 'agences*', 'showroom*')

export const B2C_GROUPS: Group[] = [
  { id: 'discovery', label: { en: 'Discovery', fr: 'Découverte' }, cap: 20 },
  { id: 'return', label: { en: 'Return', fr: 'Retour' }, cap: 25 },
  { id: 'desire', label: { en: 'Products', fr: 'Produits' }, cap: 45 },
  { id: 'decision', label: { en: 'Decision', fr: 'Décision' }, cap: 70 },
  { id: 'email', label: { en: 'E-mail', fr: 'E-mail' }, cap: 15 },
  { id: 'social', label: { en: 'Social networks', fr: 'Réseaux sociaux' }, cap: 10 },
  { id: 'negative', label: { en: 'Negative signs', fr: 'Signaux négatifs' }, cap: 40 },
]

const KEPT = ['session', 'newsletter', 'return', 'emailOpened', 'emailClicked', 'socialLiked', 'socialShared']
const KEPT_NEGATIVE = ['careers', 'unsubscribed', 'bounced']

export const B2C_RULES: Rule[] = [
  {
    id: 'otherPage',
    label: { en: 'Saw another page', fr: 'A vu une autre page' },
    group: 'discovery',
    when: { all: [{ event: 'page' }, { not: { path: [...PRODUCTS, ...BASKET, ...TERMS, ...STORES, ...CAREERS] } }] },
    points: 1,
    repeat: 'objectDay',
    cap: 5,
    halfLifeDays: 7,
  },
  ...RULES.filter(({ id }) => KEPT.includes(id)),
  {
    id: 'fiveVisits',
    label: { en: 'Fifth visit within a month, or more', fr: 'Cinquième visite du mois, ou plus' },
    group: 'return',
    when: { event: 'page', sessionStart: true, sessionsInDays: { days: 30, atLeast: 5 } },
    points: 8,
    repeat: 'week',
    cap: 16,
    halfLifeDays: 14,
  },
  {
    id: 'product',
    label: { en: 'Saw a product', fr: 'A vu un produit' },
    group: 'desire',
    when: { event: 'page', path: PRODUCTS },
    points: 3,
    repeat: 'objectDay',
    cap: 15,
    halfLifeDays: 7,
  },
  {
    id: 'productStudied',
    label: { en: 'Studied a product for half a minute', fr: 'A étudié un produit une demi-minute' },
    group: 'desire',
    when: { event: 'engage', path: PRODUCTS, engagedSeconds: 30 },
    points: 4,
    repeat: 'objectDay',
    cap: 16,
    halfLifeDays: 7,
  },
  {
    id: 'terms',
    label: { en: 'Looked at delivery, financing or returns', fr: 'A regardé livraison, financement ou retours' },
    group: 'desire',
    when: { event: 'page', path: TERMS },
    points: 6,
    repeat: 'day',
    cap: 12,
    halfLifeDays: 7,
  },
  {
    id: 'basket',
    label: { en: 'Filled the basket', fr: 'A rempli le panier' },
    group: 'decision',
    when: { any: [{ event: 'page', path: BASKET }, tracked('Product Added', 'Checkout Started')] },
    points: 20,
    repeat: 'day',
    cap: 40,
    halfLifeDays: 7,
  },
  {
    id: 'stores',
    label: { en: 'Looked for a shop', fr: 'A cherché un magasin' },
    group: 'decision',
    when: { event: 'page', path: STORES },
    points: 10,
    repeat: 'day',
    cap: 20,
    halfLifeDays: 7,
  },
  {
    id: 'appointment',
    label: { en: 'Asked for an appointment or a quote', fr: 'A demandé un rendez-vous ou un devis' },
    group: 'decision',
    when: {
      event: 'form',
      form: ['*appointment*', '*rendez*vous*', '*rdv*', '*quote*', '*devis*', '*contact*', '*call*back*', '*rappel*'],
    },
    points: 45,
    repeat: { days: 14 },
    halfLifeDays: 30,
    decision: true,
  },
  ...RULES.filter(({ id }) => KEPT_NEGATIVE.includes(id)),
]

/** Of the fit of companies what is true of people too. */
export const B2C_FIT: FitRule[] = FIT_RULES.filter(({ id }) => ['targetRegion', 'optionalFields'].includes(id))
