/** Two collectors on one Postgres, as a ratio to one: 64 connections in all, all processes wherever the machine puts them. */

import { startPostgres } from '../../support/postgres.ts'
import { EVENTS, fill } from '../full.ts'
import { end, load, ROUNDS, type Server, secondsBehind, start } from '../machine.ts'
import { type Round, rateOf, tell } from './intake.ts'

const CONNECTIONS = 64
const SECONDS = 4
const EVENTS_A_REQUEST = 10
/** Postgres is filled through a connection: more would take longer than what is measured. */
const MOST_EVENTS = 200_000

export async function benchCollectors(): Promise<void> {
  const postgres = await startPostgres()
  try {
    const visitorIds = await fill(postgres.url, Math.min(EVENTS, MOST_EVENTS))
    const one: Round[] = []
    const two: Round[] = []
    for (let i = 0; i < ROUNDS; i++) {
      one.push(await roundOf(postgres.url, visitorIds, 1))
      two.push(await roundOf(postgres.url, visitorIds, 2))
    }
    console.log('\nCollectors on one Postgres, ten events a request')
    tell('one collector', one, 1)
    tell('two collectors', two, rateOf(two) / rateOf(one))
    const latency = (rounds: Round[]) => rounds.map(({ heard }) => heard.p50).sort((a, b) => a - b)[2] ?? 0
    console.log(`  ${(latency(two) / latency(one)).toFixed(2)}  the median answer of two, as a ratio to that of one`)
  } finally {
    await postgres.stop()
  }
}

async function roundOf(url: string, visitorIds: string[], collectors: number): Promise<Round> {
  const servers: Server[] = []
  try {
    for (let i = 0; i < collectors; i++) servers.push(await start(null, 'dist/collector/main.js', url))
    const task = { connections: CONNECTIONS / collectors, eventsARequest: EVENTS_A_REQUEST, visitorIds }
    const loadAll = (seconds: number) => Promise.all(servers.map(({ port }) => load(null, { ...task, port, seconds })))
    await loadAll(SECONDS)
    const all = await loadAll(SECONDS)
    const behind = await secondsBehind(url)
    const sum = (pick: (heard: (typeof all)[number]) => number) => all.reduce((sum, heard) => sum + pick(heard), 0)
    const seconds = Math.max(...all.map((heard) => heard.seconds))
    const heard = {
      accepted: sum(({ accepted }) => accepted),
      refused: sum(({ refused }) => refused),
      seconds,
      p50: sum(({ p50 }) => p50) / collectors,
      p99: Math.max(...all.map(({ p99 }) => p99)),
    }
    return { rate: heard.accepted / (seconds + behind), heard, behind }
  } finally {
    for (const server of servers) await end(server)
  }
}
