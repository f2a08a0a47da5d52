import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import { isThisMachine } from '../../dashboard/setup.tsx'
import { launchBrowser } from '../support/browser.ts'
import { type Dashboard, openDashboard } from '../support/dashboard.ts'
import { batch, DAY, page } from '../support/wire.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test('who waits for the first event is told what came and did not count, and why, while they wait', async () => {
  const now = Date.now()
  const { dashboard, setup } = await openSetup(now)
  await said(setup, 'Waiting for the first event')
  expect(await setup.locator('.check').innerText()).not.toContain('did not count')
  const typo = { ...batch(newId(now), now, [page(now)]), site: 'defualt' }
  expect((await dashboard.post(typo)).status).toBe(404)
  await said(setup, 'did not count: its data-site names a site that there is not (now).')
  await setup.locator('.check').getByRole('link', { name: 'What was refused' }).click()
  expect(await setup.evaluate(() => document.activeElement?.id)).toBe('refused')

  await setup.getByRole('button', { name: 'FR' }).click()
  await said(setup, 'n’a pas compté : son data-site nomme un site qui n’existe pas')
})

test('what may keep events away is listed until one comes, with the address that a Content-Security-Policy must allow', async () => {
  const now = Date.now()
  const { dashboard, setup } = await openSetup(now)
  await setup.getByText('Nothing comes? What it may be').click()
  await setup.getByText(`must allow ${dashboard.url} in script-src and connect-src`).waitFor()
  await dashboard.take(batch(newId(now), now, [page(now)]))
  await said(setup, '✓ It works. Last visit now')
  expect(await setup.getByText('Nothing comes?').count()).toBe(0)
})

test('a line that only this machine can load is not handed out without a word', async () => {
  const { setup } = await openSetup(Date.now())
  await setup.getByText('Only browsers on this machine reach this address.').waitFor()

  for (const url of ['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:3000', 'http://acme.localhost'])
    expect(isThisMachine(url), url).toBe(true)
  for (const url of ['https://stats.example.com', 'http://10.0.0.7:3000', 'https://localhost.example.com'])
    expect(isThisMachine(url), url).toBe(false)
})

test('a script that is gone from the site is not said to work because it once did', async () => {
  const now = Date.now() - 3 * DAY
  const { dashboard, setup } = await openSetup(now)
  await dashboard.take(batch(newId(now), now, [page(now)]))
  await said(setup, 'Nobody has come for more than a day. Last visit 3 days ago')
  await setup.getByText('Nothing comes? What it may be').waitFor()
})

async function openSetup(now: number): Promise<{ dashboard: Dashboard; setup: Page }> {
  const dashboard = await openDashboard(() => now)
  onTestFinished(() => dashboard.stop())
  const setup = await dashboard.signIn(browser)
  onTestFinished(() => setup.context().close())
  await setup.goto(`${dashboard.url}/setup`)
  return { dashboard, setup }
}

async function said(setup: Page, text: string): Promise<void> {
  await expect.poll(() => setup.locator('.check').innerText()).toContain(text)
}
