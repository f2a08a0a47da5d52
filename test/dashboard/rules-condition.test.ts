/** Rules of all kinds are written on the page, in a real browser. */
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { CASES, openRules, press, publish, settled, soon } from './support/rules.ts'

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser?.close())

test('a condition is made another one by the keyboard: other events, more asked for, joined, turned round', async () => {
  const { page } = await openRules(browser)
  const rule = page.locator('[data-rule="pricing"]')
  await press(rule.getByRole('button', { name: 'Edit' }))
  await choose(rule.getByLabel('When somebody…'), 'spends time on a page')
  await ask(rule, 'Seconds read, at least')
  await typed(page, '45')
  await ask(rule, 'Campaign or other parameter of the address')
  await typed(page, 'spring*')
  await rule.getByRole('textbox', { name: 'Parameter of the address' }).fill('utm_source')
  await ask(rule, 'Sessions in so many days')
  await press(rule.getByRole('button', { name: 'or…' }))
  await typed(page, '/webinar')
  await press(rule.getByRole('button', { name: 'but not…' }).nth(1))
  await typed(page, '/webinars/old')
  await soon(async () => {
    expect(await rule.locator('.rule-text .hint').textContent()).toBe(
      'Spends time on a page at /pricing*, /prices*, /plans* or 2 more with utm_source = spring* in the address ' +
        'read for 45 s or more with at least 5 sessions within 30 days or (sees a page at /webinar, but not: at ' +
        '/webinars/old); counts once a day; 30 points at most; half is gone after 14 days.',
    )
  })
  await press(rule.getByRole('button', { name: 'Take out: Seconds read, at least' }))
  await page.getByText('Taken out: Seconds read, at least.').waitFor()
  await soon(async () => expect(await rule.locator('.rule-text .hint').textContent()).not.toContain('45 s'))
  await page.getByRole('button', { name: 'Undo' }).click()
  await soon(async () => expect(await rule.locator('.rule-text .hint').textContent()).toContain('read for 45 s'))
  await settled(page)
  expect(await page.locator('.fault').count()).toBe(0)
  await publish(page, 'Other readers', 2)
})

test('what a new condition lacks is said at its field, in French too', async () => {
  const { page } = await openRules(browser, 'fr-FR')
  const rule = page.locator('[data-rule="decisionMaker"]')
  await press(rule.getByRole('button', { name: 'Modifier' }))
  await press(rule.getByRole('button', { name: 'mais pas…' }))
  const field = page.locator('[id="/fit/0/when/all/1/not/contains"]')
  await soon(async () => expect(await field.evaluate((element) => element === document.activeElement)).toBe(false))
  await page.locator('[id="/fit/0/when/all/1/not/contains-fault"]', { hasText: 'Ne peut pas rester vide.' }).waitFor()
  await soon(async () => expect(await field.getAttribute('aria-invalid')).toBe('true'))
  await field.fill('assistant')
  await page.locator('.fault').waitFor({ state: 'detached' })
  await soon(async () => {
    expect(await rule.locator('.rule-text .hint').textContent()).toBe(
      'Fonction contient ceo, cto, cfo ou 32 autres, sauf : Fonction contient assistant.',
    )
  })
})

