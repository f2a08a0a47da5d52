/** `/braise.js` and its versions: the script that websites load. */
import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import type { Database } from '../store/database.ts'
import { findTrackers, keepTracker } from '../store/trackers.ts'
import { type File, fileOf, serveFile } from './files.ts'
import { problem } from './problem.ts'

const DAY_SECONDS = 24 * 60 * 60
const YEAR_SECONDS = 365 * DAY_SECONDS
const NAME_DIGITS = 12

export const TRACKER = 'braise.js'
const DEBUGGER = 'braise-debug.js'

/** The tracker as a site may pin it: a path that always answers the same bytes, and their hash for `integrity`. */
export interface PinnedTracker {
  path: string
  /** Subresource Integrity: https://www.w3.org/TR/SRI/ */
  integrity: string
}

/**
 * Puts the present tracker and all those served before among the files, each under a name made of its content: a site that
 * names one, with its hash, must not lose it when the collector is updated.
 */
export async function pinTracker(files: Map<string, File>, { db }: Database, now: number): Promise<PinnedTracker> {
  const tracker = files.get(TRACKER)
  if (!tracker) throw new Error('The tracker has not been built: npm run build')
  const digest = createHash('sha384').update(tracker.plain).digest()
  const name = `braise-${digest.toString('hex').slice(0, NAME_DIGITS)}.js`
  await keepTracker(db, { name, script: tracker.plain.toString() }, now)
  for (const { name, script } of await findTrackers(db)) files.set(name, fileOf(name, Buffer.from(script)))
  return { path: `/${name}`, integrity: `sha384-${digest.toString('base64')}` }
}

export function trackerRoutes(files: Map<string, File>) {
  return new Hono().get('/:name{braise(-[a-z0-9]+)?\\.js}', (c) => {
    const name = c.req.param('name')
    const file = files.get(name)
    if (!file) throw problem(404, 'There is nothing here')
    c.header('access-control-allow-origin', '*')
    c.header('cross-origin-resource-policy', 'cross-origin')
    const isPinned = name !== TRACKER && name !== DEBUGGER
    return serveFile(c, file, `public, max-age=${isPinned ? `${YEAR_SECONDS}, immutable` : DAY_SECONDS}`)
  })
}
