/**
 * Taking in, on a full database: 64 connections, the server in a process of its own on one core, the load on another.
 * Everything as a ratio to (a) a bare server, with one event a request, and to (b) bare inserts, with ten.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { updateStandings } from '../../../collector/standings.ts'
import { type Database, openDatabase } from '../../../collector/store/database.ts'
import { ensureSite } from '../../../collector/store/sites.ts'
import { fillHistories } from '../histories.ts'
import type { Heard, Task } from './load.ts'

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000)
const EVENTS_A_LEAD = 20
const ROUNDS = 5
const CONNECTIONS = 64
const SECONDS = 4
const WARM_UP_SECONDS = 4
/** Of whose ids the load knows: as many as fit on a command line. */
const VISITORS = 3000

interface Round {
  rate: number
  heard: Heard
  /** From the last answer until everything was scored. */
  behind: number
}

export async function benchIntake(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'braise-bench-'))
  try {
    const path = join(folder, 'braise.db')
    const visitorIds = await fill(path)
    const [bytes, many] = [statSync(path).size, eventsIn(path)]
    console.log(
      `\nTaking in, on ${many.toLocaleString('en')} events; ${(bytes / many).toFixed(0)} bytes an event, all included`,
    )
    copyFileSync(path, join(folder, 'bare.db'))
    const bare: Round[] = []
    const inserts: number[] = []
    const ones: Round[] = []
    const tens: Round[] = []
    const memory: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      bare.push(await roundOf('dist/bench/bare.js', path, visitorIds, 1))
      inserts.push(
        JSON.parse(await run(0, 'dist/bench/inserts.js', join(folder, 'bare.db'), '2', JSON.stringify(visitorIds)))
          .rate,
      )
      for (const [rounds, many] of [
        [ones, 1],
        [tens, 10],
      ] as const) {
        rounds.push(await roundOf('dist/collector/main.js', path, visitorIds, many, memory))
      }
    }
    tell('(a) a bare server, one event a request', bare, 1)
    console.log(`  (b) bare inserts ${Math.round(median(inserts)).toLocaleString('en')} events a second`)
    tell(
      'one event a request, as a ratio to (a)',
      ones,
      median(ones.map(({ rate }) => rate)) / median(bare.map(({ rate }) => rate)),
    )
    tell('ten events a request, as a ratio to (b)', tens, median(tens.map(({ rate }) => rate)) / median(inserts))
    console.log(`  memory at most ${Math.max(...memory)} MB`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tell(what: string, rounds: Round[], ratio: number): void {
  const of = (pick: (round: Round) => number) => median(rounds.map(pick))
  const rate = Math.round(of(({ rate }) => rate)).toLocaleString('en')
  const times = `p50 ${of(({ heard }) => heard.p50).toFixed(1)} ms, p99 ${of(({ heard }) => heard.p99).toFixed(1)} ms`
  const behind = `scored ${of(({ behind }) => behind).toFixed(2)} s behind`
  console.log(
    `  ${ratio.toFixed(2)}  ${what}: ${rate} events a second, ${times}, ${behind}, ${of(({ heard }) => heard.refused)} refused`,
  )
}

/** @returns ids of some visitors */
async function fill(path: string): Promise<string[]> {
  const database = await openDatabase(path)
  try {
    await ensureSite(database.db, 'acme', 0)
    const leads = EVENTS / EVENTS_A_LEAD
    console.log(`\nMaking ${leads.toLocaleString('en')} leads with ${EVENTS.toLocaleString('en')} events …`)
    await fillHistories(database, leads, EVENTS_A_LEAD, Date.now())
    await scoreEveryone(database)
    const rows = await database.db.selectFrom('event').select('visitor_id').distinct().orderBy('visitor_id').execute()
    const step = Math.max(1, Math.floor(rows.length / VISITORS))
    return rows
      .filter((_, i) => i % step === 0)
      .slice(0, VISITORS)
      .map(({ visitor_id }) => visitor_id)
  } finally {
    await database.close()
  }
}

async function scoreEveryone(database: Database): Promise<void> {
  await database.db.updateTable('lead').set({ next_change_at: 0 }).execute()
  while ((await updateStandings(database, Date.now(), console.error)).seen > 0) {
    // until nobody is left
  }
}

async function roundOf(
  server: string,
  path: string,
  visitorIds: string[],
  eventsARequest: number,
  memory: number[] = [],
): Promise<Round> {
  const child = start(0, server, path)
  try {
    const port = await portOf(child)
    const task: Task = { port, connections: CONNECTIONS, seconds: SECONDS, eventsARequest, visitorIds }
    // Its code is compiled as it is used: what it does in its first seconds is not what it does all day.
    await run(1, 'dist/bench/load.js', JSON.stringify({ ...task, seconds: WARM_UP_SECONDS }))
    const heard = JSON.parse(await run(1, 'dist/bench/load.js', JSON.stringify(task))) as Heard
    const behind = server.includes('collector') ? await secondsBehind(path) : 0
    memory.push(memoryOf(child))
    return { rate: heard.accepted / (heard.seconds + behind), heard, behind }
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

async function secondsBehind(path: string): Promise<number> {
  const file = new Sqlite(path, { readonly: true })
  const from = performance.now()
  const left = file
    .prepare('select exists (select 1 from touch) + exists (select 1 from lead where next_change_at = 0)')
    .pluck()
  while (left.get() !== 0) await new Promise((resolve) => setTimeout(resolve, 5))
  file.close()
  return (performance.now() - from) / 1000
}

/** On one core where the machine can say so. */
function start(core: number, ...args: string[]): ChildProcess {
  const [script = '', path = ''] = args
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: path,
    RATE_LIMIT: '0',
    SITE_RATE_LIMIT: '0',
    BRAISE_SITE: 'acme',
  }
  const command = [...pinned(core), process.execPath, script, ...args.slice(1)]
  return spawn(command[0] as string, command.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

function pinned(core: number): string[] {
  return existsSync('/usr/bin/taskset') ? ['/usr/bin/taskset', '-c', String(core)] : []
}

async function run(core: number, ...args: string[]): Promise<string> {
  const [command = '', ...rest] = [...pinned(core), process.execPath, ...args]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child, 'close')
  return printed
}

function portOf(child: ChildProcess): Promise<number> {
  let printed = ''
  return new Promise((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (printed.includes('</script>')) resolve(Number(/running on \S+:(\d+)/.exec(printed)?.[1]))
    })
  })
}

function memoryOf({ pid }: ChildProcess): number {
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return Math.round(kilobytes / 1024)
}

function eventsIn(path: string): number {
  const file = new Sqlite(path)
  file.exec('pragma wal_checkpoint(truncate)')
  const many = file.prepare('select count(*) from event').pluck().get() as number
  file.close()
  return many
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
