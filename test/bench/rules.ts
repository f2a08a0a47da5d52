/**
 * What it takes to work out a whole site again: 50,000 leads, 1,000,000 events, 30 rules. `BENCH_EVENTS=10000000` makes
 * it ten times as much. Everything as a ratio to reading the same rows and doing nothing with them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckpointJob } from '../../collector/checkpoints.ts'
import { presets } from '../../collector/domain/presets.ts'
import type { Ruleset } from '../../collector/domain/rule.ts'
import { Intake } from '../../collector/intake.ts'
import { carryOn, workOutOn } from '../../collector/rescoring.ts'
import { type Database, openDatabase, openReader } from '../../collector/store/database.ts'
import { findHistoryRows, findPart } from '../../collector/store/histories.ts'
import { newId } from '../../collector/store/id.ts'
import { findRulesetOrThrow, publishRuleset } from '../../collector/store/rulesets.ts'
import { ensureSite, findSite, type Site } from '../../collector/store/sites.ts'
import { checkpointInThread, stopThreads, sumUpInThreads, workOutInThread } from '../../collector/threads.ts'
import { failOn } from '../support/arrivals.ts'
import { fillHistories } from './histories.ts'

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000)
const EVENTS_A_LEAD = 20
const LEADS_A_PART = 500
const NOW = Date.UTC(2026, 5, 15)

export async function benchRules(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'braise-bench-'))
  const database = await openDatabase(join(folder, 'braise.db'))
  const checkpoints = new CheckpointJob(database, () => checkpointInThread(database), failOn)
  try {
    await ensureSite(database.db, 'acme', 0)
    const leads = EVENTS / EVENTS_A_LEAD
    console.log(`\nMaking ${leads.toLocaleString('en')} leads with ${EVENTS.toLocaleString('en')} events …`)
    await fillHistories(database, leads, EVENTS_A_LEAD, NOW)
    await publish(database, manyRules(), NOW - 1000)
    console.log(`  memory at most until now: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
    await measure(database)
    console.log(`  memory at most: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`)
  } finally {
    await checkpoints.stop()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(database: Database): Promise<void> {
  const db = openReader(database.url)
  const today = await findRulesetOrThrow(db, 'acme')
  const bare = await seconds(async () => {
    for (let after = ''; ; ) {
      const leadIds = await findPart(db, 'acme', after, null, LEADS_A_PART)
      if (leadIds.length === 0) break
      await findHistoryRows(db, 'acme', leadIds)
      after = leadIds.at(-1) ?? ''
    }
  })
  tell('reading the rows and nothing else', bare, bare)
  const workOut = workOutOn(db)
  const folding = await seconds(async () => {
    for (let after = ''; ; ) {
      const { to } = await workOut('acme', today.version, after, NOW)
      if (to === undefined) break
      after = to
    }
  })
  tell('working everybody out, nothing written', folding, bare)
  const next = { ruleset: cheaper(today.ruleset), publishes: [...today.publishes, NOW] }
  const preview = await seconds(async () => {
    const never = new AbortController().signal
    const { moves } = await sumUpInThreads(database, 'acme', { today, next }, NOW, never)
    console.log(`  (${moves.sql.enterCount} enter SQL, ${moves.sql.leaveCount} leave it)`)
  })
  tell('a preview, in threads', preview, bare)

  const quiet = await intakeWhile(database, () => new Promise((resolve) => setTimeout(resolve, 5000)))
  let publishing = 0
  const busy = await intakeWhile(database, async () => {
    publishing = await seconds(() => publish(database, next.ruleset, NOW))
  })
  tell('a publish, with intake going on', publishing, bare)
  console.log(`  intake, 99 of 100 within: ${quiet.toFixed(1)} ms alone, ${busy.toFixed(1)} ms while publishing`)
  console.log(`  intake, ratio: ${(busy / quiet).toFixed(1)}`)
}

/** With the memory of the whole process, threads included, as it is afterwards: it must not grow with the events. */
function tell(what: string, took: number, bare: number): void {
  const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20)
  console.log(`  ${what.padEnd(40)} ${(took / bare).toFixed(1).padStart(6)}   ${took.toFixed(2)} s   ${megabytes} MB`)
}

async function seconds(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await act()
  return (performance.now() - from) / 1000
}

async function publish(database: Database, ruleset: Ruleset, now: number): Promise<void> {
  const workOut = workOutInThread(database)
  await database.transact((tx) => publishRuleset(tx, 'acme', ruleset, { note: 'bench', author: 'ada' }, now))
  while (await carryOn(database, workOut, 'bench', now, failOn)) await new Promise(setImmediate)
  await stopThreads(database)
}

/** Batches of three events, a hundred a second. @returns the 99th percentile in milliseconds */
async function intakeWhile(database: Database, act: () => Promise<unknown>): Promise<number> {
  const site = (await findSite(database.db, 'acme')) as Site
  const intake = new Intake(database, () => {})
  const times: number[] = []
  const timer = setInterval(async () => {
    const from = performance.now()
    const url = 'https://acme.example/pricing'
    const events = [1, 2, 3].map(() => ({ id: newId(NOW), type: 'page' as const, at: NOW, pageId: newId(NOW), url }))
    const batch = { site, visitorId: newId(NOW), sentAt: NOW, events, rejected: [] }
    await intake.takeIn({ ...batch, bot: false, whereabouts: {}, secrets: [], receivedAt: NOW })
    times.push(performance.now() - from)
  }, 10)
  await act()
  clearInterval(timer)
  await intake.drain()
  return times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
}

/** Thirty rules, all of them switched on. */
function manyRules(): Ruleset {
  const saas = presets().find(({ id }) => id === 'saas')?.ruleset as Ruleset
  return { ...saas, timeZone: 'Europe/Paris', rules: saas.rules.slice(0, 30).map(({ off, ...rule }) => rule) }
}

function cheaper(ruleset: Ruleset): Ruleset {
  return { ...ruleset, rules: ruleset.rules.map((rule) => (rule.id === 'pricing' ? { ...rule, points: 5 } : rule)) }
}
