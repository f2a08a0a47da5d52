/** How the lists of those who objected are read, where a flood of made-up addresses has been through the opt-out page. */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { type Db, openDatabase } from '../../collector/store/database.ts'
import { newId } from '../../collector/store/id.ts'
import { countWaiting, findOptOuts, placeOfOptOut, purgeOptOuts, recordOptOut } from '../../collector/store/optouts.ts'
import type { Schema } from '../../collector/store/schema.ts'
import type { OptOut } from '../../dashboard/api.ts'
import { newPostgresUrl, newSqliteUrl, onEachEngine } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { batch, DAY, form, page, START } from '../support/wire.ts'

const FLOOD = 3000
/** For so long a collector goes on with what it knows of its sites. */
const SITES_KEPT = 1000

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
    for (let some = await findOptOuts(db, 'default', 'waiting', undefined, 400); some.length > 0; ) {
      seen.push(...some.map(({ id }) => id))
      const last = some.at(-1)
      some = await findOptOuts(db, 'default', 'waiting', last && placeOfOptOut(last), 400)
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

test.each(['lead', 'opt_out'] as const)(
  'on Postgres an address that objects as it becomes a lead’s is known, also where the new %s is committed last',
  async (last) => {
    const { url, remove } = await newPostgresUrl()
    let now = START
    const visited = await visit(url, () => now)
    const { db } = visited.running.collector.database
    const email = 'ada@analytical.example'
    // Else the first event of the site would wait for who objects, who holds the site's row.
    await visited.take(batch(newId(now), now, [page(now)]))
    await visited.counted()
    now += 2 * SITES_KEPT
    const become = async () => {
      await visited.take(batch(newId(now), now, [form(now, 'demo request', { email })]))
      await visited.counted()
    }
    const object = () => objectTo(visited, email)
    const [first, second] = last === 'lead' ? [become, object] : [object, become]
    await withhold(db, last, first, second)
    await visited.counted()
    const { items } = await visited.read<{ items: OptOut[] }>('/objections')
    expect(items).toMatchObject([{ email, known: true, lead: { id: expect.any(String) } }])
    await visited.running.stop()
    await remove()
  },
)

async function objectTo({ running }: Visited, email: string): Promise<void> {
  const address = `${running.url.replace('localhost', '127.0.0.1')}/opt-out/default`
  expect((await fetch(address, { method: 'POST', body: new URLSearchParams({ email }) })).status).toBe(200)
}

/** What the first one writes to this table is committed once the second one is done. */
async function withhold(db: Db, table: string, first: () => Promise<void>, second: () => Promise<void>): Promise<void> {
  await sql`create function withhold() returns trigger language plpgsql
    as 'begin perform pg_advisory_xact_lock_shared(1); return null; end'`.execute(db)
  await sql`create constraint trigger withheld after insert on ${sql.table(table)}
    deferrable initially deferred for each row execute function withhold()`.execute(db)
  const withheld = await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(1)`.execute(tx)
    const done = first()
    await vi.waitFor(async () => {
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'`
      expect((await waiting.execute(db)).rows).toHaveLength(1)
    }, PATIENCE)
    await second()
    return { done }
  })
  await withheld.done
}

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
