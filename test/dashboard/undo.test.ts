/** What was done last, and the way to take it back, in a real browser. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { openDashboard } from '../support/dashboard.ts'
import { openAda } from './support/ada.ts'
import { openRules, press, soon } from './support/rules.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('what was done is said across a narrow page, over nothing else, and in the language chosen since', async () => {
  const { page } = await openRules(browser)
  await page.setViewportSize({ width: 380, height: 800 })
  const rule = page.locator('[data-rule="pricing"]')
  await press(rule.getByRole('button', { name: 'Edit' }))
  await press(rule.getByRole('button', { name: 'Delete this rule' }))
  const done = page.locator('.undo p')
  await done.getByText('“Read the price page” is deleted from the draft.').waitFor()
  const place = await done.boundingBox()
  const below = await page.getByRole('region', { name: 'Publish' }).boundingBox()
  expect(place?.width).toBeGreaterThan(300)
  expect((place?.y ?? 0) + (place?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0)
  expect((below?.y ?? 0) + (below?.height ?? 0)).toBeLessThanOrEqual(800)

  await page.getByRole('button', { name: 'Français' }).click()
  await done.getByText('« A lu la page Tarifs » est supprimée du brouillon.').waitFor()
  await done.getByRole('button', { name: 'Annuler' }).click()
  await soon(async () => expect(await done.count()).toBe(0))
  await rule.waitFor()

  await page.getByRole('link', { name: 'Leads', exact: true }).click()
  await page.getByRole('link', { name: 'Ada' }).click()
  await page.getByLabel('Nouvelle note').fill('A rappeler')
  await page.getByRole('button', { name: 'Ajouter la note' }).click()
  await page.getByRole('button', { name: /^Supprimer la note/ }).click()
  await done.getByText('Note supprimée.').waitFor()
  await page.getByRole('button', { name: 'English' }).click()
  await done.getByText('Note deleted.').waitFor()
  expect((await done.boundingBox())?.height).toBeLessThan(60)
})

test('what has been undone in its list is not offered any more, and what is in no list still is', async () => {
  const page = await openAda(browser)
  const done = page.locator('.undo p')
  const undoInList = (what: string) => press(page.locator('.decisions').getByRole('button', { name: `Undo “${what}` }))

  await press(page.getByRole('button', { name: 'Accept' }))
  await press(page.getByRole('button', { name: 'Mark as accepted by sales' }))
  await done.getByText('Stage is now').waitFor()
  await press(page.getByRole('button', { name: 'This is spam' }))
  await done.getByText('is confirmed as spam').waitFor()
  await undoInList('Spam')
  await page.getByRole('button', { name: 'This is spam' }).waitFor()
  await soon(async () => expect(await done.count()).toBe(0))

  await press(page.getByRole('button', { name: /^Take back the link/ }))
  await done.getByText('Taken back').waitFor()
  await undoInList('Took back')
  await soon(async () => expect(await done.count()).toBe(0))

  await page.getByLabel('New note').fill('Call back')
  await page.getByRole('button', { name: 'Add note' }).click()
  await page.getByRole('button', { name: /^Delete the note/ }).click()
  await done.getByText('Note deleted.').waitFor()
  await undoInList('Accepted')
  await page.getByText('undone by eve@example.com').nth(2).waitFor()
  await done.getByRole('button', { name: 'Undo' }).click()
  await page.locator('.notes p', { hasText: 'Call back' }).waitFor()
  expect(await done.count()).toBe(0)
})

test('what could not be taken back is said of that, and not of what is done next', async () => {
  const page = await openAda(browser)
  const done = page.locator('.undo p')
  await press(page.getByRole('button', { name: 'This is spam' }))
  await done.getByText('is confirmed as spam').waitFor()
  await page.route('**/decisions/*', (route) => route.abort())
  await done.getByRole('button', { name: 'Undo' }).click()
  await done.getByText('The server does not answer').waitFor()
  await page.unroute('**/decisions/*')

  await press(page.getByRole('button', { name: 'Accept' }))
  await press(page.getByRole('button', { name: 'Mark as accepted by sales' }))
  await done.getByText('Stage is now').waitFor()
})

test('what is taken back late leaves alone what has been done meanwhile', async () => {
  const page = await openAda(browser)
  const done = page.locator('.undo p')
  await press(page.getByRole('button', { name: 'This is spam' }))
  let answer = () => {}
  await page.route('**/decisions/*', (route) => {
    answer = () => route.continue()
  })
  await done.getByRole('button', { name: 'Undo' }).click()
  await press(page.getByRole('button', { name: 'Accept' }))
  await press(page.getByRole('button', { name: 'Mark as accepted by sales' }))
  await done.getByText('Stage is now').waitFor()
  const [response] = await Promise.all([page.waitForResponse('**/decisions/*'), answer()])
  await response.finished()
  await page.getByRole('button', { name: 'This is spam' }).waitFor()
  expect(await done.getByText('Stage is now').count()).toBe(1)
  await page.unroute('**/decisions/*')
  await done.getByRole('button', { name: 'Undo' }).click()
  await soon(async () => expect(await done.count()).toBe(0))
})

test('who takes back one answer to an objection may still take back the last one', async () => {
  const dashboard = await openDashboard(Date.now)
  onTestFinished(() => dashboard.stop())
  for (const email of ['ada@mill.example', 'bob@mill.example'])
    await fetch(`${dashboard.url}/opt-out/default`, { method: 'POST', body: new URLSearchParams({ email }) })
  const page = await dashboard.signIn(browser)
  onTestFinished(() => page.context().close())
  await page.goto(`${dashboard.url}/objections`)
  const done = page.locator('.undo p')
  await press(page.getByRole('button', { name: /^Confirm.*ada@/ }))
  await done.getByText('ada@mill.example').waitFor()
  await press(page.getByRole('button', { name: /^Dismiss.*bob@/ }))
  await done.getByText('bob@mill.example').waitFor()

  await press(page.getByRole('button', { name: /^Undo.*ada@/ }))
  await page.getByRole('button', { name: /^Confirm.*ada@/ }).waitFor()
  await done.getByText('bob@mill.example').waitFor()
  await press(page.getByRole('button', { name: /^Undo.*bob@/ }))
  await soon(async () => expect(await done.count()).toBe(0))
})
