/**
 * Which lead trait a form's field is. The tracker decides what may leave the page and tells how the page describes it, as
 * `type|tabIndex|name|autocomplete`; what that means is decided here, where a mistake can be mended for everybody at once.
 */
import { normalizeEmail } from './identity.ts'

/**
 * The English and French words that name a trait, with single spaces between them. The first that fits wins, hence the
 * order: "company size" is not a company, nor "country code of phone" a country.
 */
const TRAITS: [trait: string, words: RegExp][] = [
  ['email', /\b(e ?mail|mail|courriel)\b/],
  ['employees', /\b((num)?employe?es|(company|team) ?size|headcount|effectifs?|salaries|taille)\b/],
  ['website', /\b(web ?site|site (web|internet)|url|homepage)\b/],
  ['phone', /\b(tele?phone|phone( ?number)?|tel|mobile|portable)\b/],
  ['country', /\b(country|pays)\b/],
  ['industry', /\b(industry|sector|secteur)\b/],
  ['firstName', /\b(first ?name|f ?name|given ?name|prenom)\b|\bfirst$/],
  ['lastName', /\b(last ?name|l ?name|family ?name|surname|nom (de )?famille)\b|\blast$/],
  ['title', /\b(job( ?title)?|title|role|position|poste|fonction)\b/],
  ['company', /\b(company( ?name)?|organi[sz]ation|societe|entreprise|raison sociale)\b/],
  ['name', /(^|\b(your|full|contact|lead|form|fields?|votre) ?)(name|nom)( complet)?$/],
]
const NAMES = new Set(TRAITS.map(([trait]) => trait))
const PHONE = /(\d\D*){6}/
/** Thirteen digits are a payment card; an IBAN is two letters, two digits and up to thirty more. */
const ACCOUNT = /(\d\D*){13}|^[a-z]{2}\d{2}(\s?[a-z\d]){11,30}$/i

/** What the tracker takes for an e-mail address, whatever its field is called; no address is longer, and a longer text takes long. */
const ADDRESS = /^(?=.{1,254}$)[^\s/?&=:]+(@|%40)[^\s/?&=]+\.\w+$/
/** What the tracker tells of because it may be a honeypot, a field that people do not see … */
const SUSPECT = /honey|gotcha|trap|\|b_/i
/** … and what is one: not a honeymoon, a strap or Drupal's `honeypot_time`, which is filled in every form. */
const TRAP = /honey ?pot(?! ?time)|\bhoney\b|gotcha|\b(spam|bot)? ?trap\b/
/** Mailchimp's, which is called by two numbers. */
const MAILCHIMP = /^b_[\da-f]{8,}_/
/** Tempting names of others: the keyboard passes them by. */
const BAIT = /site|url/i

/** Which of the described fields are honeypots, and somebody filled them. */
export function trapsIn(fields: Record<string, string>): string[] {
  return Object.keys(fields).filter((description) => {
    const [, tabIndex, name = ''] = description.split('|')
    if (tabIndex === undefined || fields[description] === '') return false
    return TRAP.test(plain(name)) || MAILCHIMP.test(name) || (tabIndex === '-1' && BAIT.test(name))
  })
}

/**
 * Fields under the names of the lead traits that they are, Segment's names; others keep their own. Payment cards and bank
 * accounts are left out, whoever sends them.
 */
export function namedFields(fields: Record<string, string>): Record<string, string> {
  const named = new Map<string, string>()
  for (const [description, value] of Object.entries(fields)) {
    const trait = description.includes('|') && ADDRESS.test(value) ? 'email' : traitOf(description)
    // Of what only looked like a honeypot nobody has asked for more than lead traits.
    if (SUSPECT.test(description) && !NAMES.has(trait)) continue
    if (value !== '' && isFit(value, trait) && !named.has(trait)) named.set(trait, value)
  }
  const name = named.get('name')
  // Beside a first name, "nom" or "name" asks for the last one.
  if (name !== undefined && named.has('firstName') && !named.has('lastName')) {
    named.delete('name')
    named.set('lastName', name)
  }
  return Object.fromEntries(named)
}

function traitOf(description: string): string {
  const [type = '', , name = description, autocomplete = ''] = description.split('|')
  for (const text of [name, autocomplete, type]) {
    const words = plain(text)
    const trait = TRAITS.find(([, pattern]) => pattern.test(words))
    if (trait) return trait[0]
  }
  return name || description
}

/** A value of another shape is another thing: a dialling code beside the phone number, a box to tick for e-mails. */
function isFit(value: string, trait: string): boolean {
  if (trait === 'phone' && !PHONE.test(value)) return false
  if (trait === 'country' && /\d/.test(value)) return false
  if (trait === 'email' && normalizeEmail(value) === null) return false
  return !ACCOUNT.test(value)
}

/** "Société_Size[2]" → "societe size": words, in small letters without accents. */
function plain(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim()
}
