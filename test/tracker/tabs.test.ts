/** Two tabs of one browser share what waits, while the collector comes and goes. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { useLive } from './support/live.ts'

const EACH = 250
const EVERY = 100
const OUTAGES = 5
const OUTAGE = 3000

const live = useLive()

/** Runs in the page: goes on counting where the page before it stopped. */
const SENDER = `
  window.braise = window.braise || function () { arguments.time = Date.now(); (braise.q = braise.q || []).push(arguments) }
  setInterval(() => {
    const { tab, sent = 0 } = sessionStorage
    if (!tab || sent >= ${EACH} || braise.q !== null) return
    sessionStorage.sent = Number(sent) + 1
    braise('track', tab + ' ' + sent)
  }, ${EVERY})`

async function openTab(name: string): Promise<Page> {
  const page = await live.visit(`/${name}`)
  await page.evaluate((tab) => {
    sessionStorage.tab = tab
  }, name)
  return page
}

test('two tabs send 500 events through five outages, and each is stored once', async () => {
  for (const path of ['/one', '/two']) live.serve(path, live.html(path, `<script>${SENDER}</script>`))
  const tabs = [await openTab('one'), await openTab('two')]
  const walk = async (until: number) => {
    while (Date.now() < until) {
      await sleep(400)
      await tabs[Math.floor(Math.random() * tabs.length)]?.reload()
    }
  }
  for (let nth = 0; nth < OUTAGES; nth++) {
    await sleep(1000)
    await live.cut()
    await walk(Date.now() + OUTAGE)
    await live.mend()
    await walk(Date.now() + 1000)
  }
  const names = tabs.flatMap((_, index) => Array.from({ length: EACH }, (_, nth) => `${['one', 'two'][index]} ${nth}`))
  await vi.waitFor(() => expect(live.stored('track').length).toBeGreaterThanOrEqual(names.length), {
    timeout: 90_000,
    interval: 250,
  })
  const stored = live.stored('track').map(({ name }) => name)
  expect(stored.sort()).toEqual(names.sort())
})
