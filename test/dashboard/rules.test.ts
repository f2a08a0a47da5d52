/** The rules page in a real browser, before the built server and its database. */
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { API_TOKEN, findLead, findLeads } from '../support/client.ts'
import { expectRows, openRules, publish, rankingOf, settled, soon } from './support/rules.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('points are changed, tried out, published, seen in list and lead, and put back', async () => {
  const { url, page } = await openRules(browser)
  await page.getByLabel('Points: Read the price page').fill('30')
  const enters = page.locator('[data-moves="mql enters"]')
  await soon(async () => {
    expect(await enters.locator('summary').textContent()).toBe('Become MQL: 1')
    expect(await enters.locator('li').textContent()).toMatch(/^Ada Lead → MQL, score 12 → 32Read the price page \+20$/)
  })
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
  await shows(line.locator('td').last(), '+30.0')
  await shows(page.locator('table.reasons .score td'), '32')

  await page.getByRole('link', { name: 'Rules', exact: true }).click()
  await page.getByRole('button', { name: 'What it changed: version 2' }).click()
  await page.getByText('Read the price page: points 10 → 30').waitFor()
  await page.getByRole('button', { name: 'Go back to it: version 1' }).click()
  await settled(page)
  await page.getByText('1 change', { exact: true }).click()
  await page.getByText('Read the price page: points 30 → 10').waitFor()
  await holds(page.getByLabel('Points: Read the price page'), '10')
  expect(await rankingOf(url)).toEqual(['Ada 32', 'Bob 28'])
  await publish(page, null, 3)
  await page.locator('[data-version="3"]', { hasText: 'Back to version 1' }).waitFor()
  await page.getByRole('link', { name: 'Leads', exact: true }).click()
  await expectRows(page, ['Bob', 'Ada'])
  const [, ada] = await findLeads(url)
  expect(await findLead(url, ada?.id ?? '')).toMatchObject({ version: 3, score: 12 })
})

test('a threshold is moved by keys alone and by dragging, and says how many stand above', async () => {
  const { page } = await openRules(browser)
  const slider = page.getByRole('slider', { name: 'Threshold for MQL' })
  await page.getByLabel('Points: Filled a field that people cannot see').focus()
  await soon(async () => {
    await page.keyboard.press('Tab')
    expect(await slider.evaluate((element) => element === document.activeElement)).toBe(true)
  })
  await says(slider, 'aria-valuetext', '20: 1 lead stands at or above')
  await page.keyboard.press('PageDown')
  for (const [key, value] of Object.entries({ PageDown: '10', ArrowUp: '11', ArrowRight: '12' })) {
    await page.keyboard.press(key)
    await says(slider, 'aria-valuenow', value)
  }
  await says(slider, 'aria-valuetext', '12: 2 leads stand at or above')
  await holds(page.getByLabel('MQL: from score'), '12')
  await page.locator('[data-moves="mql enters"] li', { hasText: 'Ada' }).waitFor()
  await page.keyboard.press('End')
  await says(slider, 'aria-valuenow', '49')
  await page.keyboard.press('Home')
  await says(slider, 'aria-valuenow', '0')
  await settled(page)

  const tag = page.getByRole('slider', { name: 'Threshold for SQL' })
  const box = (await tag.locator('.tag').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + 60, { steps: 5 })
  await page.mouse.up()
  await soon(async () => expect(await tag.getAttribute('aria-valuenow')).toMatch(/^6\d$/))
  const dragged = await tag.getAttribute('aria-valuenow')
  await page.mouse.move(box.x, box.y)
  await holds(page.getByLabel('SQL: from score'), String(dragged))
})

test('what is wrong is said at its field, and nothing typed is lost over a reload', async () => {
  const { page } = await openRules(browser)
  const points = page.getByLabel('Points: Read the price page')
  await points.fill('ten')
  const fault = page.locator('[id="/rules/6/points-fault"]')
  await shows(fault, 'This must be a number.')
  await says(points, 'aria-invalid', 'true')
  await says(points, 'aria-describedby', '/rules/6/points-fault')
  await soon(async () => expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true))
  await page.getByRole('button', { name: 'Show it' }).click()
  await soon(async () => expect(await points.evaluate((element) => element === document.activeElement)).toBe(true))

  await page.getByLabel('Competitors’ domains').fill('rival.example\n')
  await page.getByLabel('What for?').fill('Not yet')
  await page.waitForFunction(() => JSON.stringify(sessionStorage).includes('Not yet'))
  await page.reload()
  await fault.waitFor()
  await holds(points, 'ten')
  await holds(page.getByLabel('Competitors’ domains'), 'rival.example')
  await holds(page.getByLabel('What for?'), 'Not yet')

  await page.getByRole('button', { name: 'Français' }).click()
  await shows(fault, 'Il faut un nombre.')
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Discard changes' }).click()
  await holds(points, '10')
  await page.getByText('No changes.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await holds(points, 'ten')
})

