/** When a sign-in ends of a page that is left open, in a real browser. */
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import { launchBrowser } from '../support/browser.ts'
import { type Dashboard, openDashboard } from '../support/dashboard.ts'
import { batch, form, HOUR, page as view } from '../support/wire.ts'

let browser: Browser
let dashboard: Dashboard
let page: Page
/** What the page waits for; its stream never ends. */
let asked: Set<Request>
let ada: string
let now: number
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  now = Date.now()
  ada = newId(now)
  dashboard = await openDashboard(() => now)
  await dashboard.take(
    batch(ada, now, [view(now, '/'), form(now, 'newsletter', { email: 'ada@mill.example', firstName: 'Ada' })]),
  )
  await dashboard.counted()
  page = await dashboard.signIn(browser)
  asked = new Set()
  page.on('request', (request) => request.resourceType() !== 'eventsource' && asked.add(request))
  page.on('requestfinished', (request) => asked.delete(request))
  page.on('requestfailed', (request) => asked.delete(request))
  await page.clock.install()
  await page.getByRole('link', { name: 'Ada' }).click()
  await page.getByRole('heading', { name: 'Ada' }).waitFor()
})
afterEach(async () => {
  await page?.context().close()
  await dashboard?.stop()
})

test('a page left open goes on showing what happens, until the sign-in ends for want of use', async () => {
  await pass(8)
  await readAnother('/pricing')
  await pass(8)
  await dashboard.take(batch(ada, now, [view(now, '/demo')]))
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await page.getByText('Ada').count()).toBe(0)
})

test('whoever only scrolls meanwhile stays signed in', async () => {
  await pass(8)
  await page.mouse.wheel(0, 100)
  await readAnother('/pricing')
  await pass(8)
  await readAnother('/demo')
})

/** Hours, on the clocks of both: whatever was asked for while somebody was there is answered before. */
async function pass(hours: number): Promise<void> {
  await page.clock.fastForward(hours * HOUR)
  await expect.poll(() => asked.size).toBe(0)
  now += hours * HOUR
}

/** Ada reads a page, and it is seen without anybody asking. */
async function readAnother(path: string): Promise<void> {
  await dashboard.take(batch(ada, now, [view(now, path)]))
  await page.locator('.event .path', { hasText: path }).waitFor()
}
