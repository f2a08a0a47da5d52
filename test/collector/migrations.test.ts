import Sqlite from 'better-sqlite3'
import { Kysely, Migrator, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { expect, test } from 'vitest'
import { openDatabase } from '../../collector/store/database.ts'
import { historyOf } from '../../collector/store/history.ts'
import { newId } from '../../collector/store/id.ts'
import { migrationsFor } from '../../collector/store/migrations.ts'
import { findOptOuts } from '../../collector/store/optouts.ts'
import { findRanked } from '../../collector/store/ranked.ts'
import { findVersions } from '../../collector/store/rulesets.ts'
import { onEachEngine } from '../support/engines.ts'

onEachEngine((newDatabase, engine) => {
  async function newDatabaseOf(version: string) {
    const { url, remove } = await newDatabase()
    const dialect =
      engine === 'SQLite'
        ? new SqliteDialect({ database: new Sqlite(url) })
        : new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
    const before = new Kysely<unknown>({ dialect })
    const text = engine === 'SQLite' ? sql`text` : sql`text collate "C"`
    const provider = { getMigrations: async () => migrationsFor({ text, async shorten() {} } as never) }
    const { error } = await new Migrator({ db: before, provider }).migrateTo(version)
    expect(error).toBeUndefined()
    return { url, remove, before }
  }

  test('what stood in a database of the first version is there in this one', async () => {
    const { url, remove, before } = await newDatabaseOf('0001 the main job')
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
        // It is to be worked out anew: another version of Braise counts otherwise.
        ...{ why: '[]', version: 2, objected: 0, first_seen_at: 100, last_seen_at: 200, next_change_at: 1 },
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

  test('who had objected and is no lead any more is among those answered, once', async () => {
    const { url, remove, before } = await newDatabaseOf('0075 smaller indexes of standings')
    const object = (id: string, leadId: string | null, email: string, undoneAt: number | null) =>
      sql`insert into objection values ('default', ${id}, ${leadId}, ${email}, 'by phone', 100, 'bob', ${undoneAt}, null)`.execute(
        before,
      )
    await object('1', null, 'ada@analytical.example', null)
    await object('2', 'a lead', 'bob@mill.example', null)
    await object('3', null, 'eve@mill.example', 200)
    await object('4', null, 'grace@mill.example', null)
    await sql`insert into opt_out values ('default', 'asked', 'grace@mill.example', 50, 'confirmed', 100, 'bob', '4')`.execute(
      before,
    )
    await before.destroy()

    const database = await openDatabase(url)
    const answered = await findOptOuts(database.db, 'default', 'answered', undefined, 10)
    const said = answered.map(({ email, note, at, by }) => [email, note, at, by])
    expect(said.sort()).toEqual([
      ['ada@analytical.example', 'by phone', 100, 'bob'],
      ['grace@mill.example', null, 50, 'bob'],
    ])
    await database.close()
    await remove()
  })

  test('events that were kept at length are found by their ids, as they were', async () => {
    const { url, remove, before } = await newDatabaseOf('0003 tracker versions')
    const [visitorId, leadId, pageId, formId] = [1, 2, 3, 4].map(() => newId(1000)) as [string, string, string, string]
    const body = { url: 'https://acme.example/pricing', title: 'Ours' }
    const form = { url: body.url, form: 'contact', fields: { email: 'ada@analytical.example' } }
    await sql`insert into event values ('default', ${newId(1000)}, ${visitorId}, 'page', 1000,
      ${JSON.stringify({ pageId, ...body })}, 0)`.execute(before)
    await sql`insert into event values ('default', ${newId(2000)}, ${visitorId}, 'engage', 2000,
      ${JSON.stringify({ pageId, visibleMs: 900, scrollDepth: 50 })}, 0)`.execute(before)
    await sql`insert into event values ('default', ${formId}, ${visitorId}, 'form', 3000,
      ${JSON.stringify(form)}, 0)`.execute(before)
    await sql`insert into lead values ('default', ${leadId}, 'ada@analytical.example', null, null, null, 0, 1000, 3000,
      0)`.execute(before)
    await sql`insert into span values ('default', ${visitorId}, 0, 9000, ${leadId})`.execute(before)
    await before.destroy()

    const database = await openDatabase(url)
    expect(await historyOf(database.db, 'default', leadId)).toEqual([
      { id: expect.any(String), type: 'page', at: 1000, visitorId, pageId, ...body },
      { id: expect.any(String), type: 'engage', at: 2000, visitorId, pageId, visibleMs: 900, scrollDepth: 50 },
      { id: formId, type: 'form', at: 3000, visitorId, ...form },
    ])
    const [stored] = await database.db.selectFrom('event').select('body').where('type', '=', 'page').execute()
    expect(JSON.parse(stored?.body ?? '')).toEqual(body)
    await database.close()
    await remove()
  })
})
