/** Whenever a server dies while it publishes, the next one shows what all leads were worth before, or what they are now. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { Ruleset } from '../collector/domain/rule.ts'
import { Intake } from '../collector/intake.ts'
import { openDatabase } from '../collector/store/database.ts'
import { newId } from '../collector/store/id.ts'
import { ensureSite, findSite, type Site } from '../collector/store/sites.ts'
import { rule, rulesOf } from './collector/domain/given.ts'
import { arrivalOf, publish, settle } from './support/arrivals.ts'
import { API_TOKEN } from './support/client.ts'
import { newSqliteUrl } from './support/engines.ts'
import { inLength } from './support/length.ts'
import { type ServerProcess, startServer } from './support/server.ts'
import { batch, identify, page } from './support/wire.ts'

const LEADS = 1000
/** Side by side, because whoever comes after a death waits ten seconds before it takes the work over. */
const SERVERS = 3
const DEATHS_EACH = inLength(2, 7)
/** About as long as a publish takes, with the start of its thread. */
const LONGEST_LIFE = 1200
/** Others load the machine, and so do the servers beside each other. */
const PATIENCE = { timeout: 90_000, interval: 100 }

vi.setConfig({ testTimeout: 300_000 })

test('sudden deaths in the middle of publishing show wholly old or wholly new scores, and it goes on by itself', async () => {
  const interrupted = { before: 0, after: 0 }
  await Promise.all(
    Array.from({ length: SERVERS }, async (_, nth) => {
      const database = await newSqliteUrl()
      try {
        await fill(database.url)
        let server = await startServer({ databaseUrl: database.url })
        for (let round = 1; round <= DEATHS_EACH; round++) {
          // At once, and then later and later: left to chance they could all die when it is done.
          const share = (nth * DEATHS_EACH + round - 1) / (SERVERS * DEATHS_EACH)
          await publishAndDie(server, round + 1, share * LONGEST_LIFE)
          server = await startServer({ databaseUrl: database.url })
          const ranks = await ranksOf(server)
          expect(ranks).toEqual(Array(LEADS).fill(ranks[0]))
          expect([round, round + 1]).toContain(ranks[0])
          interrupted[ranks[0] === round ? 'before' : 'after'] += 1
          await vi.waitFor(async () => expect(await ranksOf(server)).toEqual(Array(LEADS).fill(round + 1)), PATIENCE)
        }
        await server.end('SIGKILL')
      } finally {
        await database.remove()
      }
    }),
  )
  console.log(`Died before the switch ${interrupted.before} times, after it ${interrupted.after} times`)
  expect(interrupted.before).toBeGreaterThan(0)
})

test('the same look finds a mixture where a server switches before everybody is worked out', async () => {
  const database = await newSqliteUrl()
  const hasty = buildHastyServer()
  try {
    await fill(database.url)
    const server = await startServer({ databaseUrl: database.url, folder: hasty })
    await send(server, '/rules/publish', { ruleset: pagesWorth(2), note: 'too soon' })
    await vi.waitFor(async () => {
      const ranks = await ranksOf(server)
      expect(ranks.length < LEADS || new Set(ranks).size > 1).toBe(true)
    }, PATIENCE)
  } finally {
    rmSync(hasty, { recursive: true, force: true })
    await database.remove()
  }
})

/** Each page is worth so much for ever, and nothing else is worth anything. */
function pagesWorth(points: number): Ruleset {
  return rulesOf([rule({ points })])
}

/** Leads who saw one page each, and rules by which it is worth a point. */
async function fill(url: string): Promise<void> {
  const database = await openDatabase(url)
  const now = Date.now() - 60_000
  await ensureSite(database.db, 'default', now)
  const site = (await findSite(database.db, 'default')) as Site
  const intake = new Intake(database, () => {})
  const arrivals = Array.from({ length: LEADS }, (_, i) => {
    const events = [page(now), identify(now, `ada${i}@analytical.example`)]
    return arrivalOf(site, batch(newId(now), now, events), now)
  })
  await Promise.all(arrivals.map((arrival) => intake.takeIn(arrival)))
  await settle(database, now)
  await publish(database, pagesWorth(1), now)
  await database.close()
}

async function publishAndDie(server: ServerProcess, points: number, life: number): Promise<void> {
  const answer = await send(server, '/rules/publish', { ruleset: pagesWorth(points), note: `${points} points` })
  expect(answer.status).toBe(202)
  await new Promise((resolve) => setTimeout(resolve, life))
  await server.end('SIGKILL')
}

function send({ url }: ServerProcess, path: string, body: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  return fetch(`${url}/api${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** The whole list, page by page; from its beginning again where the rules changed meanwhile. */
async function ranksOf(server: ServerProcess): Promise<number[]> {
  const ranks: number[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const headers = { authorization: `Bearer ${API_TOKEN}` }
    const answer = await fetch(`${server.url}/api/leads?limit=100&cursor=${cursor}`, { headers })
    if (answer.status === 409) return ranksOf(server)
    const part = (await answer.json()) as { items: { rank: number }[]; next: string | null }
    ranks.push(...part.items.map(({ rank }) => rank))
    cursor = part.next
  }
  return ranks
}

const CONDITION = 'if (part.to === undefined)'

/** A copy of the built server that goes live after the first part. It stands beside the others, where its packages are found. */
function buildHastyServer(): string {
  const folder = mkdtempSync('dist/control-')
  cpSync('dist/collector', folder, { recursive: true })
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'))
  const found = files.filter((name) => readFileSync(join(folder, name), 'utf8').includes(CONDITION))
  expect(found).toHaveLength(1)
  const path = join(folder, found[0] ?? '')
  writeFileSync(path, readFileSync(path, 'utf8').replace(CONDITION, 'if (part.to === undefined || next.done > 0)'))
  return folder
}
