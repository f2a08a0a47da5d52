/** A disk that is full, read-only or held by somebody else: nobody is told what is not so, and it passes by itself. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { API_TOKEN, findLeads, USER_AGENT, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { PATIENCE } from '../support/patience.ts'
import { type ServerProcess, startServer } from '../support/server.ts'
import { mountSmallDisk, testWith } from '../support/tools.ts'
import { attach } from '../support/tracing.ts'
import { buildUnprotected, HASTY } from '../support/unprotected.ts'

const MEGABYTE = 1024 * 1024
const DISK = 24

testWith('mount', 'a full disk: 503 and never a false 202, reading goes on, and room brings it back', async () => {
  const folder = mountSmallDisk(DISK)
  const url = join(folder, 'braise.db')
  const server = await startServer({ databaseUrl: url })
  const acknowledged = await fillUp(server, folder)
  const health = await fetch(`${server.url}/health`)
  expect(health.status).toBe(503)
  expect(await health.json()).toMatchObject({ status: 'full', diskLow: true })
  expect(server.log()).toContain('The disk is full')
  const [ada] = await findLeads(server.url)
  expect(ada?.email).toMatch(/ada\d+@analytical/)
  // What the ballast gave back is for whoever deletes.
  expect(existsSync(`${url}-ballast`)).toBe(false)
  expect(await note(server, ada?.id ?? '')).toBeLessThan(300)

  rmSync(join(folder, 'filler'))
  await vi.waitFor(async () => acknowledged.push(...(await send(server, 'Bob', 202))), PATIENCE)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  await vi.waitFor(() => expect(existsSync(`${url}-ballast`)).toBe(true), PATIENCE)
  await server.end('SIGKILL')
  expect(missingFrom(url, acknowledged)).toEqual([])
})

testWith('mount', 'without a ballast nothing can be changed on a full disk', async () => {
  const folder = mountSmallDisk(DISK)
  const unballasted = buildUnprotected({ 'rmSync(this.#ballast, { force: true })': '' })
  const server = await startServer({ databaseUrl: join(folder, 'braise.db'), folder: unballasted })
  await fillUp(server, folder)
  const [ada] = await findLeads(server.url)
  expect(await note(server, ada?.id ?? '')).toBe(503)
})

testWith('strace', 'a disk that has become read-only: 503, reading goes on, and it passes by itself', async () => {
  const { url } = await newSqliteUrl()
  const server = await startServer({ databaseUrl: url })
  const acknowledged = await send(server, 'Ada', 202)
  await vi.waitFor(async () => expect(await findLeads(server.url)).toHaveLength(1), PATIENCE)
  const detach = await attach(server.pid, refusalOf(url))
  for (let i = 0; i < 5; i++) await send(server, `Eve${i}`, 503)
  expect(await findLeads(server.url)).toHaveLength(1)
  await detach()
  acknowledged.push(...(await send(server, 'Bob', 202)))
  await server.end('SIGKILL')
  expect(missingFrom(url, acknowledged)).toEqual([])
})

testWith('strace', 'a server that answers before it commits says 202 for what such a disk refuses', async () => {
  const { url } = await newSqliteUrl()
  const server = await startServer({ databaseUrl: url, folder: buildUnprotected(HASTY) })
  const detach = await attach(server.pid, refusalOf(url))
  const acknowledged = await send(server, 'Eve', 202)
  await detach()
  await server.end('SIGKILL')
  expect(missingFrom(url, acknowledged)).toEqual(acknowledged)
})

/** A system does not let a disk become read-only while a file is open: it lets the writes fail. */
const refusalOf = (url: string) => [
  ...['-e', 'trace=pwrite64', '-e', 'inject=pwrite64:error=EROFS', '-P', url, '-P', `${url}-wal`],
]

const ASKED = 20

