/**
 * Taking in, on a full database: 64 connections, the server in a process of its own on one core, the load on another.
 * Everything as a ratio to (a) a bare server, with one event a request, and to (b) bare inserts, with ten.
 */
import { copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { EVENTS, fill } from '../full.ts'
import { end, inFolder, inWords, load, median, memoryOf, ROUNDS, run, secondsBehind, start } from '../machine.ts'
import type { Heard } from './load.ts'

const CONNECTIONS = 64
const SECONDS = 4
const WARM_UP_SECONDS = 4

export interface Round {
  rate: number
  heard: Heard
  /** From the last answer until everything was scored. */
  behind: number
}

export async function benchIntake(): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, 'braise.db')
    const visitorIds = await fill(path, EVENTS)
    const [bytes, many] = [statSync(path).size, eventsIn(path)]
    console.log(`\nTaking in, on ${inWords(many)} events; ${(bytes / many).toFixed(0)} bytes an event, all included`)
    copyFileSync(path, join(folder, 'bare.db'))
    const bare: Round[] = []
    const inserts: number[] = []
    const ones: Round[] = []
    const tens: Round[] = []
    const memory: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      bare.push(await roundOf('dist/bench/bare.js', path, visitorIds, 1))
      const inserted = await run(0, 'dist/bench/inserts.js', join(folder, 'bare.db'), '2', JSON.stringify(visitorIds))
      inserts.push(JSON.parse(inserted).rate)
      for (const [rounds, many] of [
        [ones, 1],
        [tens, 10],
      ] as const) {
        rounds.push(await roundOf('dist/collector/main.js', path, visitorIds, many, memory))
      }
    }
    tell('(a) a bare server, one event a request', bare, 1)
    console.log(`  (b) bare inserts ${inWords(median(inserts))} events a second`)
    tell('one event a request, as a ratio to (a)', ones, rateOf(ones) / rateOf(bare))
    tell('ten events a request, as a ratio to (b)', tens, rateOf(tens) / median(inserts))
    console.log(`  memory at most ${Math.max(...memory)} MB`)
  })
}

export function tell(what: string, rounds: Round[], ratio: number): void {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick))
  const times = `p50 ${of(({ heard }) => heard.p50).toFixed(1)} ms, p99 ${of(({ heard }) => heard.p99).toFixed(1)} ms`
  const behind = `scored ${of(({ behind }) => behind).toFixed(2)} s behind`
  const refused = `${of(({ heard }) => heard.refused)} refused`
  console.log(
    `  ${ratio.toFixed(2)}  ${what}: ${inWords(rateOf(rounds))} events a second, ${times}, ${behind}, ${refused}`,
  )
}

export function rateOf(rounds: Round[]): number {
  return median(rounds.map(({ rate }) => rate))
}

export async function roundOf(
  script: string,
  path: string,
  visitorIds: string[],
  eventsARequest: number,
  memory: number[] = [],
): Promise<Round> {
  const server = await start(0, script, path)
  try {
    const task = { port: server.port, connections: CONNECTIONS, seconds: SECONDS, eventsARequest, visitorIds }
    // Its code is compiled as it is used: what it does in its first seconds is not what it does all day.
    await load(1, { ...task, seconds: WARM_UP_SECONDS })
    const heard = await load(1, task)
    const behind = script.includes('main') ? await secondsBehind(path) : 0
    memory.push(memoryOf(server))
    return { rate: heard.accepted / (heard.seconds + behind), heard, behind }
  } finally {
    await end(server)
  }
}

function eventsIn(path: string): number {
  const file = new Sqlite(path)
  file.exec('pragma wal_checkpoint(truncate)')
  const many = file.prepare('select count(*) from event').pluck().get() as number
  file.close()
  return many
}
