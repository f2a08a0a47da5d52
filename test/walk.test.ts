/** One event from a real browser to the ranked list. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startCollector } from '../collector/collector.ts'
import { readConfig } from '../collector/config.ts'
import { launchBrowser } from './support/browser.ts'
import { API_TOKEN, AS_A_PERSON, findEvents, findLead, findLeads, post, sumOf, visitOf } from './support/client.ts'
import { newSqliteUrl } from './support/engines.ts'
import { PATIENCE } from './support/patience.ts'
import { startServer } from './support/server.ts'
import { DEMO_FORM, serveWebsite } from './support/website.ts'

/** Half an hour would make another session; half a day would sign the dashboard out. */
const FIVE_HOURS = 5 * 60 * 60 * 1000

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser(AS_A_PERSON)
})
afterAll(() => browser?.close())

test('who reads the prices, comes back and asks for a demo moves up to the top, with every point explained', async () => {
  const database = await newSqliteUrl()
  let now = Date.UTC(2026, 4, 4, 21)
  const env = { DATABASE_URL: database.url, PORT: '0', HOST: '127.0.0.1', BRAISE_API_TOKEN: API_TOKEN }
  const { url, firstLink, stop } = await startCollector(readConfig(env), () => now)
  const dashboard = await newPage()
  const laptop = await newPage()
  try {
    const website = await serveWebsite(tagOf(url), { '/demo': DEMO_FORM })
    await post(url, visitOf('Eve', 'request a quote', ['/', '/pricing'], now))
    await post(url, visitOf('Bob', 'newsletter', ['/', '/pricing'], now))
    await post(url, visitOf('Ada', 'newsletter', ['/blog/embers'], now))
    await vi.waitFor(async () => expect(await namesOf(url)).toEqual(['Eve', 'Bob', 'Ada']), PATIENCE)

    await signUp(dashboard, firstLink ?? '')
    await dashboard.getByRole('link', { name: 'Leads' }).first().click()
    await expectRanking(dashboard, ['Eve', 'Bob', 'Ada'])
    await dashboard.evaluate(() => Object.assign(window, { neverReloaded: true }))

    now += FIVE_HOURS
    await laptop.goto(`${website}/pricing`)
    // Told by the look after a second, which counts as read.
    await vi.waitFor(async () => expect(await findLeads(url, 'stage=visitor')).toHaveLength(1), PATIENCE)
    await laptop.goto('about:blank')
    const visitor = await vi.waitFor(async () => {
      const [visitor] = await findLeads(url, 'stage=visitor')
      const [page] = await findEvents(url, visitor?.id ?? 'nobody yet')
      expect(page).toMatchObject({ type: 'page', url: `${website}/pricing`, visibleMs: expect.any(Number) })
      return visitor
    }, PATIENCE)
    expect(visitor).toMatchObject({ email: null, stage: 'visitor' })
    expect(await namesOf(url)).toEqual(['Eve', 'Bob', 'Ada'])

    now += FIVE_HOURS
    await laptop.goto(`${website}/demo`)
    await fillIn(laptop)
    await laptop.waitForURL('**/thanks')
    await expectRanking(dashboard, ['Ada Lovelace', 'Eve', 'Bob'])
    const [first, ...others] = await vi.waitFor(async () => {
      const leads = await findLeads(url)
      const visits = await findEvents(url, leads[0]?.id ?? '')
      expect(visits.map((event) => event.url)).toContain(`${website}/thanks`)
      expect(await findLeads(url, 'stage=visitor')).toEqual([])
      return leads
    }, PATIENCE)
    expect(first).toMatchObject({ name: 'Ada Lovelace', email: 'ada@analytical.example', stage: 'sql', score: 100 })
    expect(others.map(({ name }) => name)).toEqual(['Eve', 'Bob'])
    const lead = await findLead(url, first?.id ?? '')
    const hits = new Map(lead.reasons.map((line) => [line.rule, line.hits]))
    expect(Object.fromEntries(hits)).toMatchObject({
      ...{ newsletter: 1, pricing: 1, demoPage: 1, demoRequest: 1 },
      ...{ blog: 1, otherPage: 1, session: 2, return: 1, companyEmail: 1, targetSector: 1 },
    })
    expect(Math.abs(sumOf(lead) - (lead.engagement + lead.fit))).toBeLessThanOrEqual(0.01)
    expect(Math.round(sumOf(lead))).toBe(lead.rank)
    expect(lead.score).toBe(Math.max(0, Math.min(100, lead.rank)))
    await vi.waitFor(
      async () => expect((await findLeads(url))[0]).toMatchObject({ rank: lead.rank, score: lead.score }),
      PATIENCE,
    )
    expect(lead.visitors).toBe(2)

    await dashboard.getByRole('link', { name: 'Ada Lovelace' }).click()
    expect(await shownReasons(dashboard)).toEqual(
      lead.reasons.filter(({ kind }) => kind === 'rule' || kind === 'fit').map(({ label }) => label.en),
    )
    expect(await dashboard.locator('table.reasons tfoot .score td').textContent()).toBe(String(lead.score))
    expect(await dashboard.evaluate(() => 'neverReloaded' in window)).toBe(true)
  } finally {
    await Promise.all([dashboard, laptop].map((page) => page.context().close()))
    await stop()
    await database.remove()
  }
})

