/** Postgres ends at once while events come in: nothing that was acknowledged is lost, and it goes on when it is back. */
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { inLength } from '../support/length.ts'
import { Load } from '../support/load.ts'
import { PATIENCE } from '../support/patience.ts'
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts'
import { startServer } from '../support/server.ts'
import { buildUnprotected } from '../support/unprotected.ts'

const STRIKES = inLength(2, 10)
const MOST_CONTROLS = 10

vi.setConfig({ testTimeout: inLength(180_000, 600_000) })

test('Postgres may end at once under load, again and again: what was acknowledged is there, and is counted', async () => {
  const postgres = await newPostgres()
  const server = await startServer({ databaseUrl: postgres.url })
  const load = new Load()
  for (let round = 1; round <= STRIKES; round++) {
    await load.runUntil(server.url, 10 + Math.random() * 50, () => postgres.strike())
    expect(load.missingFrom(await eventIdsIn(postgres))).toEqual([])
  }
  await vi.waitFor(() => load.resend(server.url), PATIENCE)
  await load.expectCounted(server.url)
  expect(load.missingFrom(await eventIdsIn(postgres))).toEqual([])
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
})

test('a collector whose commits wait for no sync loses some by it', async () => {
  // Else it is synced a moment later all the same.
  const postgres = await newPostgres('wal_writer_delay=10s')
  const folder = buildUnprotected({
    'transact: (act) => retry(troubleInPostgres, () => db.transaction().execute(act)),':
      'transact(act) { return this.transactUnsynced(act) },',
  })
  const server = await startServer({ databaseUrl: postgres.url, folder })
  const load = new Load()
  const missing: string[] = []
  for (let round = 1; round <= MOST_CONTROLS && missing.length === 0; round++) {
    await load.runUntil(server.url, 10, () => postgres.strike())
    missing.push(...load.missingFrom(await eventIdsIn(postgres)))
  }
  expect(missing).not.toEqual([])
})

async function newPostgres(...settings: string[]): Promise<OwnPostgres> {
  const postgres = await startOwnPostgres(...settings)
  onTestFinished(() => postgres.stop())
  return postgres
}

async function eventIdsIn({ url }: OwnPostgres): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ event_id: string }>('select event_id from event')
  await client.end()
  return new Set(rows.map(({ event_id }) => event_id))
}
