/** The ranked list and the search over a million leads, on both engines, with the plans that the databases chose. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CompiledQuery, sql } from 'kysely'
import { type Database, type Db, openDatabase } from '../../collector/store/database.ts'
import { findLeads, findRanked, type LeadFilter } from '../../collector/store/ranked.ts'
import { publishDefault } from '../../collector/store/rulesets.ts'
import { findMatches, MOST_MATCHES } from '../../collector/store/words.ts'
import { startPostgres } from '../support/postgres.ts'

const LEADS = 1_000_000
const ROUNDS = 101
const PAGE = 51

export async function benchRanking(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'braise-bench-'))
  const postgres = await startPostgres()
  try {
    await benchOn('SQLite', join(folder, 'braise.db'))
    await benchOn('Postgres', postgres.url)
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function benchOn(engine: string, url: string): Promise<void> {
  const database = await openDatabase(url)
  try {
    // Rows in no order, into every index at once: the pages must stay in memory while they are made.
    if (engine === 'SQLite') await sql`pragma cache_size = -2000000`.execute(database.db)
    await fill(database)
    // What Postgres does by itself in quiet minutes: without it no index alone can answer.
    if (engine === 'Postgres') await sql`vacuum analyze`.execute(database.db)
    if (engine === 'SQLite') await sql`pragma cache_size = -65536`.execute(database.db)
    await measure(engine, database)
  } finally {
    await database.close()
  }
}

async function measure(engine: string, database: Database): Promise<void> {
  const { db } = database
  const anyLeads = Array.from({ length: PAGE }, (_, i) => idOf((i * 7919) % LEADS))
  const bare = await medianMs(() => findLeads(db, 'acme', anyLeads))
  const everyone: LeadFilter = { siteId: 'acme' }
  const [last] = (await findRanked(db, everyone, undefined, 50_000)).slice(-1)
  const deep = last && { rank: last.rank, lastSeenAt: last.last_seen_at, leadId: last.lead_id }
  const search =
    (...words: string[]) =>
    async () =>
      findRanked(
        db,
        { ...everyone, leadIds: (await findMatches(db, 'acme', words)).slice(0, MOST_MATCHES) },
        undefined,
        PAGE,
      )
  const cases: Record<string, () => Promise<unknown>> = {
    'first page': () => findRanked(db, everyone, undefined, PAGE),
    'first page, stage mql': () => findRanked(db, { ...everyone, shelf: 'mql' }, undefined, PAGE),
    'first page, a small site': () => findRanked(db, { siteId: 'small' }, undefined, PAGE),
    'first page, one owner': () => findRanked(db, { ...everyone, owner: 'ada' }, undefined, PAGE),
    'page 1,000': () => findRanked(db, everyone, deep, PAGE),
    'q=mar, 50,000 match': search('mar'),
    'q=martin dup': search('martin', 'dup'),
    'q=word1234': search('word1234'),
    'q=zzz, nobody': search('zzz'),
  }
  console.log(
    `\n${engine}, ${LEADS.toLocaleString('en')} leads; ${PAGE} leads by their keys: ${bare.toFixed(2)} ms = 1.0`,
  )
  for (const [name, run] of Object.entries(cases)) {
    const ms = await medianMs(run)
    console.log(`  ${name.padEnd(26)} ${(ms / bare).toFixed(1).padStart(6)}   ${ms.toFixed(2)} ms`)
  }
  const planned: Record<string, (db: Db) => Promise<unknown>> = {
    'the first page': (db) => findRanked(db, everyone, undefined, PAGE),
    'a stage': (db) => findRanked(db, { ...everyone, shelf: 'mql' }, undefined, PAGE),
    'an owner': (db) => findRanked(db, { ...everyone, owner: 'ada' }, undefined, PAGE),
    'a search': (db) => findMatches(db, 'acme', ['martin', 'dup']),
  }
  for (const [name, run] of Object.entries(planned)) console.log(`  plan of ${name}\n${await planOf(database, run)}`)
}

async function medianMs(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const from = performance.now()
    await run()
    times.push(performance.now() - from)
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] as number
}

/** Runs the query with the engine's own word for "explain" in front of it. */
async function planOf(database: Database, run: (db: Db) => Promise<unknown>): Promise<string> {
  const queries: CompiledQuery[] = []
  const listening = database.db.withPlugin({
    transformQuery: ({ node }) => {
      queries.push(database.db.getExecutor().compileQuery(node, { queryId: '' } as never))
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await run(listening)
  // Parts of a query come before it.
  const query = queries.at(-1)
  if (!query) throw new Error('No query was seen')
  const isSqlite = !query.sql.includes('$1')
  const explained = { ...query, sql: `${isSqlite ? 'explain query plan' : 'explain'} ${query.sql}` }
  const { rows } = await database.db.executeQuery(explained as CompiledQuery<Record<string, unknown>>)
  return rows.map((row) => `    ${row.detail ?? row['QUERY PLAN']}`).join('\n')
}

/** Leads of every stage and rank, and the words they are found by; 20,000 words, some of them common. */
async function fill({ db }: Database): Promise<void> {
  console.log(`Making ${LEADS.toLocaleString('en')} leads …`)
  const numbers = sql`with recursive numbers(i) as (select cast(0 as bigint) union all select i + 1 from numbers where i < ${sql.lit(LEADS - 1)})`
  for (const site of ['acme', 'small']) await publishDefault(db, site, 0)
  const site = sql`case when i % 1000 = 8 then 'small' else 'acme' end`
  const owner = sql`case when i % 20 = 7 then 'ada' when i % 20 = 9 then 'bob' end`
  const stage = sql`case when i % 10 < 6 then 'visitor' when i % 10 < 8 then 'lead' when i % 10 = 8 then 'mql' else 'sql' end`
  const lastSeenAt = sql`1790000000000 + (i * 104729) % 1000000000`
  await sql`insert into lead ${numbers}
    select ${site}, 'lead' || (10000000 + i), 'm' || i || '@firm' || (i % 50000) || '.example', 'Name' || i,
      'Firm' || (i % 50000), ${owner}, 1, 1790000000000 + i, ${lastSeenAt}, 1800000000000 + i
    from numbers`.execute(db)
  await sql`insert into standing ${numbers}
    select ${site}, 'lead' || (10000000 + i), 1, ${owner}, ${stage}, ${stage}, case when i % 10 < 6 then 0 else 1 end,
      (i * 7919) % 151, 10.5, 2.5, 0, '[]', ${lastSeenAt}, 1800000000000 + i
    from numbers`.execute(db)
  await sql`insert into lead_word ${numbers}
    select case when i % 1000 = 8 then 'small' else 'acme' end,
      case when i % 40 = 0 then 'martin' when i % 40 = 1 then 'marie' else 'word' || (i * 31 % 20000) end, 'lead' || (10000000 + i) from numbers
    union all
    select case when i % 1000 = 8 then 'small' else 'acme' end,
      case when i % 25 = 0 then 'dupont' else 'firm' || (i % 50000) end, 'lead' || (10000000 + i) from numbers`.execute(
    db,
  )
  await sql`analyze`.execute(db)
}

function idOf(i: number): string {
  return `lead${10_000_000 + i}`
}
