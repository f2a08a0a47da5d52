import type { Context } from 'hono'
import { coversSites, type Granted } from '../domain/access.ts'
import type { Db } from '../store/database.ts'
import { findSites } from '../store/sites.ts'
import { listOfTexts } from './body.ts'
import type { SignedIn } from './context.ts'
import { problem } from './problem.ts'

export function grantedOf(input: unknown): Granted {
  if (input === 'all') return 'all'
  const sites = listOfTexts(input, 'sites')
  if (sites.length === 0) throw problem(422, 'sites is "all" or a list of the ids of sites')
  return sites
}

/** Nobody grants a site that they do not see, or that is not there. */
export async function refuseBeyond(c: Context<SignedIn>, db: Db, wanted: Granted): Promise<void> {
  if (!coversSites(c.get('user'), wanted)) throw problem(403, 'You can grant only the sites that you see')
  if (wanted === 'all') return
  const known = new Set((await findSites(db)).map(({ id }) => id))
  const unknown = wanted.find((siteId) => !known.has(siteId))
  if (unknown !== undefined) throw problem(422, `There is no site ${unknown}`)
}
