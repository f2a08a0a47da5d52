import type { MiddlewareHandler } from 'hono'
import type { Collector } from './context.ts'

/** What a page may load and do: nothing but its own. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'",
  "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'",
].join('; ')

const YEAR_SECONDS = 365 * 24 * 60 * 60

/** The headers of every answer, errors too: set on whatever it has become. A page may have a policy of its own. */
export function protect(collector: Collector): MiddlewareHandler {
  const { publicUrl, trustProxy } = collector.config
  return async (c, next) => {
    await next()
    const { headers } = c.res
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', CONTENT_SECURITY_POLICY)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'same-origin')
    if (c.req.path.startsWith('/api/')) headers.set('cache-control', 'no-store')
    const isTls = publicUrl?.startsWith('https://') || (trustProxy > 0 && c.req.header('x-forwarded-proto') === 'https')
    if (isTls) headers.set('strict-transport-security', `max-age=${YEAR_SECONDS}`)
    // A busy connection that is kept alive would go on being served, and be cut off in the middle of something.
    if (collector.isStopping) headers.set('connection', 'close')
  }
}
