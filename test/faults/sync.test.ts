/** No 202 leaves before what it acknowledges is on disk: read from the calls that the server makes to the system. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { newSqliteUrl } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { Load } from '../support/load.ts'
import { startServer } from '../support/server.ts'
import { testWith } from '../support/tools.ts'
import { attach, type Call, callsIn } from '../support/tracing.ts'
import { buildUnprotected } from '../support/unprotected.ts'

const ANSWERS = inLength(60, 600)

vi.setConfig({ testTimeout: inLength(60_000, 300_000) })

testWith('strace', 'every 202 comes after the sync that follows the write of its events', async () => {
  const { answers, early } = await watch('dist/collector')
  expect(answers).toBeGreaterThanOrEqual(ANSWERS)
  expect(early).toEqual([])
})

testWith('strace', 'not so where SQLite is told not to sync', async () => {
  const { early } = await watch(
    buildUnprotected({
      "if (synchronous !== 2 || mode !== 'wal')": "file.exec('pragma synchronous = off'); if (false)",
    }),
  )
  expect(early).not.toEqual([])
})

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

function judge(calls: Call[], log: number): { answers: number; early: string[] } {
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
      const between = calls.slice(since, place).filter((call) => call.of === log)
      early.push(...ids.filter((id) => !isSynced(id, between)))
      answers += 1
      asked.delete(of)
    }
  }
  return { answers, early }
}

function isSynced(id: string, calls: Call[]): boolean {
  const packed = Buffer.from(id.replaceAll('-', ''), 'hex')
  const written = calls.findIndex(({ name, bytes }) => name === 'pwrite64' && bytes.includes(packed))
  return written >= 0 && calls.slice(written).some(({ name, result }) => /sync$/.test(name) && result === 0)
}

/** The number under which a process has a file open. */
function openAs(pid: number, path: string): number {
  const folder = `/proc/${pid}/fd`
  return Number(readdirSync(folder).find((name) => readlinkSync(join(folder, name)) === path))
}