test('a rule is added and deleted, a hint taken, and rules go out and in as a file', async () => {
  const { page } = await openRules(browser)
  await page.getByRole('button', { name: 'Add a rule to Evaluation' }).click()
  await page.getByLabel('Pages (addresses), one per line').fill('/case-studdies/*')
  await page.getByLabel('Name of the rule').fill('Read of mills')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const added = page.locator('[data-rule="Readofmills"]')
  await added.getByText('No page seen so far is at /case-studdies/*.').waitFor()
  await added.getByRole('button', { name: 'Put /case-studies/mill into' }).click()
  await added.getByText('Times: 1 · people: 1').waitFor()
  await added.getByRole('button', { name: 'Edit' }).click()
  await holds(added.getByRole('textbox', { name: 'Pages (addresses)' }), '/case-studdies/*\n/case-studies/mill')
  await added.getByRole('button', { name: 'Delete this rule' }).click()
  await added.waitFor({ state: 'detached' })
  await page.getByLabel('Capacity: SQLs a week').fill('3')
  await page.getByRole('button', { name: 'Undo' }).click()
  await added.waitFor()
  await holds(page.getByLabel('Capacity: SQLs a week'), '3')

  await page.getByText('Presets and files').click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Export the live rules').click()])
  const rules = JSON.parse(await readFile(await download.path(), 'utf8'))
  const file = join(tmpdir(), `braise-rules-${process.pid}.json`)
  await writeFile(file, JSON.stringify({ ...rules, thresholds: { ...rules.thresholds, sql: { score: 60, fit: 0 } } }))
  await page.getByLabel('Import a file').setInputFiles(file)
  await page.getByText('1 change', { exact: true }).click()
  await page.getByText('SQL: from score 50 → 60').waitFor()
  await added.waitFor({ state: 'detached' })
  await writeFile(file, JSON.stringify({ ...rules, rules: [{ ...rules.rules[0], when: { all: 'pages' } }] }))
  await page.getByLabel('Import a file').setInputFiles(file)
  await page.getByText('rules[0].when.all').waitFor()
  expect(await page.locator('[data-rule="pricing"]').count()).toBe(1)
  await page.getByRole('button', { name: /Try this: Software/ }).click()
  await page.locator('[data-rule="trial"]').waitFor()
})

test('who would be an SQL with too low a score for one is told with the reason', async () => {
  const { page } = await openRules(browser)
  const newsletter = page.locator('[data-rule="newsletter"]')
  await newsletter.getByRole('button', { name: 'Edit' }).click()
  await newsletter.getByLabel('Makes an SQL at once').check()
  const ada = page.locator('[data-moves="sql enters"] li', { hasText: 'Ada' })
  await ada.getByText('Lead → SQL, score 12 → 12').waitFor()
  await ada.getByText('by a request, or by a score reached before and not yet lost').waitFor()
})

test('who publishes after somebody else is told so, loses nothing and may go on', async () => {
  const { url, page } = await openRules(browser)
  await page.getByLabel('Points: Read the price page').fill('11')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Say what for, so that others understand it.').waitFor()
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' }
  const { ruleset } = await (await fetch(`${url}/api/rules`, { headers })).json()
  const body = JSON.stringify({ ruleset: { ...ruleset, capacity: 2 }, note: 'Two a week' })
  expect((await fetch(`${url}/api/rules/publish`, { method: 'POST', headers, body })).status).toBe(202)
  await soon(async () =>
    expect(await (await fetch(`${url}/api/rules`, { headers })).json()).toMatchObject({ version: 2 }),
  )

  await page.getByLabel('What for?').fill('Prices')
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Version 2 was published meanwhile. Your changes are still here.').waitFor()
  await holds(page.getByLabel('Points: Read the price page'), '11')
  await page.getByRole('button', { name: 'Put my changes into it' }).click()
  await page.getByText('1 change', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Version 3 is live.').waitFor()
  const answer = await (await fetch(`${url}/api/rules`, { headers })).json()
  expect(answer.ruleset.capacity).toBe(2)
  expect(answer.ruleset.rules.find(({ id }: { id: string }) => id === 'pricing')).toMatchObject({ points: 11 })
})

test('the whole page speaks French', async () => {
  const { page } = await openRules(browser, 'fr-FR')
  await page.getByRole('heading', { name: 'Règles' }).waitFor()
  const pricing = page.locator('[data-rule="pricing"]')
  await shows(
    pricing.locator('.hint').first(),
    'Voit une page à l’adresse /pricing*, /prices*, /plans* ou 2 autres ; compte une fois par jour ; 30 points au plus ; la moitié s’efface en 14 jours.',
  )
  await page.getByLabel('Points : A lu la page Tarifs').fill('2,5')
  await page.getByText('1 changement', { exact: true }).click()
  await page.getByText('A lu la page Tarifs : points 10 → 2.5').waitFor()
  const shown = (await page.locator('main').textContent()) ?? ''
  expect(shown).not.toMatch(/\b(Points at most|Rules|Edit|Publish|today|score from|people)\b/)
})

function shows(element: Locator, text: string): Promise<void> {
  return soon(async () => expect(await element.textContent()).toBe(text))
}

function holds(field: Locator, value: string): Promise<void> {
  return soon(async () => expect(await field.inputValue()).toBe(value))
}

function says(element: Locator, attribute: string, value: string): Promise<void> {
  return soon(async () => expect(await element.getAttribute(attribute)).toBe(value))
}
