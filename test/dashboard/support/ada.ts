/** The page of a lead of a real collector in a real browser, with Eve signed in. */
import type { Browser, Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { visitOf } from '../../support/client.ts'
import { openDashboard } from '../../support/dashboard.ts'

/** Ada's; Bob is in the list beside her. */
export async function openAda(browser: Browser): Promise<Page> {
  // It goes on: what was done last is told from what was done before by its time.
  const dashboard = await openDashboard(Date.now)
  onTestFinished(() => dashboard.stop())
  for (const name of ['Ada', 'Bob']) await dashboard.take(visitOf(name, 'newsletter', ['/'], Date.now()))
  await dashboard.counted()
  const page = await dashboard.signIn(browser)
  onTestFinished(() => page.context().close())
  await page.getByRole('link', { name: 'Ada' }).click()
  await page.getByRole('heading', { name: 'Ada' }).waitFor()
  return page
}
