/** A collector that has stopped working says so, although it still answers. */
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { API_TOKEN } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { startServer } from '../support/server.ts'
import { buildUnprotected } from '../support/unprotected.ts'

/** So that the test need not wait for a minute. */
const QUICK = {
  'const SENT_EVERY = 20 * 1000': 'const SENT_EVERY = 100',
  'BACK_WITHIN = 60 * 1000': 'BACK_WITHIN = 5000',
}
const STUCK = { 'this.#again = true;': 'return;' }

test('health is red once nothing is scored any more, and only then; the canary leaves nothing behind', async () => {
  const { url } = await newSqliteUrl()
  const works = await startServer({ databaseUrl: url, folder: buildUnprotected(QUICK) })
  const stuck = await startServer({
    databaseUrl: (await newSqliteUrl()).url,
    folder: buildUnprotected({ ...QUICK, ...STUCK }),
  })
  await vi.waitFor(async () => expect((await fetch(`${stuck.url}/health`)).status).toBe(503), PATIENCE)
  expect(await (await fetch(`${stuck.url}/health`)).json()).toMatchObject({ status: 'stuck' })
  // A busy machine may keep its canary away for a while, too; but it comes back.
  await vi.waitFor(async () => expect((await fetch(`${works.url}/health`)).status).toBe(200), PATIENCE)

  const headers = { authorization: `Bearer ${API_TOKEN}` }
  const sites = (await (await fetch(`${works.url}/api/sites`, { headers })).json()) as { items: { id: string }[] }
  expect(sites.items.map(({ id }) => id)).toEqual(['default'])
  const body = JSON.stringify({ site: '~canary', sentAt: 0, events: [] })
  const sent = await fetch(`${works.url}/e`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body })
  expect(sent.status).toBe(404)
  expect(await works.end('SIGTERM')).toBe(0)
  const file = new Sqlite(url)
  for (const table of ['event', 'visitor', 'touch', 'span', 'lead', 'standing', 'stage_change']) {
    expect(file.prepare(`select count(*) from ${table}`).pluck().get(), table).toBe(0)
  }
  expect(file.prepare('select site_id from ruleset').pluck().all()).toContain('~canary')
  file.close()
})
