/** In a real browser: somebody judges what looks like spam, hands a lead over, takes both back, and asks why it was hot then. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { AS_A_PERSON, findLead, findLeads, post, visitOf } from './support/client.ts'
import { type Dashboard, openDashboard } from './support/dashboard.ts'
import { PATIENCE } from './support/patience.ts'
import { batch, form, HOUR } from './support/wire.ts'

/** Half a day would sign the dashboard out. */
const FIVE_HOURS = 5 * HOUR

let browser: Browser
let dashboard: Dashboard
let page: Page
let now = Date.UTC(2026, 4, 4, 21)
beforeAll(async () => {
  browser = await launchBrowser(AS_A_PERSON)
  dashboard = await openDashboard(() => now)
  page = await dashboard.signIn(browser)
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.stop()
})

const shown = () => page.locator('.ranking li .who a').allTextContents()
const stageOf = async (id: string) => (await findLead(dashboard.url, id)).stage

test('a lead is released from quarantine by one click, and put back by another', async () => {
  const fields = { email: 'zoe@mill.example', firstName: 'Qsdfgh' }
  const request = form(now, 'demo request', fields, { filledMs: 800 })
  await post(dashboard.url, batch(undefined, now, [request]))
  await page.getByRole('link', { name: 'Quarantine' }).click()
  await vi.waitFor(async () => expect(await shown()).toEqual(['Qsdfgh']), PATIENCE)
  expect(await page.locator('.signs').textContent()).toBe('Letters typed at random +40Filled in under two seconds +40')

  await page.getByRole('button', { name: 'Release Qsdfgh' }).click()
  await page.getByText('Nothing to judge').waitFor()
  expect(await findLeads(dashboard.url, 'stage=sql')).toMatchObject([{ name: 'Qsdfgh', quarantined: false }])
  await page.getByRole('button', { name: 'Undo' }).click()
  await vi.waitFor(async () => expect(await shown()).toEqual(['Qsdfgh']), PATIENCE)

  await page.getByRole('button', { name: 'Confirm spam: Qsdfgh' }).click()
  await page.getByText('Nothing to judge').waitFor()
  await page.getByRole('link', { name: 'Spam', exact: true }).click()
  await vi.waitFor(async () => expect(await shown()).toEqual(['Qsdfgh']), PATIENCE)
})

test('a lead is lost with its reason, and taken back hours later, from its page', async () => {
  await post(dashboard.url, visitOf('Ada', 'newsletter', ['/', '/pricing'], now))
  await dashboard.counted()
  now += HOUR // What somebody does after a loss takes it back.
  await page.getByRole('link', { name: 'All ranked' }).click()
  await page.getByRole('link', { name: 'Ada' }).click()
  await page.getByRole('button', { name: 'Lost' }).click()
  await page.getByLabel('Reason').fill('No budget')
  await page.getByRole('button', { name: 'Mark as lost' }).click()
  await page.getByText('Stage is now Lost.').waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1) as string
  expect(await stageOf(id)).toBe('lost')

  now += FIVE_HOURS
  await page.reload()
  const decided = page.locator('.decisions li')
  expect(await decided.textContent()).toContain('No budget')
  await decided.getByRole('button', { name: 'Undo' }).click()
  await decided.getByText('undone by eve@example.com').waitFor()
  expect(await stageOf(id)).toBe('mql')
})

test('the curve tells what made a lead hot, and by keyboard shows it as it was', async () => {
  const visit = visitOf('Bob', 'newsletter', ['/pricing'], now)
  await post(dashboard.url, visit)
  now += FIVE_HOURS
  const later = visitOf('Bob', 'demo request', ['/demo'], now)
  await post(dashboard.url, { ...later, visitorId: visit.visitorId })
  await dashboard.counted() // The page asks for the score and for the curve of one and the same moment.
  await page.goto(dashboard.url)
  await page.getByRole('link', { name: 'Bob' }).click()
  const jumps = page.locator('.jumps li')
  await vi.waitFor(async () => expect(await jumps.count()).toBe(2), PATIENCE)
  expect(await jumps.nth(1).textContent()).toContain('Asked for a demo')
  expect(await page.getByRole('img', { name: /Score over time: now \d+, at most \d+, with 2 jumps/ }).count()).toBe(1)

  const today = await page.locator('table.reasons tfoot .score td').textContent()
  const slider = page.getByRole('slider', { name: 'Date' })
  await slider.focus()
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowLeft')
  await page.getByText('This is the lead as it was on').waitFor()
  const at = Number(new URL(page.url()).searchParams.get('at'))
  const [lead] = await findLeads(dashboard.url, 'q=bob')
  const then = await findLead(dashboard.url, `${lead?.id}?at=${at}`)
  expect(await page.locator('table.reasons tfoot .score td').textContent()).toBe(String(then.score))
  expect(await slider.getAttribute('aria-valuetext')).toContain(`score ${then.score}`)
  expect(then.score).toBeLessThan(Number(today))
  expect(await page.getByRole('button', { name: 'Accept' }).count()).toBe(0)

  await jumps.nth(1).getByRole('button').click()
  await vi.waitFor(async () => {
    expect(await page.locator('table.reasons tfoot .score td').textContent()).toBe(today)
  }, PATIENCE)
  await page.getByRole('button', { name: 'Back to today' }).click()
  await page.getByRole('button', { name: 'Accept' }).waitFor()
})
