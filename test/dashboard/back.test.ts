/** The ranked list and back to it, in a real browser. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { visitOf } from '../support/client.ts'
import { openDashboard } from '../support/dashboard.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test('who goes through a list lead by lead finds it as it was left: its filter, its search, and the place in it', async () => {
  const page = await openList(['Ada', 'Bob', 'Carol', 'Dan', 'Eve', 'Frank', 'Grace', 'Heidi'])
  await page.setViewportSize({ width: 380, height: 500 })
  await page.getByRole('link', { name: 'Leads', exact: true }).last().click()
  const found = page.waitForResponse(/\/api\/leads\?.*q=analytical/)
  await page.getByRole('searchbox').fill('analytical')
  await page.waitForURL('**/?stage=lead&q=analytical')
  await found
  await page.locator('[aria-busy=false] .ranking').waitFor() // As long as it says that it loads, it is longer.
  await page.getByRole('link', { name: 'Heidi' }).scrollIntoViewIfNeeded()
  const place = await page.evaluate(() => scrollY)
  expect(place).toBeGreaterThan(0)

  await page.getByRole('link', { name: 'Heidi' }).click()
  await page.getByRole('heading', { name: 'Heidi' }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: 'Back to the list' }).click()
  await page.waitForURL('**/?stage=lead&q=analytical')
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(place)
})

test('who opened a lead by its address comes to the whole list', async () => {
  const page = await openList(['Ada'])
  const address = await page.getByRole('link', { name: 'Ada' }).getAttribute('href')
  await page.goto(new URL(address ?? '', page.url()).href)
  await page.getByRole('link', { name: 'Back to the list' }).click()
  await page.waitForURL('**/?site=default')
  await page.getByRole('link', { name: 'Ada' }).waitFor()
})

test('who is not on the list that is shown is found from it', async () => {
  const page = await openList(['Ada', 'Bob'])
  await page.getByRole('link', { name: 'SQL', exact: true }).click()
  await page.getByRole('searchbox').fill('bob')
  await page.getByRole('heading', { name: 'Nobody under “SQL” matches “bob”' }).waitFor()
  await page.getByRole('link', { name: 'Search everybody' }).click()
  await page.getByRole('link', { name: 'Bob' }).waitFor()
  expect(await page.getByRole('searchbox').inputValue()).toBe('bob')
})

async function openList(names: string[]): Promise<Page> {
  const now = Date.now()
  const dashboard = await openDashboard(() => now)
  onTestFinished(() => dashboard.stop())
  for (const name of names) await dashboard.take(visitOf(name, 'newsletter', ['/'], now))
  await dashboard.counted()
  const page = await dashboard.signIn(browser)
  onTestFinished(() => page.context().close())
  await page.getByRole('link', { name: names[0] }).waitFor()
  return page
}
