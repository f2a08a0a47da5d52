/** Every page on the narrowest screen, with long words in it, in both languages. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../collector/store/id.ts'
import { launchBrowser } from '../support/browser.ts'
import { type Dashboard, openDashboard } from '../support/dashboard.ts'
import { PATIENCE } from '../support/patience.ts'
import { batch, form, page as view } from '../support/wire.ts'

const LONG = 'ada.augusta.countess.of.lovelace.and.her.analytical@difference-engines-of-the-mill.example'
const NOW = Date.now()

let browser: Browser
let dashboard: Dashboard
beforeAll(async () => {
  browser = await launchBrowser()
  dashboard = await openDashboard(() => NOW)
  await dashboard.take(
    batch(newId(NOW), NOW, [
      view(NOW, `/blog/${'analytical-'.repeat(20)}`),
      form(NOW, 'newsletter', { email: LONG, company: 'Difference'.repeat(8) }),
    ]),
  )
  await dashboard.counted()
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.stop()
})

test('no page is wider than a screen of 380 pixels', async () => {
  const page = await dashboard.signIn(browser)
  await page.setViewportSize({ width: 380, height: 800 })
  const { items } = await dashboard.read<{ items: { id: string }[] }>('/leads')
  const admin = ['users', 'tokens', 'sites', 'audit'].map((name) => `/admin/${name}`)
  const pages = ['/', '/?stage=quarantined', `/leads/${items[0]?.id}`, '/rules', '/setup', '/objections', '/account']
  for (const language of ['English', 'Français']) {
    await page.getByRole('button', { name: language }).click()
    for (const path of [...pages, ...admin]) {
      await page.goto(dashboard.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await vi.waitFor(async () => expect(await page.locator('.waiting').count()).toBe(0), PATIENCE)
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${path} in ${language}`).toBe(380)
    }
  }
})

test('what was done to somebody with a long address is said within such a screen', async () => {
  const page = await dashboard.signIn(browser)
  await page.setViewportSize({ width: 380, height: 800 })
  await page.locator('.ranking li .who a').click()
  await page.getByRole('button', { name: 'This is spam' }).click()
  await page.locator('.undo').getByText(LONG).waitFor()
  const { x, width } = (await page.locator('.undo p').boundingBox()) ?? { x: 0, width: 0 }
  expect(x + width).toBeLessThanOrEqual(380)
  await page.locator('.undo').getByRole('button', { name: 'Undo' }).click()
})

test('visits, which may be many, stand last there, also of somebody who is not scored', async () => {
  const page = await dashboard.signIn(browser)
  await page.setViewportSize({ width: 380, height: 800 })
  const { items } = await dashboard.read<{ items: { id: string }[] }>('/leads')
  const lead = `/leads/${items[0]?.id}`
  const body = JSON.stringify({ objected: true, note: 'by phone' })
  const headers = { 'content-type': 'application/json' }
  expect((await dashboard.api(lead, { method: 'PATCH', headers, body })).status).toBe(200)
  await page.goto(dashboard.url + lead)
  const placeOf = async (name: string) => (await page.getByRole('heading', { name, exact: true }).boundingBox())?.y ?? 0
  await page.getByText('Not scored: objected to profiling').waitFor()
  expect(await placeOf('Visits')).toBeGreaterThan(await placeOf('Personal data'))
})
