/** Who a request comes from: somebody who is signed in, by the cookie, or a program, by its token. */
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { mayChange } from '../domain/access.ts'
import { hashToken, isSameToken, newToken } from '../password.ts'
import type { Db } from '../store/database.ts'
import { endSignIn, findSignedIn, isSignInOf, recordSignIn } from '../store/signins.ts'
import { findBearer } from '../store/tokens.ts'
import type { User } from '../store/users.ts'
import type { Collector, SignedIn } from './context.ts'
import { isReading, refuseForeignPages } from './foreign.ts'
import { problem } from './problem.ts'

const WEEK_SECONDS = 7 * 24 * 60 * 60

/** The token of the environment is the operator's. */
const OPERATOR: User = { id: 'api', email: 'api', role: 'admin', sites: 'all' }

/** Lets nobody past who is not signed in, and no page of another origin change anything. */
export function requireSignIn(collector: Collector): MiddlewareHandler<SignedIn> {
  return async (c, next) => {
    const bearer = bearerOf(c)
    const user = await whoAsks(c, collector)
    if (!user) throw problem(401, bearer === undefined ? 'Sign in first' : 'The token is not known')
    if (bearer === undefined) refuseForeignPages(c, collector)
    c.set('user', user)
    return next()
  }
}

/** Behind `requireSignIn`: a page says whose it is, and what its reader asks for is not done in the name of who signed in elsewhere. */
export const refuseOthersPages: MiddlewareHandler<SignedIn> = (c, next) => {
  const { email } = c.get('user')
  const asker = c.req.header('braise-user')
  if (asker !== undefined && asker !== encodeURIComponent(email))
    throw problem(412, `${email} is signed in here by now: load the page again`)
  return next()
}

/** Behind `requireSignIn`: who only reads changes nothing. */
export const refuseViewers: MiddlewareHandler<SignedIn> = (c, next) => {
  if (!isReading(c) && !mayChange(c.get('user'))) throw problem(403, 'Your role lets you read, not change')
  return next()
}

/** Behind `requireSignIn`. */
export const adminsOnly: MiddlewareHandler<SignedIn> = (c, next) => {
  if (c.get('user').role !== 'admin') throw problem(403, 'This is for admins')
  return next()
}

/** Asked again by what goes on for longer than a request: somebody may have been shut out meanwhile. */
export async function whoAsks(c: Context, collector: Collector): Promise<User | undefined> {
  const { config, database, clock } = collector
  const bearer = bearerOf(c)
  if (bearer !== undefined) {
    if (config.apiToken !== null && isSameToken(bearer, config.apiToken)) return OPERATOR
    return findBearer(database.db, hashToken(bearer), clock())
  }
  const token = tokenOf(c, collector)
  return token === undefined ? undefined : findSignedIn(database.db, hashToken(token), isUse(c), clock())
}

/** Does this browser have a cookie of somebody, be it one that has ended for want of use? */
export async function wasSignedIn(c: Context, collector: Collector, email: string): Promise<boolean> {
  const token = tokenOf(c, collector)
  return token !== undefined && isSignInOf(collector.database.db, hashToken(token), email)
}

/** A new id at every sign-in; the one that this browser had ends. */
export async function signIn(c: Context, collector: Collector, tx: Db, userId: string): Promise<void> {
  await endOwnSignIn(c, collector, tx)
  const token = newToken()
  await recordSignIn(tx, userId, hashToken(token), collector.clock())
  const secure = isSecure(c, collector)
  const options = { httpOnly: true, secure, sameSite: 'Lax', path: '/', maxAge: WEEK_SECONDS } as const
  setCookie(c, cookieName(secure), token, options)
}

export async function signOut(c: Context, collector: Collector, tx: Db): Promise<void> {
  await endOwnSignIn(c, collector, tx)
  const secure = isSecure(c, collector)
  deleteCookie(c, cookieName(secure), { path: '/', secure })
}

/** A browser would drop the cookie that comes over plain HTTP, and whoever signs in would be asked again without a word. */
export function refusePlainHttp(c: Context, collector: Collector): void {
  if (!isSecure(c, collector) || !c.req.header('origin')?.startsWith('http://')) return
  throw problem(403, 'Signing in needs HTTPS, or PUBLIC_URL=http://… where a network without it is trusted')
}

async function endOwnSignIn(c: Context, collector: Collector, tx: Db): Promise<void> {
  const token = tokenOf(c, collector)
  if (token !== undefined) await endSignIn(tx, hashToken(token))
}

/** A page says so when it asks with nobody before it, and a stream it opens by itself, again and again. */
function isUse(c: Context): boolean {
  return c.req.header('braise-unattended') === undefined && c.req.header('accept') !== 'text/event-stream'
}

function tokenOf(c: Context, collector: Collector): string | undefined {
  return getCookie(c, cookieName(isSecure(c, collector)))
}

export function bearerOf(c: Context): string | undefined {
  return /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
}

/** The prefix makes browsers hold the cookie to this host and to HTTPS; on plain HTTP they would refuse it. */
function cookieName(secure: boolean): string {
  return secure ? '__Host-braise' : 'braise'
}

/** Everywhere but on this machine, unless the operator says that the address is a plain one. */
function isSecure(c: Context, { config }: Collector): boolean {
  if (config.publicUrl !== null) return config.publicUrl.startsWith('https://')
  return !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(c.req.url).hostname)
}
