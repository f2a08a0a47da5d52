/** What a person may ask for, and how long what is kept: on the pages, in a real browser. */
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import { launchBrowser } from '../support/browser.ts'
import { type Dashboard, openDashboard } from '../support/dashboard.ts'
import { PATIENCE } from '../support/patience.ts'
import { batch, DAY, form, page as view } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'

let browser: Browser
let dashboard: Dashboard
let page: Page
let now = Date.now()
beforeAll(async () => {
  browser = await launchBrowser()
  dashboard = await openDashboard(() => now)
  for (const [email, name] of [
    [ADA, 'Ada'],
    [BOB, 'Bob'],
  ] as const) {
    await dashboard.take(
      batch(newId(now), now, [view(now, '/pricing'), form(now, 'newsletter', { email, firstName: name })]),
    )
  }
  await dashboard.counted()
  page = await dashboard.signIn(browser)
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.stop()
})

test('a person gets a copy of all that is held on them', async () => {
  await page.getByRole('link', { name: 'Ada' }).click()
  const file = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
    return readFile(await download.path(), 'utf8')
  }
  const json = JSON.stringify(JSON.parse(await file('JSON')))
  for (const text of [await file('CSV'), json]) {
    expect(text).toContain(ADA)
    expect(text).toContain('/pricing')
    expect(text).not.toContain(BOB)
  }
})

test('a person is erased only after a second word, and then is in no list', async () => {
  const erase = page.getByRole('button', { name: 'Erase this person…' })
  await erase.click()
  await page.getByText('Erase Ada for good?').waitFor()
  await page.getByText('What goes: name, address and score, 2 events, 1 browser of theirs').waitFor()
  const cancel = page.getByRole('button', { name: 'Cancel' })
  await vi.waitFor(
    async () => expect(await cancel.evaluate((each) => each === document.activeElement)).toBe(true),
    PATIENCE,
  )
  await page.keyboard.press('Escape')
  await vi.waitFor(
    async () => expect(await erase.evaluate((each) => each === document.activeElement)).toBe(true),
    PATIENCE,
  )
  const { items } = await dashboard.read<{ items: { email: string }[] }>('/leads')
  expect(items.map(({ email }) => email).sort()).toEqual([ADA, BOB])

  await erase.click()
  await page.getByRole('button', { name: 'Erase for good' }).click()
  await page.waitForURL(/\/\?site=default$/)
  const rows = page.locator('.ranking li .who a')
  await vi.waitFor(async () => expect(await rows.allTextContents()).toEqual(['Bob']), PATIENCE)
})

test('how long what is kept is changed within bounds, and a clock that jumped waits for a word', async () => {
  await page.getByRole('link', { name: 'Set-up' }).click()
  const panel = page.locator('section.panel', { has: page.getByRole('heading', { name: 'How long data is kept' }) })
  const browsing = panel.getByLabel('Browsing')
  expect(await browsing.inputValue()).toBe('396')
  await browsing.fill('0')
  await panel.getByRole('button', { name: 'Save' }).click()
  expect(await browsing.evaluate((each: HTMLInputElement) => each.validity.rangeUnderflow)).toBe(true)
  await browsing.fill('90')
  await panel.getByRole('button', { name: 'Save' }).click()
  await panel.getByText('Saved').waitFor()
  expect(await dashboard.read('/retention?site=default')).toMatchObject({ days: { events: 90 } })

  now += 400 * DAY
  await dashboard.running.collector.retention.carryOn()
  // By that clock she has been away too long.
  const later = await dashboard.signIn(browser)
  await later.getByRole('link', { name: 'Set-up' }).click()
  const jumped = later.getByText('Nothing is deleted: the clock seems to have jumped')
  await jumped.waitFor()
  await later.getByRole('button', { name: 'The clock is right: go on' }).click()
  await jumped.waitFor({ state: 'detached' })
  expect(await dashboard.read('/retention?site=default')).toMatchObject({ purge: { refusedAt: null } })
})
