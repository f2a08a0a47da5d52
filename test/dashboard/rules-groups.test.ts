/** Groups of rules are made, filled, capped and taken away on the page, in a real browser and by the keyboard. */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Ruleset } from '../../dashboard/api.ts'
import { launchBrowser } from '../support/browser.ts'
import { openRules, press, publish, rankingOf, settled, soon } from './support/rules.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('a group is added, takes rules in, caps what they give together, and stands in the history', async () => {
  const { url, page } = await openRules(browser)
  await press(page.getByRole('button', { name: 'Add a group' }))
  const form = page.getByRole('form', { name: 'Add a group' })
  await hasKeyboard(form.getByLabel('Name of the group'))
  await form.getByLabel('Name of the group').fill('Proof')
  await form.getByLabel('Points at most, up or down').fill('6')
  await press(form.getByRole('button', { name: 'Add', exact: true }))
  await hasKeyboard(page.getByRole('button', { name: 'Add a group' }))
  const proof = page.getByRole('region', { name: 'Proof' })
  await proof.getByText('0 rules, together at most ±').waitFor()

  await press(proof.getByRole('button', { name: 'Edit group: Proof' }))
  await proof.getByLabel('A rule of another group').selectOption('Read a case study or a comparison (Evaluation)')
  await press(proof.getByRole('button', { name: 'Take it in' }))
  await page.getByText('“Read a case study or a comparison” is now in Proof.').waitFor()
  const cases = proof.locator('[data-rule="caseStudy"]')
  await hasKeyboard(cases.getByRole('button', { name: 'Edit' }))
  await proof.getByText('1 rule at most ±').waitFor()
  await proof.getByLabel('Name in French').fill('Preuves')
  // Three case studies are 15 points, of which the group lets 6 through.
  await settled(page)
  await publish(page, 'Case studies tell less', 2)
  expect(await rankingOf(url)).toEqual(['Bob 19', 'Ada 12'])
  await page.getByRole('button', { name: 'What it changed: version 2' }).click()
  const changes = page.locator('[data-version="2"] .differences')
  await soon(async () =>
    expect(await changes.locator('li').allTextContents()).toEqual([
      'New group: Proof',
      'Read a case study or a comparison: group Evaluation → Proof',
    ]),
  )
})

test('a rule leaves its group for another, and a deleted group leaves its rules to another, until it is undone', async () => {
  const { page } = await openRules(browser)
  const returning = page.getByRole('region', { name: 'Return' })
  const evaluation = page.getByRole('region', { name: 'Evaluation' })
  const pricing = page.locator('[data-rule="pricing"]')
  await press(pricing.getByRole('button', { name: 'Edit' }))
  await pricing.getByLabel('Another group').selectOption('Return')
  await press(pricing.getByRole('button', { name: 'Move there' }))
  await returning.locator('[data-rule="pricing"]').waitFor()
  await hasKeyboard(pricing.getByRole('button', { name: 'Edit' }))
  await press(page.getByRole('button', { name: 'Undo' }))
  await evaluation.locator('[data-rule="pricing"]').waitFor()

  await press(evaluation.getByRole('button', { name: 'Edit group: Evaluation' }))
  await evaluation.getByLabel('Its rules go to').selectOption('Return')
  await press(evaluation.getByRole('button', { name: 'Delete this group' }))
  await evaluation.waitFor({ state: 'detached' })
  await returning.locator('[data-rule="pricing"]').waitFor()
  await hasKeyboard(page.getByRole('button', { name: 'Edit group: Decision' }))
  await settled(page)
  expect(await page.locator('.fault').count()).toBe(0)
  const without = await draftOf(page)
  expect(without.groups.map(({ id }) => id)).not.toContain('evaluation')
  expect(without.rules.filter(({ group }) => group === 'evaluation')).toEqual([])
  await press(page.getByRole('button', { name: 'Undo' }))
  await evaluation.locator('[data-rule="pricing"]').waitFor()
  await page.getByText('No changes.').waitFor()
})

test('what is wrong with a group is said at its field, and the last one stays', async () => {
  const { page } = await openRules(browser, 'fr-FR')
  const cap = page.getByLabel('Points au plus, en plus ou en moins : Évaluation')
  const group = page.getByRole('region', { name: 'Évaluation' })
  const edit = group.getByRole('button', { name: 'Modifier le groupe : Évaluation' })
  await cap.fill('0')
  await group.getByText('Plus de 0, 10000 au plus.').waitFor()
  await soon(async () => expect(await cap.getAttribute('aria-invalid')).toBe('true'))
  await cap.fill('45')
  await press(edit)
  await group.getByLabel('Nom en anglais').fill('')
  await group.getByText('Ne peut pas rester vide.').waitFor()
  await group.getByLabel('Nom en anglais').fill('Evaluation')
  await page.locator('.fault').waitFor({ state: 'detached' })

  await press(edit)
  const others = page.getByRole('button', { name: /^Modifier le groupe : (?!Évaluation)/ })
  for (let left = await others.count(); left > 0; left--) {
    await press(others.first())
    await press(page.getByRole('button', { name: 'Supprimer ce groupe' }).first())
    await soon(async () => expect(await others.count()).toBe(left - 1))
  }
  await press(edit)
  await group.getByText('C’est le seul groupe, et il reste : chaque règle est dans un groupe.').waitFor()
  await settled(page)
  expect(await page.locator('.fault').count()).toBe(0)
})

function hasKeyboard(element: Locator): Promise<void> {
  return soon(async () => expect(await element.evaluate((each) => each === document.activeElement)).toBe(true))
}

/** As the page keeps it in this tab. */
async function draftOf(page: Page): Promise<Ruleset> {
  return page.evaluate(() => JSON.parse(sessionStorage.getItem('braise-rules eve@example.com default') ?? '{}').ruleset)
}
