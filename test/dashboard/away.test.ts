/** What a page that is open says while the server is away, in a real browser. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { findLeads, post, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { freePort } from '../support/ports.ts'
import { startServer } from '../support/server.ts'

const EVE = { email: 'eve@example.com', password: 'correct horse battery staple' }

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('every page that moves by itself says that it is not live, and no longer once it is', async () => {
  const database = await newSqliteUrl()
  onTestFinished(() => database.remove())
  const env = { BRAISE_ADMIN_EMAIL: EVE.email, BRAISE_ADMIN_PASSWORD: EVE.password }
  const port = await freePort()
  const server = await startServer({ databaseUrl: database.url, port, env })
  await post(server.url, visitOf('Ada', 'newsletter', ['/pricing'], Date.now()))
  await vi.waitFor(async () => expect(await findLeads(server.url)).toHaveLength(1), PATIENCE)
  const [ada] = await findLeads(server.url)

  const context = await browser.newContext({ locale: 'en-GB' })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(PATIENCE.timeout)
  const list = await context.newPage()
  await list.goto(`${server.url}/sign-in`)
  await list.getByLabel('E-mail').fill(EVE.email)
  await list.getByLabel('Password').fill(EVE.password)
  await list.getByRole('button', { name: 'Sign in' }).click()
  await list.getByRole('link', { name: 'Ada' }).waitFor()
  const lead = await context.newPage()
  await lead.goto(`${server.url}/leads/${ada?.id}`)
  await lead.getByRole('heading', { name: 'Ada' }).waitFor()
  const rules = await context.newPage()
  await rules.goto(`${server.url}/rules`)
  await rules.getByRole('heading', { name: 'Rules', exact: true }).waitFor()
  await rules.getByRole('button', { name: 'Français' }).click()

  await server.end('SIGKILL')
  for (const page of [list, lead]) await page.getByText('Not live: the connection is lost').waitFor()
  await rules.getByText('Pas en direct : la connexion est perdue').waitFor()
  await startServer({ databaseUrl: database.url, port, env })
  for (const page of [list, lead, rules]) {
    await vi.waitFor(async () => expect(await page.locator('.away p').count()).toBe(0), PATIENCE)
  }
})
