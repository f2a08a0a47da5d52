/** Processes to measure, each held to a core of its own where the machine can say so. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openReader } from '../../collector/store/database.ts'
import { API_TOKEN } from '../support/client.ts'
import type { Heard, Task } from './intake/load.ts'

/** Whatever is measured is measured so often, in turns with what it is compared to; the median counts. */
export const ROUNDS = 5

export async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'braise-bench-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface Server {
  child: ChildProcess
  port: number
}

/** @param core null: any */
export async function start(core: number | null, script: string, databaseUrl: string): Promise<Server> {
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    RATE_LIMIT: '0',
    SITE_RATE_LIMIT: '0',
    BRAISE_SITE: 'acme',
    BRAISE_API_TOKEN: API_TOKEN,
  }
  const [command = '', ...args] = [...pinned(core), process.execPath, script]
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, port: await portOf(child) }
}

export async function end({ child }: Server): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Runs a script to its end. @returns what it has printed */
export async function run(core: number | null, ...args: string[]): Promise<string> {
  const [command = '', ...rest] = [...pinned(core), process.execPath, ...args]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await once(child, 'close')
  return printed
}

export async function load(core: number | null, task: Task): Promise<Heard> {
  return JSON.parse(await run(core, 'dist/bench/load.js', JSON.stringify(task))) as Heard
}

/** @returns once everything that was taken in is scored: after how many seconds */
export async function secondsBehind(databaseUrl: string): Promise<number> {
  const db = openReader(databaseUrl)
  const from = performance.now()
  const left = async () =>
    (await db.selectFrom('touch').select('touch_id').limit(1).executeTakeFirst()) ??
    (await db.selectFrom('lead').select('lead_id').where('next_change_at', '=', 0).limit(1).executeTakeFirst())
  while ((await left()) !== undefined) await new Promise((resolve) => setTimeout(resolve, 5))
  const seconds = (performance.now() - from) / 1000
  await db.destroy()
  return seconds
}

/** The most it ever took, in megabytes. */
export function memoryOf({ child: { pid } }: Server): number {
  const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  return Math.round(kilobytes / 1024)
}

export function median(values: number[]): number {
  return at(values, 0.5)
}

/** @param share 0.99: the value that 99 of 100 do not exceed */
export function at(values: number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0
}

export const inWords = (value: number) => Math.round(value).toLocaleString('en')

function pinned(core: number | null): string[] {
  return core !== null && existsSync('/usr/bin/taskset') ? ['/usr/bin/taskset', '-c', String(core)] : []
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
