/** Which leads a list is of: the query's `stage`, `owner` and `q`. */
import type { Context } from 'hono'
import { STAGES } from '../domain/history.ts'
import type { Shelf } from '../domain/shelf.ts'
import type { Db } from '../store/database.ts'
import type { LeadFilter } from '../store/ranked.ts'
import { findMatches, MOST_MATCHES, wordsIn } from '../store/words.ts'
import { problem } from './problem.ts'

const SHORTEST_WORD = 3
/** Each is one more condition, of which a database takes only so many. */
const MOST_WORDS = 10
const SHELVES: readonly string[] = [...STAGES, 'quarantined', 'spam']

/** `more`: a search found more than it looks at. */
export async function filterOf(c: Context, db: Db, siteId: string): Promise<LeadFilter & { more: boolean }> {
  const shelf = shelfOf(c.req.query('stage'))
  const words = wordsOf(c.req.query('q'))
  const matches = words.length > 0 ? await findMatches(db, siteId, words) : undefined
  return {
    siteId,
    shelf,
    owner: c.req.query('owner') || undefined,
    leadIds: matches?.slice(0, MOST_MATCHES),
    more: matches !== undefined && matches.length > MOST_MATCHES,
  }
}

function shelfOf(stage: string | undefined): Shelf | undefined {
  if (!stage) return undefined
  if (!SHELVES.includes(stage)) throw problem(400, `stage is one of ${SHELVES.join(', ')}`)
  return stage as Shelf
}

function wordsOf(q: string | undefined): string[] {
  if (!q?.trim()) return []
  const words = [...new Set(wordsIn(q))].sort((a, b) => b.length - a.length).slice(0, MOST_WORDS)
  if (!words.some((word) => word.length >= SHORTEST_WORD)) {
    throw problem(400, `A search needs a word of at least ${SHORTEST_WORD} letters`)
  }
  return words
}