test('while another process holds the lock, everybody else is answered, and senders once it is free', async () => {
  const { url } = await newSqliteUrl()
  const server = await startServer({ databaseUrl: url })
  const lock = lockOf(url)
  await sendToNobody(server)
  const sent = Promise.all(Array.from({ length: 5 }, (_, i) => send(server, `Ada${i}`, 202)))
  const until = performance.now() + inLength(0, 7500)
  for (let i = 0; i < ASKED || performance.now() < until; i++) expect(await isReady(server)).toBe(true)
  lock.release()
  const acknowledged = (await sent).flat()
  await server.end('SIGKILL')
  expect(missingFrom(url, acknowledged)).toEqual([])
})

test('a server that waits for the lock where it stands answers nobody meanwhile', async () => {
  const { url } = await newSqliteUrl()
  const folder = buildUnprotected({ 'const SQLITE_BUSY_MS = 5;': 'const SQLITE_BUSY_MS = 60000;' })
  const server = await startServer({ databaseUrl: url, folder })
  const lock = lockOf(url)
  await sendToNobody(server)
  await vi.waitFor(async () => expect(await isReady(server, 500)).toBe(false), PATIENCE)
  lock.release()
})

/** Lets the disk run full under load. @returns the ids of all events that were acknowledged */
async function fillUp(server: ServerProcess, folder: string): Promise<string[]> {
  const acknowledged = await send(server, 'Ada0', 202)
  await vi.waitFor(async () => expect(await findLeads(server.url)).toHaveLength(1), PATIENCE)
  expect(existsSync(join(folder, 'braise.db-ballast'))).toBe(true)
  writeUntilFull(join(folder, 'filler'))
  for (let i = 1; i < 5000; i++) {
    const ids = await send(server, `Ada${i}`)
    if (ids.length === 0) return acknowledged
    acknowledged.push(...ids)
  }
  throw new Error('The disk has not become full')
}

function writeUntilFull(path: string): void {
  for (let size = MEGABYTE; size >= 4096; ) {
    try {
      writeFileSync(path, Buffer.alloc(size, 7), { flag: 'a' })
    } catch {
      size /= 2
    }
  }
}

/** Posts a visit. @returns the ids of its events; none: it was told to come again later, and when */
async function send(server: ServerProcess, person: string, expected?: number): Promise<string[]> {
  const { email: _, ...batch } = visitOf(person, 'demo request', ['/pricing'], Date.now())
  const headers = { 'content-type': 'text/plain', 'user-agent': USER_AGENT }
  const response = await fetch(`${server.url}/e`, { method: 'POST', headers, body: JSON.stringify(batch) })
  await response.arrayBuffer()
  if (expected !== undefined) expect(response.status).toBe(expected)
  if (response.status === 202) return batch.events.map(({ id }) => id)
  expect(response.status).toBe(503)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  return []
}

/** What is refused is counted a moment later, and the count wants the lock. */
async function sendToNobody({ url }: ServerProcess): Promise<void> {
  const body = JSON.stringify({ site: 'nobody', sentAt: 0, events: [] })
  const response = await fetch(`${url}/e`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body })
  expect(response.status).toBe(404)
}

async function note({ url }: ServerProcess, leadId: string): Promise<number> {
  const response = await fetch(`${url}/api/leads/${leadId}/notes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'She called.' }),
  })
  await response.arrayBuffer()
  return response.status
}

async function isReady({ url }: ServerProcess, within = 20_000): Promise<boolean> {
  const answer = fetch(`${url}/ready`, { signal: AbortSignal.timeout(within) })
  return answer.then(
    ({ ok }) => ok,
    () => false,
  )
}

function lockOf(url: string): { release(): void } {
  const other = new Sqlite(url, { timeout: 5000 })
  other.exec('begin immediate')
  return {
    release() {
      other.exec('rollback')
      other.close()
    },
  }
}

function missingFrom(url: string, ids: string[]): string[] {
  const file = new Sqlite(url)
  try {
    const find = file.prepare("select count(*) from event where event_id = unhex(?, '-')").pluck()
    return ids.filter((id) => find.get(id) !== 1)
  } finally {
    file.close()
  }
}
