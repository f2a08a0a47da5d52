import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDatabase } from '../../collector/store/database.ts'
import { newPostgresUrl } from '../support/engines.ts'

/** What is led by something else, as `SCALING.md` explains; by the name of an index, or of a table for its key. */
const EXCEPTIONS = [
  ...['api_token', 'audit', 'lead_by_next_change', 'one_time_link', 'purge', 'sign_in', 'tracker_version', 'user'],
  ...['api_token_by_hash', 'user_by_email'],
]

test('the site leads every key and index, so that a distributed database can spread them; but for those that are explained', async () => {
  const { url, remove } = await newPostgresUrl()
  const database = await openDatabase(url)
  const { rows } = await sql<{ name: string; led: string }>`
    select replace(index.relname, '_key', '') as name, attname as led
    from pg_index
    join pg_class as index on index.oid = indexrelid
    join pg_class as held on held.oid = indrelid
    join pg_attribute on attrelid = indrelid and attnum = indkey[0]
    where held.relnamespace = 'public'::regnamespace and held.relname not like 'kysely%'`.execute(database.db)
  await database.close()
  await remove()
  expect(rows.length).toBeGreaterThan(30)
  const others = rows.filter(({ led }) => led !== 'site_id').map(({ name }) => name)
  expect(others.sort()).toEqual(EXCEPTIONS.sort())
  const page = readFileSync('collector/SCALING.md', 'utf8')
  for (const name of others) expect(page, name).toContain(`\`${name.replace(/_by_(hash|email)$/, '')}\``)
})
