/** The pages of admins in a real browser: users, tokens, sites, and what is told of each in the audit log. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type Dashboard, openDashboard } from '../support/dashboard.ts'
import { PATIENCE } from '../support/patience.ts'
import { START } from '../support/wire.ts'

const BOB = { email: 'bob@mill.example', password: 'a difference engine' }

let browser: Browser
let dashboard: Dashboard
let page: Page
beforeAll(async () => {
  browser = await launchBrowser()
  dashboard = await openDashboard(() => START)
  page = await dashboard.signIn(browser)
})
afterAll(async () => {
  await browser?.close()
  await dashboard?.stop()
})

test('a site is added, a key that is taken is refused at its place, and its set-up is one click away', async () => {
  await open('Sites')
  const make = async (name: string, key: string) => {
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Key').fill(key)
    await page.getByRole('button', { name: 'Add it' }).click()
  }
  await make('The shop', 'shop')
  await page.getByText('The shop is there, with the default rules.').waitFor()
  const rows = page.getByRole('table', { name: 'Sites' }).locator('tbody tr')
  await vi.waitFor(async () => expect(await rows.count()).toBe(2), PATIENCE)
  await make('Another shop', 'shop')
  await page.getByRole('alert').waitFor()
  expect(await rows.count()).toBe(2)
  await rows.filter({ hasText: 'The shop' }).getByRole('link', { name: 'Set up' }).click()
  await page.getByText('data-site="shop"').first().waitFor()
})

test('a user is invited for one site, signs up by the link, sees no more than that, and is disabled', async () => {
  await open('Users')
  await page.getByLabel('E-mail').fill(BOB.email)
  await page.getByLabel('Role').selectOption('Viewer')
  await page.getByRole('checkbox', { name: 'All sites' }).uncheck()
  await page.getByRole('checkbox', { name: 'The shop' }).check()
  await page.getByRole('button', { name: 'Make the link' }).click()
  await page.getByText(`The link for ${BOB.email}: pass it on.`).waitFor()
  const link = await page.locator('.notice code').textContent()
  const bob = page.getByRole('table', { name: 'Users' }).locator('tbody tr', { hasText: BOB.email })
  await bob.getByText('Invited').waitFor()

  const context = await browser.newContext({ locale: 'en-GB' })
  context.setDefaultTimeout(PATIENCE.timeout)
  const his = await context.newPage()
  await his.goto(link ?? '')
  await his.locator('input[name=password]').fill(BOB.password)
  await his.locator('button[type=submit]').click()
  await his.getByRole('heading', { name: 'Leads' }).waitFor()
  expect(await his.getByRole('link', { name: 'Admin' }).count()).toBe(0)
  await his.getByRole('link', { name: 'Rules' }).click()
  const threshold = his.getByLabel('SQL: from score')
  expect([await threshold.inputValue(), await threshold.isDisabled()]).toEqual(['50', true])
  expect(await his.evaluate(async () => (await fetch('/api/sites')).json())).toMatchObject({ items: [{ id: 'shop' }] })

  await page.reload()
  await bob.getByRole('cell', { name: 'Viewer', exact: true }).waitFor()
  await bob.getByRole('button', { name: `Change ${BOB.email}` }).click()
  await page.locator('form.edited').getByLabel('Role').selectOption('Marketer')
  await page.getByRole('button', { name: 'Save' }).click()
  await bob.getByRole('cell', { name: 'Marketer', exact: true }).waitFor()
  await bob.getByRole('button', { name: 'Disable' }).click()
  await bob.getByText('Disabled').waitFor()
  expect(await his.evaluate(async () => (await fetch('/api/sites')).status)).toBe(401)
  await context.close()
})

test('a token is made for a program, told once, works, and is revoked', async () => {
  await open('Tokens')
  await page.getByText('There is no token yet.').waitFor()
  await page.getByLabel('Name').fill('CRM')
  const all = page.getByRole('checkbox', { name: 'All sites' })
  await all.uncheck()
  await page.getByRole('button', { name: 'Make it' }).click()
  const complaint = () => all.evaluate((each: HTMLInputElement) => each.validationMessage)
  await vi.waitFor(async () => expect(await complaint()).toBe('Choose one site at least.'), PATIENCE)
  await all.check()
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByText('The token “CRM”: copy it now.').waitFor()
  const token = (await page.locator('.notice code').textContent()) ?? ''
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token)
  const asked = async () =>
    (await fetch(`${dashboard.url}/api/leads`, { headers: { authorization: `Bearer ${token}` } })).status
  expect(await asked()).toBe(200)
  await page.reload()
  await page.getByRole('button', { name: 'Revoke CRM' }).waitFor()
  expect(await page.getByText(token).count()).toBe(0)
  await page.getByRole('button', { name: 'Revoke CRM' }).click()
  await page.getByText('Revoked').waitFor()
  expect(await asked()).toBe(401)
})

test('what is refused is said at the form, in the language of the page, and what was typed stays', async () => {
  await open('Users')
  await page.getByRole('button', { name: 'Français' }).click()
  const form = page.locator('form')
  await form.getByLabel('E-mail').fill(BOB.email)
  await form.getByRole('button').click()
  await form.getByText('Un utilisateur a déjà cette adresse.').waitFor()
  expect(await form.getByLabel('E-mail').inputValue()).toBe(BOB.email)
  await page.getByRole('button', { name: 'English' }).click()
  await form.getByText('There is a user with this address already').waitFor()
})

test('what was done stands in the audit log, by whom and to whom', async () => {
  await open('Audit log')
  const entries = page.getByRole('table', { name: 'Audit log' }).locator('tbody tr')
  const eve = 'eve@example.com'
  for (const [who, what, whom] of [
    [eve, 'Added a site', 'shop'],
    [eve, 'Invited a user', BOB.email],
    [BOB.email, 'Joined', ''],
    [eve, 'Changed a user', BOB.email],
    [eve, 'Made a token', 'CRM'],
    [eve, 'Revoked a token', 'CRM'],
  ] as const) {
    await entries
      .filter({ hasText: `${who}${what}` })
      .filter({ hasText: whom })
      .first()
      .waitFor()
  }
})

async function open(name: string): Promise<void> {
  await page.getByRole('link', { name: 'Admin' }).click()
  await page.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name }).click()
  await page.getByRole('heading', { name }).first().waitFor()
}
