/** The rules page of a real server in a real browser. */
import type { Browser, Locator, Page } from 'playwright-core'
import { expect, onTestFinished, vi } from 'vitest'
import type { FormEvent } from '../../../tracker/protocol.ts'
import { findLeads, post, visitOf } from '../../support/client.ts'
import { newSqliteUrl } from '../../support/engines.ts'
import { PATIENCE } from '../../support/patience.ts'
import { startServer } from '../../support/server.ts'

export const CASES = ['/case-studies/mill', '/case-studies/dairy', '/case-studies/port']

/** What a page shows a moment after it was asked to. */
export function soon(assert: () => Promise<void>): Promise<void> {
  return vi.waitFor(assert, PATIENCE)
}

/** Bob read three case studies, Ada the prices once; somebody signs up and opens the rules. */
export async function openRules(browser: Browser, locale = 'en-GB'): Promise<{ url: string; page: Page }> {
  const database = await newSqliteUrl()
  onTestFinished(() => database.remove())
  const { url, printed } = await startServer({ databaseUrl: database.url })
  const now = Date.now()
  await post(url, visitOf('Bob', 'newsletter', CASES, now))
  const ada = visitOf('Ada', 'newsletter', ['/pricing'], now)
  const form = ada.events.at(-1) as FormEvent
  form.fields = { email: 'ada@gmail.com', firstName: 'Ada' }
  await post(url, ada)
  await soon(async () => expect(await rankingOf(url)).toEqual(['Bob 28', 'Ada 12']))

  const context = await browser.newContext({ locale })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE.timeout)
  await page.goto(/http\S+\/join#\S+/.exec(printed)?.[0] ?? '')
  await page.locator('input[name=email]').fill('eve@example.com')
  await page.locator('input[name=password]').fill('correct horse battery')
  await page.locator('button[type=submit]').click()
  await page.locator('select[name=timeZone]').waitFor()
  await page.locator('button[type=submit]').click()
  await page.locator('a[href="/rules"]').click()
  await settled(page)
  return { url, page }
}

/** Until the preview of what is typed is there. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.impact:not(.computing) .shelves').waitFor()
}

export async function publish(page: Page, note: string | null, version: number): Promise<void> {
  if (note !== null) await page.getByLabel('What for?').fill(note)
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText(`Version ${version} is live.`).waitFor()
  await page.getByText('No changes.').waitFor()
}

export async function rankingOf(url: string): Promise<string[]> {
  return (await findLeads(url)).map(({ name, score }) => `${name} ${score}`)
}

export async function expectRows(page: Page, names: string[]): Promise<void> {
  await soon(async () => expect(await page.locator('.ranking li .who a').allTextContents()).toEqual(names))
}

/** With the keyboard. */
export async function press(button: Locator): Promise<void> {
  await button.focus()
  await button.press('Enter')
}