test('the server as an operator starts it prints a link and a snippet, and both work', async () => {
  const database = await newSqliteUrl()
  const server = await startServer({ databaseUrl: database.url })
  const page = await newPage()
  try {
    const snippet = /<script .*<\/script>/.exec(server.printed)?.[0] ?? ''
    expect(snippet).toBe(tagOf(server.url))
    await signUp(page, /http\S+\/join#\S+/.exec(server.printed)?.[0] ?? '')

    const website = await serveWebsite(snippet, { '/demo': DEMO_FORM })
    await page.goto(`${website}/demo`)
    await fillIn(page)
    await page.waitForURL('**/thanks')
    await vi.waitFor(async () => {
      const leads = await findLeads(server.url)
      expect(leads).toMatchObject([{ name: 'Ada Lovelace', email: 'ada@analytical.example', stage: 'sql' }])
    }, PATIENCE)

    await page.goto(server.url)
    await expectRanking(page, ['Ada Lovelace'])
    expect(await server.end('SIGTERM')).toBe(0)
  } finally {
    await page.context().close()
    await server.end('SIGKILL')
    await database.remove()
  }
})

/** A browser profile of its own. */
async function newPage(): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })
  context.setDefaultTimeout(PATIENCE.timeout)
  return context.newPage()
}

function tagOf(url: string): string {
  return `<script defer src="${url}/braise.js" data-site="default"></script>`
}

async function signUp(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('E-mail').fill('marketer@example.com')
  await page.getByLabel('Password').fill('correct horse battery staple')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Sectors').fill('Machinery, Computing')
  await page.getByRole('button', { name: 'Save and start' }).click()
  await page.waitForURL('**/setup')
}

async function fillIn(page: Page): Promise<void> {
  const answers = {
    'First name': 'Ada',
    'Last name': 'Lovelace',
    'Work e-mail': 'Ada@Analytical.example',
    Company: 'Analytical',
    Sector: 'Computing',
  }
  for (const [label, answer] of Object.entries(answers)) await page.getByLabel(label).fill(answer)
  await page.getByRole('button', { name: 'Book a demo' }).click()
}

async function namesOf(url: string): Promise<(string | null)[]> {
  return (await findLeads(url)).map(({ name }) => name)
}

async function expectRanking(dashboard: Page, names: string[]): Promise<void> {
  const links = dashboard.locator('.ranking li .who a')
  await vi.waitFor(async () => expect(await links.allTextContents()).toEqual(names), PATIENCE)
}

async function shownReasons(dashboard: Page): Promise<string[]> {
  await dashboard.locator('table.reasons').waitFor()
  return dashboard.locator('table.reasons tbody tr:not(.group):not(.held) th').allTextContents()
}
