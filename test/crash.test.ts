/** What was acknowledged survives however the server ends, and is counted. */
import { copyFileSync, existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newSqliteUrl } from './support/engines.ts'
import { inLength } from './support/length.ts'
import { Load } from './support/load.ts'
import { startServer } from './support/server.ts'
import { writtenId } from './support/stored.ts'
import { buildUnprotected, HASTY } from './support/unprotected.ts'

const DEATHS = inLength(5, 25)
const STOPS = inLength(3, 20)
/** As many as it takes until one of them meets a moment between an early answer and its commit. */
const MOST_CONTROLS = 20

vi.setConfig({ testTimeout: inLength(180_000, 600_000) })

test('sudden deaths under load lose nothing that was acknowledged, and the scores catch up', async () => {
  const url = await newFile()
  const load = new Load()
  let uncounted = 0
  for (let round = 1; round <= DEATHS; round++) {
    const server = await startServer({ databaseUrl: url })
    await load.expectCounted(server.url)
    await load.runUntil(server.url, 10 + Math.random() * 50, () => server.end('SIGKILL'))
    const left = leftBy(url)
    expect(load.missingFrom(left.eventIds)).toEqual([])
    uncounted += left.uncounted
  }
  const server = await startServer({ databaseUrl: url })
  await load.resend(server.url)
  await load.expectCounted(server.url)
  expect(await server.end('SIGTERM')).toBe(0)
  expect(load.missingFrom(leftBy(url).eventIds)).toEqual([])
  // Else every death came at a moment when all was counted, and nothing was caught up.
  expect(uncounted).toBeGreaterThan(0)
})

test('neither does a stop under load, which leaves a whole file, nor a second signal in the middle of it', async () => {
  const url = await newFile()
  const load = new Load()
  for (let round = 1; round <= STOPS; round++) {
    const server = await startServer({ databaseUrl: url })
    const isHasty = round % 3 === 0
    const code = await load.runUntil(server.url, 10 + Math.random() * 50, () => {
      const ended = server.end('SIGTERM')
      return isHasty ? server.end('SIGTERM') : ended
    })
    expect([0, isHasty ? 1 : 0]).toContain(code)
    if (!isHasty) expect(existsSync(`${url}-wal`)).toBe(false)
    expect(load.missingFrom(leftBy(url).eventIds)).toEqual([])
  }
  const server = await startServer({ databaseUrl: url })
  await load.resend(server.url)
  await load.expectCounted(server.url)
})

test('both lose events of a server that answers before it commits, and does not wait as it stops', async () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const url = await newFile()
    const hasty = buildUnprotected({ ...HASTY, 'await intake.drain();': '' })
    const load = new Load()
    const missing: string[] = []
    for (let round = 1; round <= MOST_CONTROLS && missing.length === 0; round++) {
      const server = await startServer({ databaseUrl: url, folder: hasty })
      await load.runUntil(server.url, 10, () => server.end(signal))
      missing.push(...load.missingFrom(leftBy(url).eventIds))
    }
    expect(missing, signal).not.toEqual([])
  }
})

async function newFile(): Promise<string> {
  const { url, remove } = await newSqliteUrl()
  onTestFinished(remove)
  return url
}

/**
 * What a dead server has left on disk, and how much of it no score counts yet. Read from a copy: opening the file
 * itself would mend it, which is for the next server to do.
 */
function leftBy(path: string): { eventIds: Set<string>; uncounted: number } {
  const copy = join(mkdtempSync(`${path}-left-`), 'braise.db')
  for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end)
  const file = new Sqlite(copy)
  try {
    const eventIds = file
      .prepare(`select ${writtenId('event_id')} from event`)
      .pluck()
      .all() as string[]
    const touches = file.prepare('select count(*) from touch').pluck().get() as number
    const due = file.prepare('select count(*) from lead where next_change_at = 0').pluck().get() as number
    return { eventIds: new Set(eventIds), uncounted: touches + due }
  } finally {
    file.close()
  }
}
