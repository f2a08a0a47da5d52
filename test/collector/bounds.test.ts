import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import { USER_AGENT } from '../support/client.ts'
import { newPostgresUrl, newSqliteUrl, type TestDatabase } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { batch, MINUTE, page, START } from '../support/wire.ts'

let database: TestDatabase
let visited: Visited

beforeEach(async () => {
  database = await newSqliteUrl()
  visited = await visit(database.url, () => START)
})
afterEach(async () => {
  await visited.running.stop()
  await database.remove()
})

test('while another process holds the lock nobody else waits: what is too much is sent away, and nothing is lost', async () => {
  const first = page(START)
  const other = new Sqlite(database.url)
  other.exec('begin immediate')
  const waiting = visited.post(batch(newId(START), START, [first]))
  const shed = await vi.waitFor(async () => {
    const response = await Promise.race([visited.post(batch(newId(START), START, [page(START)])), nothing()])
    expect(response?.status).toBe(503)
    return response as Response
  }, PATIENCE)
  expect(shed.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(shed.headers.get('access-control-allow-origin')).toBe('*')
  expect(shed.headers.get('access-control-expose-headers')).toBe('Retry-After')
  // A body that is still to come is not waited for.
  expect(await headOnly()).toMatch(/^HTTP\/1.1 503 /)
  expect((await visited.api('/leads')).status).toBe(200)

  other.exec('rollback')
  other.close()
  expect((await waiting).status).toBe(202)
  const { db } = visited.running.collector.database
  const stored = await db.selectFrom('event').select('event_id').execute()
  expect(stored.map(({ event_id }) => event_id)).toContain(first.id)
})

test('while nothing can be written, who signed in a while ago goes on reading, and so does a program', async () => {
  await visited.running.stop()
  let now = START
  visited = await visit(database.url, () => now)
  const { running } = visited
  const url = running.url.replace('localhost', '127.0.0.1')
  const ask = (path: string, headers: Record<string, string>, body?: unknown) =>
    fetch(`${url}/api${path}`, {
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    })
  const token = new URL(running.firstLink ?? '').hash.slice(1)
  const ada = { token, email: 'ada@analytical.example', password: 'a difference engine' }
  const cookie = (await ask('/join', {}, ada)).headers.get('set-cookie')?.split(';')[0] ?? ''
  const program = await visited.api('/tokens', { method: 'POST', body: '{"name":"CRM","scope":"read","sites":"all"}' })
  const bearer = { authorization: `Bearer ${((await program.json()) as { token: string }).token}` }
  now += 10 * MINUTE
  const other = new Sqlite(database.url)
  other.exec('begin immediate')
  for (const headers of [{ cookie }, bearer]) expect((await ask('/leads', headers)).status).toBe(200)
  other.exec('rollback')
  other.close()
  for (const headers of [{ cookie }, bearer]) expect((await ask('/leads', headers)).status).toBe(200)
})

test('while the event loop is late, little is taken in at a time, and the rest sent away', async () => {
  const statuses = async () => {
    const events = () => Array.from({ length: 20 }, () => page(START))
    const many = Array.from({ length: 30 }, () => visited.post(batch(newId(START), START, events())))
    return new Set((await Promise.all(many)).map(({ status }) => status))
  }
  const busy = setInterval(() => {
    const until = performance.now() + 250
    while (performance.now() < until);
  }, 0)
  try {
    await vi.waitFor(async () => expect([...(await statuses())].sort()).toEqual([202, 503]), PATIENCE)
  } finally {
    clearInterval(busy)
  }
  await vi.waitFor(async () => expect(await statuses()).toEqual(new Set([202])), PATIENCE)
})

test('while scoring is behind nothing more is taken in; what was is counted once it can go on', async () => {
  const postgres = await newPostgresUrl()
  const server = await visit(postgres.url, () => START)
  const visitorId = newId(START)
  let sent = 0
  const send = async () => {
    const { status } = await server.post(
      batch(
        visitorId,
        START,
        Array.from({ length: 100 }, () => page(START)),
      ),
    )
    if (status === 202) sent += 100
    return status
  }
  const other = new pg.Client({ connectionString: postgres.url })
  await other.connect()
  await other.query('begin')
  await other.query('lock table standing in exclusive mode')
  for (let i = 0; i < 5; i++) expect(await send()).toBe(202)
  await vi.waitFor(async () => expect(await send()).toBe(503), PATIENCE)
  expect(sent).toBeGreaterThan(1000)
  await other.query('rollback')
  await other.end()
  await vi.waitFor(async () => expect(await send()).toBe(202), PATIENCE)
  await server.counted()
  const { items } = await server.read<{ items: { id: string }[] }>(`/leads/${visitorId}/events?limit=100`)
  expect(items).toHaveLength(100)
  const lead = await server.read<{ engagement: number }>(`/leads/${visitorId}`)
  expect(lead.engagement).toBeGreaterThan(0)
  await server.running.stop()
  await postgres.remove()
})

test('whoever goes away in the middle of a body is counted as refused, and no error', async () => {
  const socket = connect(Number(new URL(visited.running.url).port), '127.0.0.1')
  socket.write(`${HEAD}{"site"`)
  socket.end()
  await vi.waitFor(async () => {
    const { items } = await visited.read<{ items: { reason: string; count: number }[] }>('/refused')
    expect(items).toMatchObject([{ reason: 'the body did not arrive', count: 1 }])
  }, PATIENCE)
})

test('bodies that were made to be expensive are refused', async () => {
  const good = JSON.stringify(batch(newId(START), START, [page(START)]))
  const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, i])))
  const cases: [number, Promise<Response>][] = [
    [413, visited.post('['.repeat(200_000))],
    [422, visited.post('['.repeat(30_000) + ']'.repeat(30_000))],
    [413, visited.post(keys)],
    // It is never unpacked.
    [400, postBytes(gzipSync(good.padEnd(50_000_000)))],
  ]
  for (const [status, answer] of cases) {
    const response = await answer
    expect(response.status).toBe(status)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  }
  expect((await visited.post(good)).status).toBe(202)
})

function postBytes(body: Uint8Array<ArrayBuffer>): Promise<Response> {
  const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip', 'user-agent': USER_AGENT }
  return fetch(`${visited.running.url.replace('localhost', '127.0.0.1')}/e`, { method: 'POST', headers, body })
}

const HEAD = 'POST /e HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n'

/** Posts the head of a request, and not its body. @returns the head of the answer */
function headOnly(): Promise<string> {
  const socket = connect(Number(new URL(visited.running.url).port), '127.0.0.1')
  socket.write(HEAD)
  return new Promise((resolve, reject) => {
    socket.setTimeout(5000, () => socket.destroy(new Error('There is no answer')))
    socket.on('error', reject)
    socket.once('data', (answer) => {
      socket.destroy()
      resolve(answer.toString())
    })
  })
}

/** What an answer is held against that does not come. */
function nothing(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, 100))
}
