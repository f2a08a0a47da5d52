import { plain } from '../domain/match.ts'
import type { Db } from './database.ts'
import type { LeadTable } from './schema.ts'

/** A search looks no further than this many matches, so that a common beginning costs no more than a rare one. */
export const MOST_MATCHES = 1000

/**
 * Leads with words of name, company, address or domain that begin like these, all of them.
 * @returns at most one more than a search looks at, so that it can be told
 */
export async function findMatches(db: Db, siteId: string, words: string[]): Promise<string[]> {
  const rows = await matchesOf(db, siteId, words)
    .limit(MOST_MATCHES + 1)
    .execute()
  return rows.map(({ lead_id }) => lead_id)
}

/** The words of a text, as a search compares them: lower case, without accents. */
export function wordsIn(text: string): string[] {
  return plain(text).match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Long enough for any name; a stranger's text must not swell the index. */
const WORD_LENGTH = 40
const WORDS_A_LEAD = 30

export function wordsOf({ name, company, email }: Pick<LeadTable, 'name' | 'company' | 'email'>): string[] {
  const words = [name, company, email].flatMap((text) => wordsIn(text ?? ''))
  return [...new Set(words.map((word) => word.slice(0, WORD_LENGTH)))].slice(0, WORDS_A_LEAD)
}

export async function replaceWords(tx: Db, before: LeadTable, wanted: string[]): Promise<void> {
  const { site_id, lead_id } = before
  const known = before.version === 0 ? [] : wordsOf(before)
  const gone = known.filter((word) => !wanted.includes(word))
  const fresh = wanted.filter((word) => !known.includes(word))
  if (gone.length > 0) {
    await tx
      .deleteFrom('lead_word')
      .where('site_id', '=', site_id)
      .where('word', 'in', gone)
      .where('lead_id', '=', lead_id)
      .execute()
  }
  if (fresh.length > 0) {
    const rows = fresh.map((word) => ({ site_id, word, lead_id }))
    await tx
      .insertInto('lead_word')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/**
 * The longest word is looked up, the others are tried on what it finds. Not `distinct`: a lead that matches twice counts
 * twice, for else SQLite walks all words of the site in the order of their leads.
 */
function matchesOf(db: Db, siteId: string, words: string[]) {
  const [longest = '', ...others] = [...words].sort((a, b) => b.length - a.length)
  let query = db
    .selectFrom('lead_word as found')
    .select('found.lead_id')
    .where('found.site_id', '=', siteId)
    .where('found.word', '>=', longest)
    .where('found.word', '<', afterAll(longest))
  for (const word of others) {
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('lead_word as other')
          .select('other.word')
          .whereRef('other.site_id', '=', 'found.site_id')
          .whereRef('other.lead_id', '=', 'found.lead_id')
          .where('other.word', '>=', word)
          .where('other.word', '<', afterAll(word)),
      ),
    )
  }
  return query
}

/** Greater than every word that begins like this one: U+10FFFF is the last of all letters, byte by byte too. */
function afterAll(beginning: string): string {
  return `${beginning}\u{10ffff}`
}
