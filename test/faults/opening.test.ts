/** What a collector looks at before it trusts a file: who owns it, of which version it is, whether all of it is there. */
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { openDatabase } from '../../collector/store/database.ts'
import { API_TOKEN, findLeads, post, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { PATIENCE } from '../support/patience.ts'
import { runToEnd, type ServerProcess, startServer } from '../support/server.ts'
import { copyOf, framesOf } from '../support/wal.ts'

const VISITS = 25
const CUTS = inLength(20, Number.MAX_SAFE_INTEGER)
const FLIPS = inLength(20, 200)

vi.setConfig({ testTimeout: 300_000 })

test('a second process is told who owns the file; sudden death gives it free', async () => {
  const { url } = await newSqliteUrl()
  const first = await startServer({ databaseUrl: url })
  const second = await runToEnd('main', [], url)
  expect(second.code).toBe(1)
  expect(second.complained.trim().split('\n')).toHaveLength(1)
  expect(second.complained).toContain(`in use by process ${first.pid} on `)
  await takes(first, 'Ada')
  await first.end('SIGKILL')
  const third = await startServer({ databaseUrl: url })
  await takes(third, 'Bob')
  expect(await third.end('SIGTERM')).toBe(0)
})

test('a port that is taken is named, with what to do', async () => {
  const [one, another] = await Promise.all([newSqliteUrl(), newSqliteUrl()])
  const { url } = await startServer({ databaseUrl: one.url })
  const port = Number(new URL(url).port)
  const second = startServer({ databaseUrl: another.url, port })
  await expect(second).rejects.toThrow(`Braise cannot start: port ${port} is taken: stop what listens there`)
})

test('a link for a user who lost the password is made beside a running server', async () => {
  const { url } = await newSqliteUrl()
  expect((await runToEnd('user', ['reset', 'ada@analytical.example'], url)).code).toBe(1)
  const server = await startServer({ databaseUrl: url })
  const answer = await runToEnd('user', ['reset', 'ada@analytical.example'], url)
  expect(answer.complained).toBe('There is no user ada@analytical.example\n')
  expect(await server.end('SIGTERM')).toBe(0)
})

test('a database of a newer version is refused by name', async () => {
  const { url } = await newSqliteUrl()
  await (await openDatabase(url)).close()
  const file = new Sqlite(url)
  file.exec("insert into kysely_migration values ('9999 what is to come', '2030-01-01')")
  file.close()
  const { code, complained } = await runToEnd('main', [], url)
  expect(code).toBe(1)
  expect(complained).toContain('a newer version of Braise (9999 what is to come)')
})

test('another application’s database is left alone', async () => {
  const { url } = await newSqliteUrl()
  const file = new Sqlite(url)
  file.exec('pragma application_id = 7; create table theirs (one)')
  file.close()
  expect((await runToEnd('main', [], url)).complained).toContain("another application's database")
})

test('where there can be no log of writes, as in memory, the server says so and what to do', async () => {
  const { code, complained } = await runToEnd('main', [], ':memory:')
  rmSync(':memory:-owner', { force: true })
  expect(code).toBe(1)
  expect(complained.trim().split('\n')).toHaveLength(1)
  expect(complained).toContain(':memory: keeps no log of its writes')
  expect(complained).toContain('a file on a local disk')
})

test('wherever the log of writes is cut, what is left is a beginning of it, and a loss is noticed', async () => {
  const dead = await deadFile()
  const frames = framesOf(`${dead.url}-wal`)
  const step = Math.max(1, Math.floor(frames.length / CUTS))
  let noticed = 0
  for (let i = 0; i < frames.length; i += step) {
    const { lost, missing } = await openAfter(dead, (wal) => truncateSync(wal, (frames[i] as number) + (i % 2) * 7))
    if (missing > 0) expect(lost, `cut at frame ${i}`).toBeGreaterThan(0)
    noticed += missing > 0 ? 1 : 0
  }
  expect(noticed).toBeGreaterThan(2)
  expect(await openAfter(dead, () => {})).toEqual({ lost: 0, missing: 0 })
})

test('flipped bits in the log of writes are never read as events: what is lost by them is noticed', async () => {
  const dead = await deadFile()
  const length = framesOf(`${dead.url}-wal`).at(-1) as number
  let noticed = 0
  for (let i = 0; i < FLIPS; i++) {
    // Spread over the whole log, each in another bit.
    const at = Math.floor(((i + 0.5) / FLIPS) * length)
    const { lost, missing } = await openAfter(dead, (wal) => flip(wal, at, i % 8))
    if (missing > 0) expect(lost, `bit ${i % 8} of byte ${at}`).toBeGreaterThan(0)
    noticed += missing > 0 ? 1 : 0
  }
  expect(noticed).toBeGreaterThan(2)
})

test('without the mark the same losses go unnoticed', async () => {
  const dead = await deadFile()
  const first = framesOf(`${dead.url}-wal`)[1] as number
  for (const loses of [(wal: string) => truncateSync(wal, first), (wal: string) => flip(wal, first + 100, 0)]) {
    const { lost, missing } = await openAfter(dead, (wal) => {
      loses(wal)
      rmSync(wal.replace(/-wal$/, '-mark'))
    })
    expect(lost).toBe(0)
    expect(missing).toBeGreaterThan(0)
  }
})

test('a server that starts on a file that has lost commits says so', async () => {
  const url = copyOf((await deadFile()).url)
  const frames = framesOf(`${url}-wal`)
  truncateSync(`${url}-wal`, frames[1] as number)
  const server = await startServer({ databaseUrl: url })
  const health = (await (await fetch(`${server.url}/health`)).json()) as { lostCommits: number }
  expect(health.lostCommits).toBeGreaterThan(0)
  expect(server.log()).toContain('lost commits')
})

test('from a damaged database nothing is told and nothing goes into it', async () => {
  const url = await damagedFile('SIGTERM')
  const server = await startServer({ databaseUrl: url })
  const [ada] = await findLeads(server.url)
  const authorization = { authorization: `Bearer ${API_TOKEN}` }
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  expect((await fetch(`${server.url}/api/leads/${ada?.id}`, { headers: authorization })).status).toBe(503)
  const health = await fetch(`${server.url}/health`)
  expect(health.status).toBe(503)
  expect(await health.json()).toMatchObject({ status: 'damaged' })
  expect((await fetch(`${server.url}/api/leads`, { headers: authorization })).status).toBe(503)
  const { email: _, ...batch } = visitOf('Bob', 'demo request', [], Date.now())
  const headers = { 'content-type': 'text/plain' }
  expect((await fetch(`${server.url}/e`, { method: 'POST', headers, body: JSON.stringify(batch) })).status).toBe(503)
  expect(server.log()).toContain('restore a backup')
})

test('after a sudden death damage is found although nobody asks', async () => {
  const server = await startServer({ databaseUrl: await damagedFile('SIGKILL') })
  await vi.waitFor(async () => expect((await fetch(`${server.url}/health`)).status).toBe(503), PATIENCE)
})

test('after a clean end the file is not read as a whole, and the same damage waits until somebody comes upon it', async () => {
  const server = await startServer({ databaseUrl: await damagedFile('SIGTERM') })
  await findLeads(server.url)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

/** A file as sudden death has left it, and the events that it had acknowledged, in order. */
interface DeadFile {
  url: string
  acknowledged: string[]
}

let made: Promise<DeadFile> | undefined

/** Made once for all tests. */
function deadFile(): Promise<DeadFile> {
  made ??= newSqliteUrl().then(async ({ url }) => {
    const server = await startServer({ databaseUrl: url })
    const acknowledged: string[] = []
    for (let i = 0; i < VISITS; i++) acknowledged.push(...(await takes(server, `Ada${i}`)))
    await server.end('SIGKILL')
    return { url, acknowledged }
  })
  return made
}

/** Posts a visit. @returns the ids of its events, all acknowledged */
async function takes(server: ServerProcess, person: string): Promise<string[]> {
  const { email: _, ...batch } = visitOf(person, 'demo request', ['/pricing', '/blog/embers'], Date.now())
  await post(server.url, batch)
  return batch.events.map(({ id }) => id)
}

/** Opens the dead file after something has happened to its log. What is left of the events must be a beginning of them. */
async function openAfter(dead: DeadFile, happens: (wal: string) => void): Promise<{ lost: number; missing: number }> {
  const url = copyOf(dead.url)
  happens(`${url}-wal`)
  try {
    const database = await openDatabase(url)
    const rows = await database.db.selectFrom('event').select('event_id').execute()
    const kept = new Set(rows.map(({ event_id }) => event_id))
    await database.close()
    const left = dead.acknowledged.filter((id) => kept.has(id))
    expect(left).toEqual(dead.acknowledged.slice(0, left.length))
    return { lost: database.found.lostCommits, missing: dead.acknowledged.length - left.length }
  } finally {
    rmSync(dirname(url), { recursive: true, force: true })
  }
}

function flip(path: string, at: number, bit: number): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] as number) ^ (1 << bit)
  writeFileSync(path, bytes)
}

/** A file whose events cannot be read: the page on which their table begins is no page any more. */
async function damagedFile(end: NodeJS.Signals): Promise<string> {
  const { url } = await newSqliteUrl()
  const server = await startServer({ databaseUrl: url })
  await takes(server, 'Ada')
  await vi.waitFor(async () => expect(await findLeads(server.url)).toHaveLength(1), PATIENCE)
  await server.end('SIGTERM')
  const file = new Sqlite(url)
  const [root, size] = [
    file.prepare("select rootpage from sqlite_schema where name = 'event'").pluck().get() as number,
    file.pragma('page_size', { simple: true }) as number,
  ]
  file.close()
  if (end === 'SIGKILL') await (await startServer({ databaseUrl: url })).end('SIGKILL')
  const bytes = readFileSync(url)
  bytes.fill(0x5a, (root - 1) * size, root * size)
  writeFileSync(url, bytes)
  return url
}
