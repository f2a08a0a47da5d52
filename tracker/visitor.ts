/** Who this browser is. */
import { options } from './options.ts'
import { keep, mayRemember, recall } from './storage.ts'

export const VISITOR = 'visitor'
/** The collector takes no other (`collector/domain/shortid.ts`). */
const ID = /^\d.{32,35}$/

/**
 * The visitor's id, made on first need; none where there may be none. Safari forgets after a week what scripts have stored,
 * but not the cookie of a collector on the site's own domain: https://webkit.org/tracking-prevention/
 * Within the cookie of a consent tool, `!braise=true` is no id. The cookie of a sandboxed frame, whose origin is
 * called so, may not be read.
 */
export function holdVisitorId(): string | undefined {
  if (mayRemember()) {
    let visitorId = (recall(VISITOR) ||
      ('cookie' in options && origin !== 'null' && document.cookie.split(/.*braise=(?=\d)|;.*/)[1])) as string
    if (!ID.test(visitorId)) visitorId = uuid()
    keep(VISITOR, visitorId)
    return visitorId
  }
  return undefined
}

/**
 * Where none is wanted, there is no such domain either. Throws where no cookie may be touched: called when all else that does
 * not need one is done.
 */
export function forgetCookie(): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere, nor on plain http pages
  document.cookie = `braise=;max-age=0;path=/;domain=${options.cookie}`
}

/** How long ago what is told happened, in whole milliseconds: some calls had to wait. */
export let past = 0
let lastTime = 0

/** @param time by `Date.now()`; what is no time, or one to come, is now. */
export function setTime(time?: number): void {
  past = Math.max(Date.now() - (time as number), 0) || 0
}

/**
 * UUID v7 (RFC 9562) as far as the collector cannot tell it: the time, which has eleven digits until the year 2527, then what
 * every object URL ends in, the better half of a random UUID v4. Not `crypto.randomUUID`, which is missing on plain http pages: https://developer.mozilla.org/docs/Web/API/Crypto/randomUUID
 * No two share a time, because their time is all that orders events.
 */
export function uuid(): string {
  return (
    // biome-ignore lint/suspicious/noAssignInExpressions: as short as it gets
    (lastTime = Math.max(Date.now() - past, lastTime + 1)).toString(16) + URL.createObjectURL(new Blob()).slice(-22)
  )
}
