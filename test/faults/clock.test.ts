/** The clock of a running server jumps: a visit stays one visit, and nothing is deleted before its time. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, vi } from 'vitest'
import type { PageEvent } from '../../tracker/protocol.ts'
import { API_TOKEN, findEvents, findLead, findLeads, post, sumOf, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { type ServerProcess, startServer } from '../support/server.ts'
import { testWith } from '../support/tools.ts'
import { buildUnprotected } from '../support/unprotected.ts'
import { DAY } from '../support/wire.ts'

const JUMPS = ['-1h', '+1d', '+400d', '-400d']

/** So that nobody need wait for a minute until it is looked what is past its time. */
const LOOKED_EVERY = 100
const QUICK = { ' = 60 * 1000;\n/** How far it has come': ` = ${LOOKED_EVERY};\n/** How far it has come` }
const UNSTEADY = { 'given ?? steadyClock(': 'given ?? Date.now ?? steadyClock(' }
const CREDULOUS = { 'if (hasJumped(': 'if (false && hasJumped(' }

/** A session ends after so long without anything. */
const HALF_AN_HOUR = 30 * 60 * 1000

testWith(
  'faketime',
  'while the clock jumps, a visit stays one visit in its order, and nothing is deleted',
  async () => {
    const from = Date.now()
    const { sent, events, lead, sessions, log } = await visitWhileJumping(QUICK)
    expect(log.match(/The clock has jumped/g)?.length).toBeGreaterThanOrEqual(JUMPS.length)
    expect(events.map(({ id }) => id)).toEqual(sent)
    for (const { at } of events) expect(at - from).toBeGreaterThan(-60_000)
    for (const { at } of events) expect(at).toBeLessThanOrEqual(Date.now())
    expect(lead.firstSeenAt).toBeLessThan(lead.lastSeenAt)
    expect(lead.rank).toBe(Math.round(sumOf(lead)))
    expect(sessions).toBe(1)
  },
)

testWith('faketime', 'a server that believes its clock tears the visit apart, and still deletes nothing', async () => {
  const { sent, events, sessions } = await visitWhileJumping({ ...QUICK, ...UNSTEADY })
  expect(sessions).toBeGreaterThan(1)
  expect(events.map(({ id }) => id)).not.toEqual(sent)
  // Of 400 days ago nothing counts any more.
  expect(events.length).toBe(sent.length - 1)
})

testWith('faketime', 'one that deletes by whatever the clock says deletes what is young', async () => {
  const { sent, events } = await visitWhileJumping({ ...QUICK, ...UNSTEADY, ...CREDULOUS }, purgedAhead)
  expect(events.length).toBeLessThan(sent.length - 1)
})

/** Everything was deleted that is past its time a year from now. */
async function purgedAhead({ url }: ServerProcess): Promise<void> {
  const headers = { authorization: `Bearer ${API_TOKEN}` }
  await vi.waitFor(async () => {
    const { purge } = await (await fetch(`${url}/api/retention?site=default`, { headers })).json()
    expect(purge.finishedAt).toBeGreaterThan(Date.now() + 365 * DAY)
  }, PATIENCE)
}

/**
 * Ada reads a page at each jump and after it, and says at last who she is.
 * @param ahead awaited while the clock is furthest ahead
 */
async function visitWhileJumping(
  replaced: Record<string, string>,
  ahead: (server: ServerProcess) => Promise<void> = async () => {},
) {
  const { url, remove } = await newSqliteUrl()
  onTestFinished(remove)
  const offset = join(dirname(url), 'offset')
  const set = (by: string) => writeFileSync(offset, `${by}\n`)
  set('+0')
  const server = await startServer({
    databaseUrl: url,
    folder: buildUnprotected(replaced),
    env: {
      LD_PRELOAD: spawnSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], {
        encoding: 'utf8',
      }).stdout.trim(),
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  })
  const { email: _, ...visit } = visitOf('Ada', 'demo request', [], Date.now())
  const sent: string[] = []
  async function reads(path: string): Promise<void> {
    const now = Date.now()
    const [event] = visitOf('Ada', '', [path], now).events as [PageEvent]
    const batch = { ...visit, sentAt: now, events: [{ ...event, at: now }] }
    await post(server.url, batch)
    sent.push(event.id)
    // It has been looked more than once what is past its time.
    await pause(4 * LOOKED_EVERY)
  }
  await reads('/pricing')
  for (const by of JUMPS) {
    set(by)
    await reads(`/blog/${by}`)
    if (by === '+400d') await ahead(server)
    set('+0')
    await reads(`/after/${by}`)
  }
  const now = Date.now()
  const [form] = visit.events
  const last = { ...visit, sentAt: now, events: visit.events.map((event) => ({ ...event, at: now })) }
  await post(server.url, last)
  sent.push(form?.id ?? '')
  const lead = await vi.waitFor(async () => {
    const [ada] = await findLeads(server.url)
    expect(ada?.email).toBe('ada@analytical.example')
    return findLead(server.url, ada?.id ?? '')
  }, PATIENCE)
  const events = (await findEvents(server.url, lead.id)).reverse()
  const times = events.map(({ at }) => at).sort((a, b) => a - b)
  const sessions = 1 + times.filter((at, i) => i > 0 && at - (times[i - 1] as number) >= HALF_AN_HOUR).length
  return { sent, events, lead, sessions, log: server.log() }
}
