/** Notes of a lead, in a real browser. */
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

test('a note that is begun waits with its lead while somebody looks elsewhere, until it is added', async () => {
  const now = Date.now()
  const dashboard = await openDashboard(() => now)
  onTestFinished(() => dashboard.stop())
  for (const name of ['Ada', 'Bob']) await dashboard.take(visitOf(name, 'newsletter', ['/'], now))
  await dashboard.counted()
  const page = await dashboard.signIn(browser)
  onTestFinished(() => page.context().close())
  const note = page.getByLabel('New note')
  const open = async (name: string) => {
    if (await note.count()) await page.getByRole('link', { name: 'Back to the list' }).click()
    await page.getByRole('link', { name }).click()
    await page.getByRole('heading', { name, exact: true }).waitFor()
  }

  await open('Ada')
  await note.fill('Wants an offer')
  await open('Bob')
  expect(await note.inputValue()).toBe('')
  await open('Ada')
  expect(await note.inputValue()).toBe('Wants an offer')
  await page.getByRole('button', { name: 'Add note' }).click()
  await expect.poll(() => page.locator('.notes p').allTextContents()).toEqual(['Wants an offer'])
  await open('Bob')
  await open('Ada')
  expect(await note.inputValue()).toBe('')
})
