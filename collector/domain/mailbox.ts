/** What kind of mailbox an address is. Addresses of any kind are welcome; rules may tell them apart. */
import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import providers from 'email-providers/all.json' with { type: 'json' }
import { getDomain } from 'tldts'

export type EmailKind = 'company' | 'free' | 'disposable' | 'school'

/** @param domain of an address, in ASCII and lower case */
export function emailKindOf(domain: string): EmailKind {
  const own = registrableDomain(domain)
  if (DISPOSABLE.has(domain) || DISPOSABLE.has(own)) return 'disposable'
  if (FREE.has(domain) || FREE.has(own)) return 'free'
  if (/(^|\.)(edu|ac)(\.[a-z]{2})?$/.test(domain) || /(^|\.)(univ|etu|etud|student)[-.]/.test(domain)) return 'school'
  return 'company'
}

/** What somebody has registered, by the public suffix list: `acme.co.uk` of `mail.paris.acme.co.uk`. */
export function registrableDomain(domain: string): string {
  return getDomain(domain) ?? domain
}

/** An address of an office, not of a person. */
export function isRoleAddress(email: string): boolean {
  return ROLES.has(email.slice(0, email.lastIndexOf('@')))
}

const words = (text: string) => text.trim().split(/\s+/)

const ROLES = new Set(
  words(`
    abuse admin administration accueil achats agence billing bonjour boutique bureau career careers commercial compta
    comptabilite comptable contact contactus customerservice direction enquiries facturation finance hello help hostmaster
    hr info information infos jobs legal mail mairie marketing media newsletter noreply no-reply office orders postmaster
    presse press privacy reception recrutement reservation rh root sales secretariat security service serviceclient
    sav support team tech vente ventes webmaster
  `),
)

/** Mailboxes made to be thrown away: the kept list, and names that it leaves out because people also use them for longer. */
const DISPOSABLE = new Set([
  ...disposableEmailBlocklist(),
  ...words('33mail.com anonaddy.me burnermail.io moakt.com spam4.me tempmail.com yopmail.fr yopmail.net'),
])

/**
 * Providers of private mailboxes: the kept list, and those of France and its neighbours that are missing from it, looked up
 * one by one on 22 November 2026.
 */
const FREE = new Set([
  ...providers,
  ...words(`
    9online.fr bbox.fr cegetel.net dartybox.com evc.net fastmail.com hispeed.ch libertysurf.fr mailo.com mailo.fr modulonet.fr
    noos.fr nordnet.fr numericable.fr numericable.com proximus.be scarlet.be sunrise.ch tele2.fr vodafone.it worldonline.fr
  `),
])
