/** The rules page in a real browser, before the built server and its database. */
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { FormEvent } from '../../tracker/protocol.ts'
import { launchBrowser } from '../support/browser.ts'
import { API_TOKEN, findLead, findLeads, post, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { startServer } from '../support/server.ts'

/** Several processes share the machine: what takes a moment may take a while. */
const PATIENCE = { timeout: 30_000, interval: 50 }
const CASES = ['/case-studies/mill', '/case-studies/dairy', '/case-studies/port']

let browser: Browser
vi.setConfig({ testTimeout: 120_000 })

beforeAll(async () => {
  browser = await launchBrowser()
}, 90_000)
afterAll(() => browser?.close())

test('points are changed, tried out, published, seen in list and lead, and put back', async () => {
  const { url, page } = await openRules()
  await page.getByLabel('Points: Read the price page').fill('30')
  const enters = page.locator('[data-moves="mql enters"]')
  await enters.waitFor({ timeout: PATIENCE.timeout })
  expect(await enters.locator('summary').textContent()).toBe('Become MQL: 1')
  expect(await enters.locator('li').textContent()).toMatch(/^Ada Lead → MQL, score 12 → 32Read the price page \+20$/)
  expect(await rankingOf(url)).toEqual(['Bob 28', 'Ada 12'])

  const list = await page.context().newPage()
  await list.goto(url)
  await expectRows(list, ['Bob', 'Ada'])
  await publish(page, 'Prices tell more', 2)
  await expectRows(list, ['Ada', 'Bob'])
  await page.getByRole('link', { name: 'Leads', exact: true }).click()
  await expectRows(page, ['Ada', 'Bob'])
  await page.getByRole('link', { name: 'Ada' }).click()
  const line = page.locator('table.reasons tbody tr', { hasText: 'Read the price page' })
  expect(await line.locator('td').last().textContent()).toBe('+30.0')
  expect(await page.locator('table.reasons .score td').textContent()).toBe('32')

  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  await page.getByRole('button', { name: 'What version 2 changed' }).click()
  await page.getByText('Read the price page: points 10 → 30').waitFor()
  await page.getByRole('button', { name: 'Go back to version 1' }).click()
  await settled(page)
  await page.getByText('1 change', { exact: true }).click()
  await page.getByText('Read the price page: points 30 → 10').waitFor()
  expect(await page.getByLabel('Points: Read the price page').inputValue()).toBe('10')
  expect(await rankingOf(url)).toEqual(['Ada 32', 'Bob 28'])
  await publish(page, null, 3)
  expect(await page.locator('[data-version="3"]').textContent()).toContain('Back to version 1')
  await page.getByRole('link', { name: 'Leads', exact: true }).click()
  await expectRows(page, ['Bob', 'Ada'])
  const [, ada] = await findLeads(url)
  expect(await findLead(url, ada?.id ?? '')).toMatchObject({ version: 3, score: 12 })
})

test('a threshold is moved by keys alone and by dragging, and says how many stand above', async () => {
  const { page } = await openRules()
  const slider = page.getByRole('slider', { name: 'Threshold for MQL' })
  await page.getByLabel('Points: Filled a field that people cannot see').focus()
  await vi.waitFor(async () => {
    await page.keyboard.press('Tab')
    expect(await slider.evaluate((element) => element === document.activeElement)).toBe(true)
  }, PATIENCE)
  expect(await slider.getAttribute('aria-valuetext')).toBe('20: 1 lead stands at or above')
  for (const key of ['PageDown', 'PageDown', 'ArrowUp', 'ArrowRight']) await page.keyboard.press(key)
  expect(await slider.getAttribute('aria-valuenow')).toBe('12')
  expect(await slider.getAttribute('aria-valuetext')).toBe('12: 2 leads stand at or above')
  expect(await page.getByLabel('MQL: from score').inputValue()).toBe('12')
  await page.locator('[data-moves="mql enters"] li', { hasText: 'Ada' }).waitFor()
  await page.keyboard.press('End')
  expect(await slider.getAttribute('aria-valuenow')).toBe('49')
  await page.keyboard.press('Home')
  expect(await slider.getAttribute('aria-valuenow')).toBe('0')

  const tag = page.getByRole('slider', { name: 'Threshold for SQL' })
  const box = (await tag.locator('.tag').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + 60, { steps: 5 })
  await page.mouse.up()
  const dragged = Number(await tag.getAttribute('aria-valuenow'))
  expect(dragged).toBeGreaterThan(60)
  expect(dragged).toBeLessThan(70)
  await page.mouse.move(box.x, box.y)
  expect(await page.getByLabel('SQL: from score').inputValue()).toBe(String(dragged))
})

test('what is wrong is said at its field, and nothing typed is lost over a reload', async () => {
  const { page } = await openRules()
  const points = page.getByLabel('Points: Read the price page')
  await points.fill('ten')
  const fault = page.locator('[id="/rules/6/points-fault"]')
  await fault.waitFor()
  expect(await fault.textContent()).toBe('This must be a number.')
  expect(await points.getAttribute('aria-invalid')).toBe('true')
  expect(await points.getAttribute('aria-describedby')).toBe('/rules/6/points-fault')
  expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Show it' }).click()
  await vi.waitFor(async () =>
    expect(await points.evaluate((element) => element === document.activeElement)).toBe(true),
  )

  await page.getByLabel('Competitors’ domains').fill('rival.example\n')
  await page.getByLabel('What for?').fill('Not yet')
  await page.waitForFunction(() => JSON.stringify(sessionStorage).includes('Not yet'))
  await page.reload()
  await fault.waitFor()
  expect(await points.inputValue()).toBe('ten')
  expect(await page.getByLabel('Competitors’ domains').inputValue()).toBe('rival.example')
  expect(await page.getByLabel('What for?').inputValue()).toBe('Not yet')

  await page.getByRole('button', { name: 'Français' }).click()
  await vi.waitFor(async () => expect(await fault.textContent()).toBe('Il faut un nombre.'))
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Discard changes' }).click()
  await vi.waitFor(async () => expect(await points.inputValue()).toBe('10'))
  await page.getByText('No changes.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await vi.waitFor(async () => expect(await points.inputValue()).toBe('ten'))
})

test('a rule is added and deleted, a hint taken, and rules go out and in as a file', async () => {
  const { page } = await openRules()
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByLabel('Pages (addresses), one per line').fill('/case-studdies/*')
  await page.getByLabel('Name of the rule').fill('Read of mills')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const added = page.locator('[data-rule="Readofmills"]')
  await added.getByText('No page seen so far is at /case-studdies/*.').waitFor()
  await added.getByRole('button', { name: 'Put /case-studies/mill into' }).click()
  await added.getByText('Times: 1 · people: 1').waitFor()
  await added.getByRole('button', { name: 'Edit' }).click()
  expect(await added.getByLabel('Pages (addresses)').inputValue()).toBe('/case-studdies/*\n/case-studies/mill')
  await added.getByRole('button', { name: 'Delete this rule' }).click()
  expect(await added.count()).toBe(0)
  await page.getByLabel('Capacity: SQLs a week').fill('3')
  await page.getByRole('button', { name: 'Undo' }).click()
  expect(await added.count()).toBe(1)
  expect(await page.getByLabel('Capacity: SQLs a week').inputValue()).toBe('3')

  await page.getByText('Presets and files').click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Export the live rules').click()])
  const rules = JSON.parse(await readFile(await download.path(), 'utf8'))
  const file = join(tmpdir(), `braise-rules-${process.pid}.json`)
  await writeFile(file, JSON.stringify({ ...rules, thresholds: { ...rules.thresholds, sql: { score: 60, fit: 0 } } }))
  await page.getByLabel('Import a file').setInputFiles(file)
  await page.getByText('1 change', { exact: true }).click()
  await page.getByText('SQL: from score 50 → 60').waitFor()
  expect(await added.count()).toBe(0)
  await writeFile(file, JSON.stringify({ ...rules, rules: [{ ...rules.rules[0], when: { all: 'pages' } }] }))
  await page.getByLabel('Import a file').setInputFiles(file)
  await page.getByText('rules[0].when.all').waitFor()
  expect(await page.locator('[data-rule="pricing"]').count()).toBe(1)
  await page.getByRole('button', { name: /Try this: Software/ }).click()
  await page.locator('[data-rule="trial"]').waitFor()
})

test('who publishes after somebody else is told so, loses nothing and may go on', async () => {
  const { url, page } = await openRules()
  await page.getByLabel('Points: Read the price page').fill('11')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Say what for, so that others understand it.').waitFor()
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const { ruleset } = await (await fetch(`${url}/api/rules`, { headers })).json()
  const body = JSON.stringify({ ruleset: { ...ruleset, capacity: 2 }, note: 'Two a week' })
  expect((await fetch(`${url}/api/rules/publish`, { method: 'POST', headers, body })).status).toBe(202)
  await vi.waitFor(async () => {
    expect(await (await fetch(`${url}/api/rules`, { headers })).json()).toMatchObject({ version: 2 })
  }, PATIENCE)

  await page.getByLabel('What for?').fill('Prices')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Version 2 was published meanwhile. Your changes are still here.').waitFor()
  expect(await page.getByLabel('Points: Read the price page').inputValue()).toBe('11')
  await page.getByRole('button', { name: 'Put my changes into it' }).click()
  await page.getByText('1 change', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Version 3 is live.').waitFor()
  const answer = await (await fetch(`${url}/api/rules`, { headers })).json()
  expect(answer.ruleset.capacity).toBe(2)
  expect(answer.ruleset.rules.find(({ id }: { id: string }) => id === 'pricing')).toMatchObject({ points: 11 })
})

test('the whole page speaks French', async () => {
  const { page } = await openRules('fr-FR')
  await page.getByRole('heading', { name: 'Règles' }).waitFor()
  const pricing = page.locator('[data-rule="pricing"]')
  expect(await pricing.locator('.hint').first().textContent()).toBe(
    'Voit une page à l’adresse /pricing*, /prices*, /plans* ou 2 autres ; compte une fois par jour ; 30 points au plus ; la moitié s’efface en 14 jours.',
  )
  await page.getByLabel('Points : A lu la page Tarifs').fill('2,5')
  await page.getByText('1 changement', { exact: true }).click()
  await page.getByText('A lu la page Tarifs : points 10 → 2.5').waitFor()
  const shown = (await page.locator('main').textContent()) ?? ''
  expect(shown).not.toMatch(/\b(Points at most|Rules|Edit|Publish|today|score from|people)\b/)
})

/** Bob read three case studies, Ada the prices once; somebody signs up and opens the rules. */
async function openRules(locale = 'en-GB'): Promise<{ url: string; page: Page }> {
  const database = await newSqliteUrl()
  onTestFinished(() => database.remove())
  const { url, printed } = await startServer({ databaseUrl: database.url })
  const now = Date.now()
  await post(url, visitOf('Bob', 'newsletter', CASES, now))
  const ada = visitOf('Ada', 'newsletter', ['/pricing'], now)
  const form = ada.events.at(-1) as FormEvent
  form.fields = { email: 'ada@gmail.com', firstName: 'Ada' }
  await post(url, ada)
  await vi.waitFor(async () => expect(await rankingOf(url)).toEqual(['Bob 28', 'Ada 12']), PATIENCE)

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
async function settled(page: Page): Promise<void> {
  await page.locator('.impact:not(.computing) .shelves').waitFor()
}

async function publish(page: Page, note: string | null, version: number): Promise<void> {
  if (note !== null) await page.getByLabel('What for?').fill(note)
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText(`Version ${version} is live.`).waitFor()
  await page.getByText('No changes.').waitFor()
}

async function rankingOf(url: string): Promise<string[]> {
  return (await findLeads(url)).map(({ name, score }) => `${name} ${score}`)
}

async function expectRows(page: Page, names: string[]): Promise<void> {
  await vi.waitFor(
    async () => expect(await page.locator('.ranking li .who a').allTextContents()).toEqual(names),
    PATIENCE,
  )
}
