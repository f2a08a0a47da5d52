import type { Context, MiddlewareHandler } from 'hono'
import { seesSite } from '../domain/access.ts'
import type { Db } from '../store/database.ts'
import type { Place } from '../store/place.ts'
import { findSites, type Site } from '../store/sites.ts'
import type { SignedIn } from './context.ts'
import { problem } from './problem.ts'

const MOST_ITEMS = 100
const USUAL_ITEMS = 50

/** A NUL character in an address can be nobody's id or name, and Postgres would not even look for it. */
export const refuseNul: MiddlewareHandler = (c, next) => {
  if (c.req.url.includes('%00')) throw problem(400, 'The address has a NUL character in it')
  return next()
}

/**
 * The site that a request is about, one of those granted; the first one where it names none. Scores of different sites
 * cannot be compared.
 */
export async function siteFor(c: Context<SignedIn>, db: Db): Promise<Site> {
  const wanted = c.req.query('site')
  const sites = (await findSites(db)).filter(({ id }) => seesSite(c.get('user'), id))
  const site = wanted ? sites.find(({ id }) => id === wanted) : sites[0]
  if (!site) throw problem(404, 'There is no such site')
  return site
}

export function limitOf(c: Context): number {
  const limit = Number(c.req.query('limit') ?? USUAL_ITEMS)
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ITEMS)
    throw problem(400, `limit is from 1 to ${MOST_ITEMS}`)
  return limit
}

/** The place that a cursor of `pageOf` names. */
export function placeOf(cursor: string | undefined): Place | undefined {
  if (!cursor) return undefined
  const [, at, id] = /^(\d{1,16}) ([\w-]{1,100})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (id === undefined || !Number.isSafeInteger(Number(at))) throw problem(400, 'This cursor is not one of ours')
  return { at: Number(at), id }
}

/** @param items one more than the limit, where there are more */
export function pageOf<T>(items: readonly T[], limit: number, placeIn: (item: T) => Place) {
  const last = items[limit - 1]
  const place = items.length > limit && last ? placeIn(last) : undefined
  const next = place ? Buffer.from(`${place.at} ${place.id}`).toString('base64url') : null
  return { items: items.slice(0, limit), next }
}

export function wholeNumber(input: unknown, name: string): number {
  const value = Number(input)
  if (!/^\d{1,15}$/.test(String(input))) throw problem(400, `${name} is not a whole number`)
  return value
}
