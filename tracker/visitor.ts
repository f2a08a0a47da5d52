/** Who this browser is, and whether it may be known at all. */
import { options } from './options.ts'
import { keep, recall } from './storage.ts'

export const VISITOR = 'visitor'
export const CONSENT = 'consent'

/**
 * Whether this browser may be given an identifier and keep anything. A call of `consent` outweighs the browser's
 * Global Privacy Control (https://w3c.github.io/gpc/), because it was said later and to this very site.
 */
export function mayRemember(): boolean {
  const choice = recall(CONSENT)
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean }
  return choice
    ? choice === 'granted'
    : !(options.consent || globalPrivacyControl || ('dnt' in options && Number(doNotTrack)))
}

/**
 * The visitor's id, made on first need. Ask `mayRemember` first. Safari forgets after a week what scripts have stored, but
 * not the cookie of a collector on the site's own domain: https://webkit.org/tracking-prevention/
 */
export function holdVisitorId(): string {
  const [, cookie] = /braise=([\da-f-]{36})/.exec(document.cookie) || []
  if (!recall(VISITOR)) keep(VISITOR, ('cookie' in options && cookie) || uuid())
  return recall(VISITOR)!
}

/**
 * UUID v7 (RFC 9562): 48 bits of time, then chance, as decimal digits, which are hexadecimal ones too. Not
 * `crypto.randomUUID`, which is v4 and is missing on plain http pages:
 * https://developer.mozilla.org/docs/Web/API/Crypto/randomUUID
 */
export function uuid(): string {
  const random = crypto.getRandomValues(new Uint32Array(4)).join('')
  // The time has eleven digits until the year 2527.
  return `0${Date.now().toString(16)}${random}`.replace(/(.{8})(.{4})(.{3})(.{3})(.{12}).*/, '$1-$2-7$3-8$4-$5')
}
