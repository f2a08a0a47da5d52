/** How the lists of those who objected are read, where a flood of made-up addresses has been through the opt-out page. */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { expect, test } from 'vitest'
import { type Db, openDatabase } from '../../collector/store/database.ts'
import { newId } from '../../collector/store/id.ts'
import { countWaiting, findOptOuts, placeOfOptOut, purgeOptOuts, recordOptOut } from '../../collector/store/optouts.ts'
import type { Schema } from '../../collector/store/schema.ts'
import { newSqliteUrl, onEachEngine } from '../support/engines.ts'
import { DAY, START } from '../support/wire.ts'

const FLOOD = 3000

onEachEngine((newDatabase) => {
  test('of a flood each page is read, the last one too, and so many are counted as tell that it is one', async () => {
    const { url, remove } = await newDatabase()
    const database = await openDatabase(url)
    const { db } = database
    const flood = Array.from({ length: FLOOD }, (_, i) => {
      // Several in one moment, as it is with floods.
      const at = START + Math.floor(i / 7)
      return { site_id: 'default', opt_out_id: newId(at), email: `nobody${i}@mill.example`, at, known: 0 }
    })
    for (let i = 0; i < FLOOD; i += 500)
      await db
        .insertInto('opt_out')
        .values(flood.slice(i, i + 500))
        .execute()
    await database.transact((tx) => recordOptOut(tx, 'default', 'ada@analytical.example', START))
    expect(await countWaiting(db, 'default')).toBe(1001)

    const seen: string[] = []
    for (let page = await findOptOuts(db, 'default', 'waiting', undefined, 400); page.length > 0; ) {
      seen.push(...page.map(({ id }) => id))
      const last = page.at(-1)
      page = await findOptOuts(db, 'default', 'waiting', last && placeOfOptOut(last), 400)
    }
    expect(new Set(seen).size).toBe(FLOOD + 1)
    expect(seen).toHaveLength(FLOOD + 1)

    let purged = 0
    for (let some = 500; some === 500; purged += some) {
      some = await purgeOptOuts(db, 'default', START + DAY, 500)
    }
    expect(purged).toBe(FLOOD + 1)
    expect(await countWaiting(db, 'default')).toBe(0)
    await database.close()
    await remove()
  })
})

test('no list is sorted, or read as a whole, for one page of it', async () => {
  const { url, remove } = await newSqliteUrl()
  const database = await openDatabase(url)
  const place = { at: 2 ** 52 + START, id: 'x' }
  for (const read of [
    (db: Db) => findOptOuts(db, 'default', 'waiting', undefined, 50),
    (db: Db) => findOptOuts(db, 'default', 'waiting', place, 50),
    (db: Db) => findOptOuts(db, 'default', 'answered', undefined, 50),
    (db: Db) => findOptOuts(db, 'default', 'answered', place, 50),
    (db: Db) => purgeOptOuts(db, 'default', START, 500),
  ]) {
    const plan = (await planOf(database.db, read)).filter((step) => step.includes('opt_out'))
    expect(plan.length).toBeGreaterThan(0)
    for (const step of plan)
      expect(step).toMatch(/SEARCH opt_out USING (COVERING )?INDEX|^SEARCH opt_out USING PRIMARY/)
    expect((await planOf(database.db, read)).join('\n')).not.toContain('ORDER BY')
  }
  await database.close()
  await remove()
})

/** How SQLite goes about what is read. */
async function planOf(db: Db, read: (db: Db) => Promise<unknown>): Promise<string[]> {
  const asked: { sql: string; parameters: readonly unknown[] }[] = []
  const listening = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (of) => new SqliteIntrospector(of),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    log: ({ query }) => void asked.push(query),
  })
  // Nothing answers it, and something may be missed in that.
  await read(listening).catch(() => {})
  const [query] = asked
  const text = query?.sql.replaceAll('?', 'null') ?? ''
  const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(text)}`.execute(db)
  return rows.map(({ detail }) => detail)
}