test('fit rules and spam signs are added, changed, switched off, deleted and put back, and a reload keeps them', async () => {
  const { page } = await openRules(browser)
  await press(page.getByRole('button', { name: 'Add a rule to Fit' }))
  await choose(page.getByLabel('What is known'), 'Country')
  await page.getByLabel('Has one of these words in it').fill('Belgium')
  await page.getByLabel('Name of the rule').fill('From Belgium')
  await press(page.getByRole('form', { name: 'New rule' }).getByRole('button', { name: 'Add' }))
  const belgium = page.locator('[data-rule="FromBelgium"]')
  await belgium.getByText('Country has Belgium in it.').waitFor()
  await press(belgium.getByRole('button', { name: 'Edit' }))
  await choose(belgium.getByLabel('What is known'), 'Kind of e-mail')
  await press(belgium.getByRole('button', { name: 'Take out: has one of these words in it' }))
  await ask(belgium, 'is one of', 'Its value')
  await belgium.getByLabel('free provider').check()
  await belgium.getByText('Kind of e-mail is free provider.').waitFor()

  const hasty = page.locator('[data-rule="hasty"]')
  await hasty.getByLabel('Counts: Filled in under two seconds').uncheck()
  await press(hasty.getByRole('button', { name: 'Edit' }))
  const link = page.locator('[data-rule="linkInName"]')
  await press(link.getByRole('button', { name: 'Edit' }))
  await press(link.getByRole('button', { name: 'Delete this rule' }))
  await link.waitFor({ state: 'detached' })
  await press(page.getByRole('button', { name: 'Undo' }))
  await link.waitFor()
  await press(link.getByRole('button', { name: 'Edit' }))
  await press(link.getByRole('button', { name: 'Delete this rule' }))
  await link.waitFor({ state: 'detached' })
  await press(page.getByRole('button', { name: 'Add a rule to Spam signs' }))
  await page.getByLabel('Points', { exact: true }).fill('15')
  await press(page.getByRole('form', { name: 'New rule' }).getByRole('button', { name: 'Add' }))
  await link.getByText('A link stands in a field for a name.').first().waitFor()

  await page.reload()
  await belgium.getByText('Kind of e-mail is free provider.').waitFor()
  expect(await hasty.getByLabel('Counts: Filled in under two seconds').isChecked()).toBe(false)
  await publish(page, 'Belgians', 2)
  const { ruleset } = await page.evaluate(async () => (await fetch('/api/rules?site=default')).json())
  expect(ruleset.fit.at(-1)).toMatchObject({ when: { trait: 'emailKind', is: ['free'] }, points: 5 })
  expect(ruleset.spam.find(({ id }: { id: string }) => id === 'hasty')).toMatchObject({ off: true })
  expect(ruleset.spam.at(-1)).toMatchObject({ id: 'linkInName', points: 15 })
})

test('what occurs on the site is offered as one types, taken by keys or pointer, and put away', async () => {
  const { page } = await openRules(browser)
  const rule = page.locator('[data-rule="pricing"]')
  await press(rule.getByRole('button', { name: 'Edit' }))
  const paths = rule.getByRole('textbox', { name: 'Pages (addresses)' })
  const offered = rule.getByRole('listbox', { name: 'What occurs on your site' })
  const said = () => offered.getByRole('option').allTextContents()
  await paths.fill('/pricing*\n/case')
  await soon(async () => expect((await said()).sort()).toEqual([...CASES].sort()))
  await rule.getByText('3 suggestions: arrow keys to choose').waitFor()
  const [, second = ''] = await said()
  await paths.press('ArrowDown')
  await paths.press('ArrowDown')
  const active = await paths.getAttribute('aria-activedescendant')
  expect(await page.locator(`[id="${active}"]`).textContent()).toBe(second)
  await paths.press('Enter')
  await offered.waitFor({ state: 'detached' })
  expect(await paths.inputValue()).toBe(`/pricing*\n${second}`)
  await paths.pressSequentially('\nPRI')
  await offered.getByRole('option', { name: '/pricing' }).click()
  expect(await paths.inputValue()).toBe(`/pricing*\n${second}\n/pricing`)
  await rule.getByText(`at /pricing*, ${second} or /pricing;`).waitFor()
  await paths.pressSequentially('\nc')
  await offered.waitFor()
  await paths.press('Escape')
  await offered.waitFor({ state: 'detached' })

  await press(page.getByRole('button', { name: 'Add a rule to Discovery' }))
  const form = page.getByRole('form', { name: 'New rule' })
  await choose(form.getByLabel('When somebody…'), 'sends a form')
  await form.getByLabel('Form names').focus()
  await form.getByRole('option', { name: 'newsletter' }).click()
  expect(await form.getByLabel('Form names').inputValue()).toBe('newsletter')
})

async function choose(select: Locator, label: string): Promise<void> {
  await select.selectOption({ label })
}

async function ask(rule: Locator, what: string, label = 'Only if'): Promise<void> {
  await choose(rule.getByLabel(label, { exact: true }), what)
  await press(rule.getByRole('button', { name: 'Add', exact: true }))
}

/** Into the field that has the keyboard: what has just been added takes it. */
async function typed(page: Page, text: string): Promise<void> {
  const focused = page.locator('input:focus, textarea:focus, fieldset:focus')
  await focused.waitFor()
  const isField = await focused.evaluate((element) => element.tagName !== 'FIELDSET')
  await (isField ? focused : focused.locator('textarea').first()).fill(text)
}
