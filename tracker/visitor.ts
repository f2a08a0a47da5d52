/** Who this browser is. */
import { options } from './options.ts'
import { keep, mayRemember, recall } from './storage.ts'

export const VISITOR = 'visitor'

/**
 * The visitor's id, made on first need; none where there may be none. Safari forgets after a week what scripts have stored,
 * but not the cookie of a collector on the site's own domain: https://webkit.org/tracking-prevention/
 */
export function holdVisitorId(): string | undefined {
  if (!mayRemember()) return undefined
  const visitorId =
    recall(VISITOR) || (('cookie' in options && /braise=([^;]+)/.exec(document.cookie)) || [])[1] || uuid()
  keep(VISITOR, visitorId)
  return visitorId
}

let lastTime = 0

/**
 * UUID v7 (RFC 9562), without its first two dashes: 48 bits of time, then what every object URL ends in, a random UUID v4.
 * Not `crypto.randomUUID`, which is missing on plain http pages: https://developer.mozilla.org/docs/Web/API/Crypto/randomUUID
 * No two share a time, because their time is all that orders events.
 */
export function uuid(): string {
  lastTime = Math.max(Date.now(), lastTime + 1)
  // It has eleven digits until the year 2527.
  return `0${lastTime.toString(16)}7${URL.createObjectURL(new Blob()).slice(-21)}`
}
