/** The ranked list over a network that takes its time, in a real browser. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { visitOf } from '../support/client.ts'
import { openDashboard } from '../support/dashboard.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test('until the answer is there, the list of before does not pass for what was asked', async () => {
  const now = Date.now()
  const dashboard = await openDashboard(() => now)
  onTestFinished(() => dashboard.stop())
  for (const name of ['Ada', 'Bob']) await dashboard.take(visitOf(name, 'newsletter', ['/'], now))
  await dashboard.counted()
  const page = await dashboard.signIn(browser)
  onTestFinished(() => page.context().close())
  const names = () => page.locator('.ranking li .who a').allTextContents()
  await expect.poll(async () => (await names()).sort()).toEqual(['Ada', 'Bob'])

  let answer = () => {}
  const answered = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route('**/api/leads?*', async (route) => {
    await answered
    await route.continue()
  })
  await page.getByRole('searchbox').fill('bob')
  await page.locator('[aria-busy=true] .ranking').waitFor()
  await page.getByText('Loading…').waitFor()
  answer()
  await page.locator('[aria-busy=false] .ranking').waitFor()
  expect(await names()).toEqual(['Bob'])
  expect(await page.getByText('Loading…').count()).toBe(0)
})
