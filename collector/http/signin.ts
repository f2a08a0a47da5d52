import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { hashToken, isSameToken, newToken } from '../password.ts'
import { findSignedIn, recordSignIn } from '../store/users.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'

const WEEK_SECONDS = 7 * 24 * 60 * 60

/** Lets nobody past who is not signed in, by cookie or by the token of the environment. */
export function requireSignIn(collector: Collector): MiddlewareHandler<SignedIn> {
  const { config, database, clock } = collector
  return async (c, next) => {
    c.header('cache-control', 'no-store')
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1]
    if (bearer !== undefined) {
      if (config.apiToken === null || !isSameToken(bearer, config.apiToken))
        throw problem(401, 'The token is not known')
      c.set('user', { id: 'api', email: 'api' })
      return next()
    }
    const token = tokenOf(c, collector)
    const user = token === undefined ? undefined : await findSignedIn(database.db, hashToken(token), clock())
    if (!user) throw problem(401, 'Sign in first')
    refuseForeignPages(c, collector)
    c.set('user', user)
    return next()
  }
}

/**
 * A page of another origin must change nothing with its visitor's cookie. Browsers say where a request comes from, in
 * headers that no page can write: https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site
 */
export function refuseForeignPages(c: Context, { config }: Collector): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return
  const site = c.req.header('sec-fetch-site')
  const origin = c.req.header('origin')
  const own = config.publicUrl ?? new URL(c.req.url).origin
  // A proxy in front may speak HTTPS where this server does not; without PUBLIC_URL the host alone is known.
  const isOwn = origin === own || (config.publicUrl === null && origin === `https://${new URL(c.req.url).host}`)
  if (site === 'same-origin' || (site === undefined && isOwn)) return
  throw problem(403, 'This may only be done from the dashboard itself')
}

export async function signIn(c: Context, collector: Collector, userId: string): Promise<void> {
  const token = newToken()
  await recordSignIn(collector.database.db, userId, hashToken(token), collector.clock())
  const secure = isSecure(collector)
  const options = { httpOnly: true, secure, sameSite: 'Lax', path: '/', maxAge: WEEK_SECONDS } as const
  setCookie(c, cookieName(collector), token, options)
}

export function tokenOf(c: Context, collector: Collector): string | undefined {
  return getCookie(c, cookieName(collector))
}

export function signOut(c: Context, collector: Collector): void {
  deleteCookie(c, cookieName(collector), { path: '/', secure: isSecure(collector) })
}

/** The prefix makes browsers hold the cookie to this host and to HTTPS; on plain HTTP they would refuse it. */
function cookieName(collector: Collector): string {
  return isSecure(collector) ? '__Host-braise' : 'braise'
}

function isSecure({ config }: Collector): boolean {
  return config.publicUrl?.startsWith('https://') ?? false
}
