/** No 202 leaves before what it acknowledges is on disk: read from the calls that the server makes to the system. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { post, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { Load } from '../support/load.ts'
import { type ServerProcess, startServer } from '../support/server.ts'
import { testWith } from '../support/tools.ts'
import { attach, type Call, callsIn } from '../support/tracing.ts'
import { buildUnprotected } from '../support/unprotected.ts'

const ANSWERS = inLength(60, 600)

vi.setConfig({ testTimeout: inLength(180_000, 300_000) })

testWith('strace', 'every 202 comes after the sync that follows the write of its events', async () => {
  const { answers, early } = await watch('dist/collector')
  expect(answers).toBeGreaterThanOrEqual(ANSWERS)
  expect(early).toEqual([])
})

testWith('strace', 'not so where the sync is left out', async () => {
  const { early } = await watch(buildUnprotected({ 'await wal.sync();': '' }))
  expect(early).not.toEqual([])
})

testWith('strace', 'where the disk fails to sync, nothing is acknowledged any more: the server ends', async () => {
  const server = await startFailing('dist/collector')
  await expect(postOne(server)).rejects.toThrow()
  expect(await server.end('SIGKILL')).toBe(1)
})

testWith('strace', 'not so where nobody asks how the sync went', async () => {
  const asked = 'fdatasync(this.#descriptor, (error) => {'
  const server = await startFailing(
    buildUnprotected({ [asked]: 'fdatasync(this.#descriptor, () => { const error = null' }),
  )
  await postOne(server)
})

/** A server whose disk fails to sync the log from now on. */
async function startFailing(folder: string): Promise<ServerProcess> {
  const { url, remove } = await newSqliteUrl()
  onTestFinished(remove)
  const server = await startServer({ databaseUrl: url, folder })
  await attach(server.pid, ['-e', 'inject=fdatasync:error=EIO', '-P', `${url}-wal`, '-o', '/dev/null'])
  return server
}

const postOne = ({ url }: ServerProcess) => post(url, visitOf('Ada', 'demo request', ['/pricing'], Date.now()))

/** @returns how many answers said 202, and the events that one of them acknowledged although they were not on disk */
async function watch(folder: string): Promise<{ answers: number; early: string[] }> {
  const { url, remove } = await newSqliteUrl()
  onTestFinished(remove)
  const server = await startServer({ databaseUrl: url, folder })
  const file = join(dirname(url), 'calls')
  const calls = 'trace=read,write,writev,pwrite64,fsync,fdatasync'
  const detach = await attach(server.pid, ['-e', calls, '-e', 'signal=none', '-xx', '-s', '70000', '-o', file])
  const load = new Load()
  await load.runUntil(server.url, ANSWERS, detach)
  return judge(callsIn(readFileSync(file, 'latin1')), openAs(server.pid, `${url}-wal`))
}

/** @param logs the numbers under which the log is open */
function judge(calls: Call[], logs: number[]): { answers: number; early: string[] } {
  /** By socket: what was asked over it and not answered yet, and since which call. */
  const asked = new Map<number, { since: number; ids: string[] }>()
  const early: string[] = []
  let answers = 0
  for (const [place, { name, of, bytes }] of calls.entries()) {
    if (name === 'read') {
      const { since, ids } = asked.get(of) ?? { since: place, ids: [] }
      const more = [...bytes.toString('latin1').matchAll(/"id":"([\da-f-]{36})"/g)].map(([, id]) => id as string)
      asked.set(of, { since, ids: [...ids, ...more] })
    } else if (bytes.includes('HTTP/1.1 202 ')) {
      const { since, ids } = asked.get(of) ?? { since: place, ids: [] }
      early.push(...ids.filter((id) => !isSynced(id, calls.slice(0, place), since, logs)))
      answers += 1
      asked.delete(of)
    }
  }
  return { answers, early }
}

/** Did a sync begin after the event was written to the log, and end well? */
function isSynced(id: string, calls: Call[], asked: number, logs: number[]): boolean {
  const packed = Buffer.from(id.replaceAll('-', ''), 'hex')
  const isOfLog = ({ of }: Call) => logs.includes(of)
  const written = calls.findIndex(
    (call, place) => place >= asked && isOfLog(call) && call.name === 'pwrite64' && call.bytes.includes(packed),
  )
  const isSync = (call: Call) => isOfLog(call) && /sync$/.test(call.name) && call.result === 0
  return written >= 0 && calls.some((call) => isSync(call) && call.since > written)
}

/** The numbers under which a process has a file open. */
function openAs(pid: number, path: string): number[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder)
    .filter((name) => readlinkSync(join(folder, name)) === path)
    .map(Number)
}
