import type { Context } from 'hono'
import type { Collector } from './context.ts'
import { problem } from './problem.ts'

export const isReading = (c: Context) => c.req.method === 'GET' || c.req.method === 'HEAD'

/**
 * Whether a page of ours asks, or one of another origin. Browsers say so in headers that no page can write:
 * https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site. Programs, and browsers of long ago, say nothing.
 */
export function whosePage(c: Context, { config }: Collector): 'ours' | 'foreign' | 'unknown' {
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  if (site !== undefined) return site === 'same-origin' ? 'ours' : 'foreign'
  if (origin === undefined) return 'unknown'
  const own = config.publicUrl ?? new URL(c.req.url).origin
  // A proxy in front may speak HTTPS where this server does not; without PUBLIC_URL the host alone is known.
  const isOurs = origin === own || (config.publicUrl === null && origin === `https://${new URL(c.req.url).host}`)
  return isOurs ? 'ours' : 'foreign'
}

/** A page of another origin must change nothing with its visitor's cookie. And a body must be JSON, which no form can send. */
export function refuseForeignPages(c: Context, collector: Collector): void {
  if (isReading(c)) return
  if (whosePage(c, collector) !== 'ours') throw problem(403, 'This may only be done from the dashboard itself')
  requireJson(c)
}

/** A program that signs in has no page. */
export function refuseForeignSignIn(c: Context, collector: Collector): void {
  if (whosePage(c, collector) !== 'unknown') refuseForeignPages(c, collector)
  requireJson(c)
}

/** A request without a body, such as most of DELETE, need not say what it would be. */
function requireJson(c: Context): void {
  const type = c.req.header('content-type')
  const isEmpty =
    type === undefined && (c.req.header('content-length') ?? '0') === '0' && !c.req.header('transfer-encoding')
  if (isEmpty || /^application\/json\s*(;|$)/i.test(type ?? '')) return
  throw problem(415, 'The body must be application/json')
}
