import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../collector/store/database.ts'
import { createSite } from '../../../collector/store/sites.ts'
import { newSqliteUrl, type TestDatabase } from '../../support/engines.ts'
import { START } from '../../support/wire.ts'

let file: TestDatabase
let database: Database

beforeEach(async () => {
  file = await newSqliteUrl()
  database = await openDatabase(file.url)
})
afterEach(async () => {
  await database.close()
  await file.remove()
})

test('while what is written unsynced waits for the lock, others read, and what they would write is synced', async () => {
  const other = new Sqlite(file.url)
  other.exec('begin immediate')
  let isWritten = false
  const writing = database
    .transactUnsynced((tx) => createSite(tx, 'default', START))
    .finally(() => {
      isWritten = true
    })
  // Comes after the first try.
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(database.db)
  expect(rows).toEqual([{ synchronous: 2 }])
  expect(isWritten).toBe(false)
  other.exec('rollback')
  other.close()
  await writing
  expect(await database.db.selectFrom('site').select('site_id').execute()).toEqual([{ site_id: 'default' }])
})
