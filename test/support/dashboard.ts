/** The dashboard of a collector in this process, with a clock that the test sets, and whoever signs in to it. */
import type { Browser, Page } from 'playwright-core'
import { newSqliteUrl } from './engines.ts'
import { PATIENCE } from './patience.ts'
import { type Visited, visit } from './visiting.ts'

const EVE = { email: 'eve@example.com', password: 'correct horse battery staple' }

export interface Dashboard extends Visited {
  url: string
  /** A page of a browser context of its own, with somebody signed in; Eve is an admin from the start. */
  signIn(browser: Browser, user?: { email: string; password: string }): Promise<Page>
  stop(): Promise<void>
}

export async function openDashboard(clock: () => number): Promise<Dashboard> {
  const database = await newSqliteUrl()
  const admin = { BRAISE_ADMIN_EMAIL: EVE.email, BRAISE_ADMIN_PASSWORD: EVE.password }
  const visited = await visit(database.url, clock, admin)
  const { url } = visited.running
  return {
    ...visited,
    url,
    async signIn(browser, { email, password } = EVE) {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })
      context.setDefaultTimeout(PATIENCE.timeout)
      const page = await context.newPage()
      await page.goto(`${url}/sign-in`)
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL(`${url}/`)
      return page
    },
    async stop() {
      await visited.running.stop()
      await database.remove()
    },
  }
}
