/** What kind of mailbox an address is. Addresses of any kind are welcome; rules may tell them apart. */
export type EmailKind = 'company' | 'free' | 'disposable' | 'school'

export function emailKindOf(email: string): EmailKind {
  const domain = email.slice(email.lastIndexOf('@') + 1)
  if (DISPOSABLE.has(domain)) return 'disposable'
  if (FREE.has(domain)) return 'free'
  if (/(^|\.)(edu|ac)(\.[a-z]{2})?$/.test(domain) || /(^|\.)(univ|etu|etud|student)[-.]/.test(domain)) return 'school'
  return 'company'
}

/** An address of an office, not of a person. */
export function isRoleAddress(email: string): boolean {
  return ROLES.has(email.slice(0, email.lastIndexOf('@')))
}

const words = (text: string) => new Set(text.trim().split(/\s+/))

const ROLES = words(`
  admin administration accueil achats billing bonjour commercial compta comptabilite contact direction hello help hr info
  infos jobs marketing noreply no-reply office postmaster presse recrutement rh sales secretariat service support team
  vente ventes webmaster
`)

/** Providers of private mailboxes, the French ones among them. */
const FREE = words(`
  gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr hotmail.co.uk hotmail.be hotmail.it hotmail.es
  hotmail.de live.com live.fr live.be live.co.uk live.nl msn.com yahoo.com yahoo.fr yahoo.co.uk yahoo.de yahoo.es
  yahoo.it yahoo.ca yahoo.co.in ymail.com rocketmail.com aol.com aol.fr icloud.com me.com mac.com proton.me
  protonmail.com protonmail.ch pm.me gmx.com gmx.de gmx.fr gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.com
  mail.ru yandex.com yandex.ru zoho.com tutanota.com tuta.io fastmail.com hey.com orange.fr wanadoo.fr free.fr sfr.fr
  neuf.fr cegetel.net club-internet.fr laposte.net bbox.fr numericable.fr aliceadsl.fr noos.fr voila.fr caramail.com
  mailo.com mailo.fr nordnet.fr skynet.be telenet.be proximus.be bluewin.ch hispeed.ch libero.it tiscali.it virgilio.it
  telefonica.net terra.es sapo.pt ziggo.nl kpnmail.nl planet.nl xs4all.nl btinternet.com sky.com virginmedia.com
  talktalk.net ntlworld.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net shaw.ca
  rogers.com sympatico.ca videotron.ca qq.com 163.com 126.com sina.com naver.com daum.net rediffmail.com uol.com.br
  bol.com.br seznam.cz wp.pl o2.pl onet.pl interia.pl
`)

/** Mailboxes made to be thrown away. */
const DISPOSABLE = words(`
  mailinator.com mailinator.net guerrillamail.com guerrillamail.net guerrillamail.org sharklasers.com grr.la
  10minutemail.com 10minutemail.net 20minutemail.com temp-mail.org temp-mail.io tempmail.com tempmail.net tempmailo.com
  tempr.email throwawaymail.com trashmail.com trashmail.de trashmail.net trash-mail.com yopmail.com yopmail.fr
  yopmail.net jetable.org jetable.com jetable.net dispostable.com getnada.com nada.email maildrop.cc mailnesia.com
  mailcatch.com mintemail.com mohmal.com moakt.com fakeinbox.com fakemail.net spamgourmet.com mytemp.email emailondeck.com
  burnermail.io discard.email discardmail.com spambog.com spam4.me mailexpire.com tempinbox.com inboxkitten.com
  33mail.com anonaddy.me harakirimail.com wegwerfmail.de einrot.com cuvox.de dayrep.com fleckens.hu gustr.com jourrapide.com
`)
