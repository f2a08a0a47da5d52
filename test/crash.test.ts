/** What was acknowledged survives a sudden death of the server, and is counted. */
import { copyFileSync, existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import type { Batch } from '../tracker/protocol.ts'
import { findLead, findLeads, post, sumOf, visitOf } from './support/client.ts'
import { newSqliteUrl } from './support/engines.ts'
import { type ServerProcess, startServer } from './support/server.ts'
import { writtenId } from './support/stored.ts'
import { buildUnprotected } from './support/unprotected.ts'

const ROUNDS = 10
const POSTERS = 6
const PATIENCE = { timeout: 20_000, interval: 50 }

vi.setConfig({ testTimeout: 120_000 })

test('ten sudden deaths under load lose nothing that was acknowledged, and the scores catch up', async () => {
  const database = await newSqliteUrl()
  const load = new Load()
  let uncounted = 0
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const server = await startServer({ databaseUrl: database.url })
      await expectCaughtUp(server, load)
      await load.runUntil(server, 10 + 3 * round)
      const left = leftBy(database.url)
      expect(load.missingFrom(left.eventIds)).toEqual([])
      uncounted += left.uncounted
    }
    const server = await startServer({ databaseUrl: database.url })
    await load.resend(server)
    await expectCaughtUp(server, load)
    expect(await server.end('SIGTERM')).toBe(0)
    expect(load.missingFrom(leftBy(database.url).eventIds)).toEqual([])
    // Else every death came at a moment when all was counted, and nothing was caught up.
    expect(uncounted).toBeGreaterThan(0)
  } finally {
    await database.remove()
  }
})

test('the same deaths do lose events of a server that answers before it commits', async () => {
  const database = await newSqliteUrl()
  const hasty = buildUnprotected({ [COMMIT]: HASTE })
  const load = new Load()
  const missing: string[] = []
  try {
    for (let round = 1; round <= ROUNDS && missing.length === 0; round++) {
      const server = await startServer({ databaseUrl: database.url, folder: hasty })
      await load.runUntil(server, 10 + 3 * round)
      missing.push(...load.missingFrom(leftBy(database.url).eventIds))
    }
    expect(missing).not.toEqual([])
  } finally {
    await database.remove()
  }
})

/** What posters have posted, and what of it they were told is safe. */
class Load {
  /** By address: each visit makes a lead of its own. */
  readonly acknowledged = new Map<string, Batch>()
  readonly #unanswered = new Map<string, Batch>()
  #visits = 0

  /** Posts from several sides at once, and kills the server the moment that one more acknowledgement has come. */
  async runUntil(server: ServerProcess, acknowledgements: number): Promise<void> {
    const enough = this.acknowledged.size + acknowledgements
    let dead: Promise<unknown> | undefined
    const poster = async () => {
      while (!dead) {
        const { email, ...batch } = this.#nextVisit()
        await this.#send(server, email, batch)
        if (this.acknowledged.size >= enough) dead ??= server.end('SIGKILL')
      }
    }
    await Promise.all(
      Array.from({ length: POSTERS }, () =>
        poster().catch((error) => {
          if (!dead) throw error
        }),
      ),
    )
    await dead
  }

  /** Once more what got no answer, as a tracker does. Some of it is there already. */
  async resend(server: ServerProcess): Promise<void> {
    for (const [email, batch] of [...this.#unanswered]) await this.#send(server, email, batch)
  }

  missingFrom(eventIds: ReadonlySet<string>): string[] {
    const ids = [...this.acknowledged.values()].flatMap(({ events }) => events.map(({ id }) => id))
    return ids.filter((id) => !eventIds.has(id))
  }

  async #send({ url }: ServerProcess, email: string, batch: Batch): Promise<void> {
    this.#unanswered.set(email, batch)
    await post(url, batch)
    this.#unanswered.delete(email)
    this.acknowledged.set(email, batch)
  }

  #nextVisit(): Batch & { email: string } {
    const person = ['Ada', 'Bob', 'Eve'][this.#visits % 3] as string
    this.#visits += 1
    return visitOf(`${person}${this.#visits}`, 'demo request', ['/pricing', '/blog/embers'], Date.now())
  }
}

/** Every acknowledged visit has become a lead that is ranked by what it did: once, and all of it. */
async function expectCaughtUp({ url }: ServerProcess, { acknowledged }: Load): Promise<void> {
  await vi.waitFor(async () => {
    const leads = new Map((await findLeads(url)).map((lead) => [lead.email ?? '', lead]))
    expect([...acknowledged.keys()].filter((email) => !leads.has(email))).toEqual([])
    for (const email of acknowledged.keys()) {
      const lead = leads.get(email)
      const explained = await findLead(url, lead?.id ?? '')
      expect(lead?.rank).toBe(Math.round(sumOf(explained)))
      const hits = explained.reasons.filter(({ kind }) => kind === 'rule').map(({ rule, hits }) => [rule, hits])
      expect(Object.fromEntries(hits)).toEqual({ pricing: 1, blog: 1, session: 1, demoRequest: 1 })
    }
  }, PATIENCE)
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

const COMMIT = 'const receipts = await '
/** Answers at once, and lets death in before the commit. */
const HASTE = `
  for (const { arrival, resolve } of group) resolve({ accepted: arrival.events.length, rejected: [] });
  await new Promise((resolve) => setTimeout(resolve, 50));
  ${COMMIT}`
