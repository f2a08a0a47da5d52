/** A lead page with nothing but the keyboard, in a real browser. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { openAda } from './support/ada.ts'

let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test('the keyboard stays where something was done: in what opens, and at what was taken back', async () => {
  const page = await openAda(browser)
  await press(page, 'Merge another lead into this one')
  await focusIn(page, /Who is the same person/)
  await page.keyboard.type('bob')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Merge bob@analytical.example' }).waitFor()
  await press(page, 'Merge bob@analytical.example')
  await focusIn(page, /Merge another lead/)

  await page
    .locator('.decisions')
    .getByRole('button', { name: /^Undo “Merged/ })
    .press('Enter')
  await focusIn(page, /^Merged with bob@analytical\.example.*undone/is)

  await press(page, 'This is spam')
  const done = page.locator('.undo p', { hasText: 'spam' })
  await done.getByRole('button', { name: 'Undo' }).press('Enter')
  await focusIn(page, /^Ada$/)
})

test('who thinks better of a decision is back at the button that was pressed, and who takes it at those that are left', async () => {
  const page = await openAda(browser)
  for (const name of ['Lost', 'Won']) {
    await press(page, name)
    await focusIn(page, /^(Reason|Note)/)
    await page.keyboard.press('Escape')
    await focusIn(page, new RegExp(`^${name}$`))
  }
  await page.keyboard.press('Enter')
  await focusIn(page, /^Note/)
  await page.keyboard.press('Enter')
  await page.getByText('Stage is now Customer.').waitFor()
  await focusIn(page, /^Accept$/)
})

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name }).press('Enter')
}

/** What has the keyboard: by its label, or what it says. */
async function focusIn(page: Page, name: RegExp): Promise<void> {
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = document
      return activeElement instanceof HTMLInputElement
        ? activeElement.labels?.[0]?.innerText
        : (activeElement as HTMLElement).innerText.replace(/^\+ /, '')
    })
  await expect.poll(focused).toMatch(name)
}
