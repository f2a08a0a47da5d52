/** A person without scripts objects to being profiled, and somebody at the dashboard confirms it. */
import type { Browser } from 'playwright-core'
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
}, 120_000)
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
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(`${url}/opt-out/default`)
  await page.getByLabel('Votre adresse e-mail').fill(ADA)
  await page.getByRole('button', { name: 'Je m’oppose' }).click()
  expect(await page.getByRole('status').textContent()).toContain('Nous avons reçu votre opposition')
  expect(new Set(asked.filter((path) => path !== '/favicon.ico'))).toEqual(new Set(['/opt-out/default']))
  expect(await hers.cookies()).toEqual([])
  await hers.close()

  const theirs = await browser.newContext({ locale: 'en' })
  const desk = await theirs.newPage()
  await desk.goto(`${url}/sign-in`)
  await desk.getByLabel('E-mail').fill(EVE.email)
  await desk.getByLabel('Password').fill(EVE.password)
  await desk.getByRole('button', { name: 'Sign in' }).click()
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
