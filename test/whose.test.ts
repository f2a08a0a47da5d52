/** In a real browser: somebody sees whose browsers a lead counts, takes links back, releases and merges, and undoes it. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../collector/store/id.ts'
import { launchBrowser } from './support/browser.ts'
import { AS_A_PERSON, findLead, findLeads, post } from './support/client.ts'
import { type Dashboard, openDashboard } from './support/dashboard.ts'
import { PATIENCE } from './support/patience.ts'
import { batch, form, HOUR, identify, page as view } from './support/wire.ts'

const ADA = 'ada@analytical.example'

let browser: Browser
let dashboard: Dashboard
let page: Page
let now = Date.UTC(2026, 4, 4, 9)
beforeAll(async () => {
  browser = await launchBrowser(AS_A_PERSON)
  dashboard = await openDashboard(() => now)
  // Before anybody signs in, whom the time would sign out again.
  await send([view(now, '/pricing'), form(now, 'newsletter', { email: ADA, firstName: 'Ada', company: 'Analytical' })])
  now += 8 * 24 * HOUR
  page = await dashboard.signIn(browser)
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.stop()
})

const send = (events: unknown[], from = newId(now)) => post(dashboard.url, batch(from, now, events))

async function leadOf(email: string) {
  await dashboard.counted()
  const { id } = (await findLeads(dashboard.url)).find((each) => each.email === email) ?? { id: '' }
  return findLead(dashboard.url, id)
}

test('a storm of browsers is taken back by one click, and one of them let in', async () => {
  const before = await leadOf(ADA)
  for (let i = 0; i < 8; i++) {
    now += 1
    await send([view(now, '/demo'), form(now, 'contact', { email: ADA, company: `Rival ${i}` })])
  }
  const stormy = await leadOf(ADA)
  await page.goto(`${dashboard.url}/leads/${before.id}`)
  const panel = page.locator('section.panel', { has: page.getByRole('heading', { name: 'Its browsers' }) })
  await panel.getByText('3 browsers more than are believed').waitFor()
  await vi.waitFor(async () => expect(await panel.locator('.browsers li').count()).toBe(9), PATIENCE)

  await panel
    .getByRole('button', { name: /^Release/ })
    .first()
    .click()
  await panel.getByText('Released one browser').waitFor()
  expect(await leadOf(ADA)).toMatchObject({ visitors: stormy.visitors + 1 })
  now += 1000
  await panel.getByRole('button', { name: /^Take back every link since/ }).click()
  await panel.getByText('Took back 8 browsers').waitFor()
  expect(await leadOf(ADA)).toMatchObject({ rank: (await findLead(dashboard.url, before.id)).rank, visitors: 1 })
  expect((await leadOf(ADA)).alsoDeclared).toEqual([])

  await page.locator('.undo').getByRole('button', { name: 'Undo' }).click()
  await panel.getByText('2 browsers more than are believed').waitFor()
  expect(await leadOf(ADA)).toMatchObject({ visitors: stormy.visitors + 1 })
})

test('two leads are made one, and two again', async () => {
  await send([
    view(now, '/pricing'),
    identify(now, 'ada.lovelace@mill.example', { firstName: 'Ada', lastName: 'King' }),
  ])
  const [ada, other] = [await leadOf(ADA), await leadOf('ada.lovelace@mill.example')]
  await page.goto(`${dashboard.url}/leads/${ada.id}`)
  const visits = page.locator('section.panel', { has: page.getByRole('heading', { name: 'Visits' }) }).locator('li')
  await visits.first().waitFor()
  const alone = await visits.count()
  await page.getByRole('button', { name: 'Merge another lead into this one' }).click()
  await page.getByLabel('Who is the same person?').fill('king')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('button', { name: `Merge ${other.email} into this lead` }).click()
  await page.locator('.decisions').getByText(`Merged with ${other.email}`).waitFor()
  expect(await leadOf(ADA)).toMatchObject({ visitors: ada.visitors + 1 })
  await page.goto(`${dashboard.url}/leads/${other.id}`)
  await page.waitForURL(new RegExp(ada.id))
  await vi.waitFor(async () => expect(await visits.count()).toBeGreaterThan(alone), PATIENCE)
  await page.getByRole('button', { name: new RegExp(`^Undo.*${other.email}`) }).click()
  await vi.waitFor(async () => expect(await visits.count()).toBe(alone), PATIENCE)
  await vi.waitFor(async () => expect(await leadOf(other.email as string)).toMatchObject({ visitors: 1 }), PATIENCE)
})

test('a secret to sign by is made, told once, and revoked', async () => {
  await page.goto(`${dashboard.url}/setup`)
  await page.getByRole('button', { name: 'Make a secret' }).click()
  const secret = (await page.locator('.notice.good .snippet code').first().textContent()) ?? ''
  expect(secret).toMatch(/^[\w-]{43}$/)
  await page.getByRole('button', { name: 'Make the next secret' }).click()
  await page.getByText('Two secrets are in use').waitFor()
  await page.reload()
  expect(await page.content()).not.toContain(secret)
  await page
    .getByRole('button', { name: /^Revoke/ })
    .first()
    .click()
  await page.getByRole('button', { name: 'Make the next secret' }).waitFor()
})
