/** Why an event was refused, by the server's words for it, which name fields where the site's owner knows calls. */
export const englishRefused = {
  'unknown site': 'its data-site names a site that there is not',
  'this origin may not post for the site': 'its website is not among the allowed origins',
  'excluded host': 'its host is excluded',
  'no consent: browsing is not recorded': 'the visitor has not consented: browsing is not recorded',
  'no visitorId: without consent only forms are taken': 'the visitor has not consented: only forms are taken',
  bot: 'it is from a bot, or from a browser that a program controls',
  'of somebody who was erased': 'it is of somebody who was erased',
  'a proof of identity is forged or expired': 'the proof of an identity is forged or has expired',
  'unknown type of event': 'braise(…) was called with a first word that there is not',
  'choice is neither granted nor denied': 'braise(\'consent\', …) was given neither "granted" nor "denied"',
  'name is not a text': "braise('track', …) was given no name",
  'email is not a text': "braise('identify', …) was given no e-mail address",
  'email is not an e-mail address': "braise('identify', …) was given something that is no e-mail address",
  'only a server may send an event of this name': 'only a server may send an event of this name',
  'more requests from one address than RATE_LIMIT lets in': 'one address sent more than RATE_LIMIT lets in',
  'more requests for the site than SITE_RATE_LIMIT lets in': 'more came for the site than SITE_RATE_LIMIT lets in',
}
