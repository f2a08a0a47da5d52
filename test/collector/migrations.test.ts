import Sqlite from 'better-sqlite3'
import { Kysely, Migrator, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import { openDatabase } from '../../collector/store/database.ts'
import { findRanked } from '../../collector/store/leads.ts'
import { migrationsFor } from '../../collector/store/migrations.ts'
import { findVersions } from '../../collector/store/rulesets.ts'
import { onEachEngine } from '../support/engines.ts'

onEachEngine((newDatabase, engine) => {
  test('what stood in a database of the first version is there in this one', async () => {
    const { url, remove } = await newDatabase()
    const dialect =
      engine === 'SQLite'
        ? new SqliteDialect({ database: new Sqlite(url) })
        : new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
    const before = new Kysely<unknown>({ dialect })
    const text = engine === 'SQLite' ? sql`text` : sql`text collate "C"`
    const provider = { getMigrations: async () => migrationsFor({ text } as never) }
    const { error } = await new Migrator({ db: before, provider }).migrateTo('0001 the main job')
    expect(error).toBeUndefined()
    await sql`insert into site values ('default', 'default', '[]', '[]', 0, 1, null, null)`.execute(before)
    for (const version of [1, 2]) {
      await sql`insert into ruleset values ('default', ${version}, '{}', 'note', 'eve', ${version * 10})`.execute(
        before,
      )
    }
    await sql`insert into lead values ('default', 'ada', 'ada@analytical.example', 'Ada', null, 'bob', 'mql', 'mql', 1, 31,
      26.5, 5, 0, '[]', 2, 100, 200, 300)`.execute(before)
    await sql`insert into lead values ('default', 'new', null, null, null, null, 'visitor', 'visitor', 0, 0,
      0, 0, 0, '[]', 0, 100, 200, 0)`.execute(before)
    await before.destroy()

    const database = await openDatabase(url)
    expect(await findRanked(database.db, { siteId: 'default' }, undefined, 10)).toEqual([
      {
        ...{ site_id: 'default', lead_id: 'ada', email: 'ada@analytical.example', name: 'Ada', company: null },
        ...{ owner: 'bob', stage: 'mql', shelf: 'mql', listed: 1, rank: 31, engagement: 26.5, fit: 5, spam: 0 },
        ...{ why: '[]', version: 2, first_seen_at: 100, last_seen_at: 200, next_change_at: 300 },
      },
    ])
    expect(await database.db.selectFrom('lead').select('lead_id').execute()).toHaveLength(2)
    expect(await findVersions(database.db, 'default')).toMatchObject([
      { version: 2, state: 'live', live_at: 20, worker: null },
      { version: 1, state: 'past', live_at: 0 },
    ])
    await database.close()
    await remove()
  })
})
