/**
 * The proof that a site's own server gives of who a browser is: `v1.<expires>.<hex>`, where hex is the HMAC-SHA256 over
 * `v1|site|visitorId|email|expires` with a secret of the site, and `expires` milliseconds since 1970.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { writtenForms } from './domain/shortid.ts'

/** Longer than a page needs to pass it on, it would be a password. */
const LONGEST_LIFE = 10 * 60 * 1000

const PROOF = /^v1\.(\d{1,15})\.([0-9a-f]{64})$/

export interface Proven {
  site: string
  visitorId: string
  /** As the page passes it to `identify`. */
  email: string
}

/** @param secrets of the site: the new one and the one before it, while it is being exchanged */
export function isProven(proof: string, { site, visitorId, email }: Proven, secrets: readonly string[], now: number) {
  const [, expires = '', hex = ''] = PROOF.exec(proof) ?? []
  if (Number(expires) <= now || Number(expires) > now + LONGEST_LIFE) return false
  const given = Buffer.from(hex, 'hex')
  // The page has the id as its tracker writes it.
  const messages = writtenForms(visitorId).map((id) => `v1|${site}|${id}|${email}|${expires}`)
  return secrets.some((secret) =>
    messages.some((message) => timingSafeEqual(createHmac('sha256', secret).update(message).digest(), given)),
  )
}
