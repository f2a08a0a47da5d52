/** Who this browser is. */
import { options } from './options.ts'
import { keep, recall } from './storage.ts'

export const VISITOR = 'visitor'

/**
 * The visitor's id, made on first need. Ask `mayRemember` first. Safari forgets after a week what scripts have stored, but
 * not the cookie of a collector on the site's own domain: https://webkit.org/tracking-prevention/
 */
export function holdVisitorId(): string {
  const [, cookie] = ('cookie' in options && /braise=([^;]+)/.exec(document.cookie)) || []
  const visitorId = recall(VISITOR) || cookie || uuid()
  keep(VISITOR, visitorId)
  return visitorId
}

/**
 * UUID v7 (RFC 9562): 48 bits of time, then what every object URL ends in, a random UUID v4. Not `crypto.randomUUID`, which
 * is missing on plain http pages: https://developer.mozilla.org/docs/Web/API/Crypto/randomUUID
 */
export function uuid(): string {
  // The time has eleven digits until the year 2527.
  const time = `0${Date.now().toString(16)}`.replace(/.{8}/, '$&-')
  return `${time}-7${URL.createObjectURL(new Blob()).slice(-21)}`
}
