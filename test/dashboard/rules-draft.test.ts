/** Whose draft of the rules it is, where several people use one tab of a real browser one after the other. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { type Dashboard, openDashboard } from '../support/dashboard.ts'

const BOB = { email: 'bob@mill.example', password: 'correct horse battery' }
const EVE = { email: 'eve@example.com', password: 'correct horse battery staple' }

let browser: Browser
let dashboard: Dashboard
let page: Page
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

beforeEach(async () => {
  dashboard = await openDashboard(() => Date.now())
  const invited = { email: BOB.email, role: 'marketer', sites: 'all' }
  const { link } = await dashboard
    .api('/users', { method: 'POST', body: JSON.stringify(invited) })
    .then((answer) => answer.json())
  const joining = { token: new URL(link).hash.slice(1), password: BOB.password }
  await dashboard.api('/join', { method: 'POST', body: JSON.stringify(joining) })
  page = await dashboard.signIn(browser)
  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  await page.getByLabel('Points: Read the price page').fill('33')
  await page.getByText('1 change', { exact: true }).waitFor()
})
afterEach(async () => {
  await page?.context().close()
  await dashboard?.stop()
})

test('a draft goes as its author signs out', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(await stored()).toEqual([])
  await signIn(EVE)
  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  expect(await page.getByLabel('Points: Read the price page').inputValue()).toBe('10')
})

test('a draft waits for its author whose sign-in has ended, and for nobody else', async () => {
  await end()
  await signIn(EVE)
  expect(await page.getByLabel('Points: Read the price page').inputValue()).toBe('33')
  await end()
  await signIn(BOB)
  await page.getByText('No changes.').waitFor()
  expect(await page.getByLabel('Points: Read the price page').inputValue()).toBe('10')
  expect(await stored()).toEqual([])
})

test('nothing is published in the name of who has signed in in another tab since', async () => {
  const other = await page.context().newPage()
  await other.goto(`${dashboard.url}/sign-in`)
  await signIn(BOB, other)
  await page.getByLabel('What for?').fill('Prices weigh more')
  await page.getByRole('button', { name: 'Publish' }).click()
  const told = page.getByRole('region', { name: 'Publish' }).getByRole('alert')
  await told.getByText('bob@mill.example is signed in here by now').waitFor()
  const { items } = await dashboard.api('/rules/versions').then((answer) => answer.json())
  expect(items).toHaveLength(1)

  await page.reload()
  await page.getByText('No changes.').waitFor()
  await page.getByLabel('Points: Read the price page').fill('12')
  await page.getByLabel('What for?').fill('Bob’s own')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Version 2 is live.').waitFor()
})

/** The sign-in ends without the page having a part in it. */
async function end(): Promise<void> {
  await page.context().clearCookies()
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
}

async function signIn({ email, password }: { email: string; password: string }, tab = page): Promise<void> {
  await tab.getByLabel('E-mail').fill(email)
  await tab.getByLabel('Password').fill(password)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.waitForURL((url) => url.pathname !== '/sign-in')
}

function stored(): Promise<string[]> {
  return page.evaluate(() => Object.keys(sessionStorage))
}
