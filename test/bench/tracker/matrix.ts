import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { braise } from '../../support/behaviour/braise.ts'
import { Grounds, launchVisitor } from '../../support/behaviour/grounds.ts'
import { type Scenario, scenarios, type Verdict } from '../../support/behaviour/scenarios.ts'
import type { Tracker } from '../../support/behaviour/tracker.ts'
import { openPeers } from './players.ts'
import { table } from './table.ts'

const CELL_LIMIT = 90_000
/** One of them looks at the address every two seconds only. */
const QUIET = 2500
/** Most of a scenario is waiting, and three at a time still leave the browser quick. */
const TRACKERS_AT_ONCE = 3

/** Plays every scenario with our tracker and with each peer: a Markdown table, and what is fair to say of it. */
export async function playMatrix(): Promise<string> {
  const others = await openPeers()
  const waiting: Tracker[] = [braise, ...others]
  const columns = new Map<string, string[]>(waiting.map(({ name }) => [name, []]))
  const playSome = async (): Promise<void> => {
    // One browser each: Chromium renders no two pages ahead at once.
    const browser = await launchVisitor()
    try {
      for (let tracker = waiting.shift(); tracker; tracker = waiting.shift()) {
        for (const scenario of scenarios) {
          const verdict = await play(scenario, tracker, browser)
          columns.get(tracker.name)?.push(`${verdict.isRight ? '✓' : '✗'} ${verdict.what}`.trim())
          console.error(`${tracker.name}: ${scenario.name}: ${JSON.stringify(verdict)}`)
        }
      }
    } finally {
      await browser.close()
    }
  }
  await Promise.all(Array.from({ length: TRACKERS_AT_ONCE }, playSome))
  const rows = scenarios.map(({ name, right }, row) => [
    `${name}: ${right}`,
    ...[...columns.values()].map((cells) => cells[row] ?? ''),
  ])
  const notes = others.map(({ name, note }) => `- ${name}: ${note}`).join('\n')
  return `${table(['', ...columns.keys()], rows)}\n\n${notes}`
}

async function play(scenario: Scenario, tracker: Tracker, browser: Browser): Promise<Verdict> {
  const grounds = new Grounds(tracker, browser, { quiet: QUIET })
  await grounds.open()
  const abandoned = new AbortController()
  try {
    return await Promise.race([
      scenario.play(grounds),
      sleep(CELL_LIMIT, { isRight: false, what: 'never ended' }, { signal: abandoned.signal }),
    ])
  } catch (error) {
    return { isRight: false, what: `broke: ${String(error).split('\n')[0]}` }
  } finally {
    abandoned.abort()
    await grounds.close()
  }
}
