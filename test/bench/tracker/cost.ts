import type { Browser, Page } from 'playwright-core'
import { braise } from '../../support/behaviour/braise.ts'
import { Grounds, launchVisitor } from '../../support/behaviour/grounds.ts'
import type { Tracker } from '../../support/behaviour/tracker.ts'
import { openPeers } from './players.ts'
import { table } from './table.ts'
import { type Costs, costsIn, INPUTS, TRACED } from './trace.ts'

/** Odd, for a median. */
const ROUNDS = 5
const SLOWDOWN = 6
const RUN_LIMIT = 60_000
/** How often a visitor does each thing in one run. */
const TIMES = 5
/** Between two inputs, for what a tracker puts off. */
const PAUSE = 300
/** The smallest with forms, one that sends fields, and one that records all; more would only make the run longer. */
const COMPARED = ['Plausible', 'Snowplow', 'PostHog']

const bare: Tracker = { name: 'no tag', tag: () => '', files: {}, read: () => [] }

/**
 * What a tracker costs the page, in milliseconds, on a CPU that is slowed down six times: all in one run, by turns, so
 * that a busy moment of the machine meets all alike.
 */
export async function measureCosts(): Promise<string> {
  const others = (await openPeers()).filter(({ name }) => COMPARED.includes(name))
  const subjects = [bare, braise, ...others]
  const rounds: Map<string, Costs>[] = []
  const browser = await launchVisitor()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const costs = new Map<string, Costs>()
      for (let turn = 0; turn < subjects.length; turn++) {
        const subject = subjects[(round + turn) % subjects.length] as Tracker
        costs.set(subject.name, await measure(subject, browser))
        console.error(`${round + 1} of ${ROUNDS}: ${subject.name}: ${JSON.stringify(costs.get(subject.name))}`)
      }
      rounds.push(costs)
    }
  } finally {
    await browser.close()
  }
  const rows = (Object.entries(ROWS) as [keyof Costs, string][]).map(([key, label]) => [
    label,
    ...subjects.map(({ name }) => milliseconds(median(rounds.map((costs) => costs.get(name)?.[key] ?? Number.NaN)))),
  ])
  return table(['ms, CPU slowed 6 ×', ...subjects.map(({ name }) => name)], rows)
}

const ROWS: Record<keyof Costs, string> = {
  evaluation: 'evaluating the script',
  longestTask: 'longest task of the page, in all',
  click: 'a click',
  key: 'a key pressed',
  scroll: 'a turn of the wheel',
  submit: 'a form submitted',
}

async function measure(tracker: Tracker, browser: Browser): Promise<Costs> {
  const grounds = new Grounds(tracker, browser)
  await grounds.open()
  try {
    const page = await grounds.visit('/')
    page.setDefaultTimeout(RUN_LIMIT)
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
    await browser.startTracing(page, { categories: TRACED })
    await page.goto(`${grounds.siteUrl}/busy`)
    await grounds.quiet()
    await use(page)
    await grounds.quiet()
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString())
    return costsIn(traceEvents, Object.keys(tracker.files), TIMES)
  } finally {
    await grounds.close()
  }
}

/** @see INPUTS */
async function use(page: Page): Promise<void> {
  const inputs: Record<(typeof INPUTS)[number], () => Promise<void>> = {
    click: () => page.click('#plain'),
    key: () => page.press('[name=company]', 'a'),
    scroll: () => page.mouse.wheel(0, 200),
    submit: () => page.locator('form button').click(),
  }
  for (const input of INPUTS) {
    await page.evaluate((name) => performance.mark(name), input)
    for (let nth = 0; nth < TIMES; nth++) {
      await inputs[input]()
      await page.waitForTimeout(PAUSE)
    }
  }
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1)
}
