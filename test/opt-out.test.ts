/** A person without scripts objects to being profiled, and somebody at the dashboard confirms it. */
import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../collector/store/id.ts'
import { launchBrowser } from './support/browser.ts'
import { newSqliteUrl, type TestDatabase } from './support/engines.ts'
import { type Visited, visit } from './support/visiting.ts'
import { batch, form, START } from './support/wire.ts'

const ADA = 'ada@analytical.example'
const EVE = { email: 'eve@mill.example', password: 'a difference engine' }

let database: TestDatabase
let visited: Visited
let browser: Browser

beforeAll(async () => {
  database = await newSqliteUrl()
  const admin = { BRAISE_ADMIN_EMAIL: EVE.email, BRAISE_ADMIN_PASSWORD: EVE.password }
  visited = await visit(database.url, () => START, admin)
  browser = await launchBrowser()
  await visited.take(batch(newId(START), START, [form(START, 'demo request', { email: ADA, firstName: 'Ada' })]))
  await visited.counted()
})
afterAll(async () => {
  await browser?.close()
  await visited.running.stop()
  await database.remove()
})

test('from the page without scripts to a lead without a score, and back', async () => {
  const { url } = visited.running
  const hers = await browser.newContext({ javaScriptEnabled: false, locale: 'fr' })
  const page = await hers.newPage()
  const asked: string[] = []
  page.on('request', (request) => request.url().startsWith('data:') || asked.push(new URL(request.url()).pathname))
  await page.goto(`${url}/opt-out/default`)
  await page.getByLabel('Votre adresse e-mail').fill(ADA)
  await page.getByRole('button', { name: 'Je m’oppose' }).click()
  expect(await page.getByRole('status').textContent()).toContain('Nous avons reçu votre opposition')
  expect(new Set(asked)).toEqual(new Set(['/opt-out/default']))
  expect(await hers.cookies()).toEqual([])
  await hers.close()

  const theirs = await browser.newContext({ locale: 'en' })
  const desk = await theirs.newPage()
  await signIn(desk)
  await desk.getByRole('link', { name: '1 objection to profiling to confirm' }).click()
  await desk.getByRole('button', { name: `Confirm that ${ADA} objects` }).click()
  await desk.getByText('Nobody waits for an answer.').waitFor()
  await desk.getByRole('link', { name: `Ada · ${ADA}` }).click()
  await desk.getByText('Not scored: objected to profiling').waitFor()
  await desk.getByRole('button', { name: /^Undo “Objected to profiling”/ }).click()
  await desk.getByRole('button', { name: 'Do not score this person…' }).waitFor()
  await desk.getByLabel('How did they object?').waitFor({ state: 'detached' })
  await desk.getByRole('button', { name: 'Do not score this person…' }).click()
  await desk.getByLabel('How did they object?').fill('by phone')
  await desk.getByRole('button', { name: 'Do not score', exact: true }).click()
  await desk.getByText('Ada is not scored any more.').waitFor()
  await desk.goto(url)
  await desk.getByText('Not scored').waitFor()
  await theirs.close()
})

test('who asked and is no lead gets a copy, and is erased only after a second word', async () => {
  const { url } = visited.running
  const body = new URLSearchParams({ email: 'bob@mill.example' })
  await fetch(`${url.replace('localhost', '127.0.0.1')}/opt-out/default`, { method: 'POST', body })
  const theirs = await browser.newContext({ locale: 'en' })
  const desk = await theirs.newPage()
  await signIn(desk)
  await desk.getByRole('link', { name: /to confirm$/ }).click()
  await desk.getByText('Personal data', { exact: true }).click()
  const copy = desk.getByRole('link', { name: 'JSON' })
  const [file] = await Promise.all([desk.waitForEvent('download'), copy.click()])
  expect(await readFile(await file.path(), 'utf8')).toContain('bob@mill.example')
  const erase = desk.getByRole('button', { name: 'Erase this person…' })
  await erase.click()
  await desk.getByText('Erase bob@mill.example for good?').waitFor()
  await desk.keyboard.press('Escape')
  await erase.click()
  await desk.getByRole('button', { name: 'Erase for good' }).click()
  await desk.getByText('Erased.').waitFor()
  // Of what still stands there until the list is asked for again, each part tells the address.
  await desk.getByRole('listitem').filter({ hasText: 'bob@mill.example' }).waitFor({ state: 'detached' })
  await theirs.close()
})

async function signIn(desk: Page): Promise<void> {
  await desk.goto(`${visited.running.url}/sign-in`)
  await desk.getByLabel('E-mail').fill(EVE.email)
  await desk.getByLabel('Password').fill(EVE.password)
  await desk.getByRole('button', { name: 'Sign in' }).click()
}
