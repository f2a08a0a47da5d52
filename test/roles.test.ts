/** In a real browser: nobody is shown anything to press that the server would refuse them. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Access } from '../collector/domain/access.ts'
import { newId } from '../collector/store/id.ts'
import { findPurge, savePurge } from '../collector/store/retention.ts'
import { launchBrowser } from './support/browser.ts'
import { newSqliteUrl, type TestDatabase } from './support/engines.ts'
import { isAllowed, ROUTES, type Route, routeOf } from './support/routes.ts'
import { makeTwoSites, type TwoSites } from './support/sites.ts'
import { type Visited, visit } from './support/visiting.ts'
import { batch, DAY, form, START } from './support/wire.ts'

let database: TestDatabase
let visited: Visited
let two: TwoSites
let browser: Browser
let paths: string[]

beforeAll(async () => {
  database = await newSqliteUrl()
  visited = await visit(database.url, () => START)
  two = await makeTwoSites(visited)
  browser = await launchBrowser()
  // Something of everything that can be pressed: a value set aside, a link taken back, somebody in quarantine, a purge that waits.
  const { site, lead } = two.ids.shop
  const { email } = await visited.read<{ email: string }>(`/leads/${lead}?site=${site}`)
  const asked = form(START, 'demo', { email, company: 'Mill' })
  const typed = form(START, 'demo', { email: 'eve@mailinator.com', firstName: 'azerty' })
  for (const event of [asked, typed]) await visited.take({ ...batch(newId(START), START, [event]), site })
  await visited.counted()
  const { items } = await visited.read<{ items: { visitorId: string }[] }>(`/leads/${lead}/links?site=${site}`)
  await two.operate('POST', `/leads/${lead}/unlink?site=${site}`, { visitorId: items[1]?.visitorId })
  const { database: opened, retention } = visited.running.collector
  // By its own refusal: one that was only written down would be gone once the purge runs, a minute after the start.
  await retention.carryOn()
  await savePurge(opened.db, { ...(await findPurge(opened.db)), lastRunAt: START - 365 * DAY })
  await retention.carryOn()
  paths = ['/', '/?stage=quarantined', `/leads/${lead}?site=${site}`, '/objections', '/rules', '/setup', '/account']
  paths.push(...['users', 'tokens', 'sites', 'audit'].map((page) => `/admin/${page}`))
})
afterAll(async () => {
  await browser?.close()
  await visited.running.stop()
  await database.remove()
})

/** Presses everything there is on every page. @returns what the pages asked the server for; nothing of it is changed */
async function pressEverything(cookie: string): Promise<{ asked: Set<string>; refused: string[] }> {
  const { url } = visited.running
  const context = await browser.newContext()
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, domain: 'localhost', path: '/' }])
  context.on('page', (opened) => void (context.pages().length > 1 && opened.close()))
  const page = await context.newPage()
  await page.addInitScript(watchRequests)
  const asked = new Set<string>()
  const refused: string[] = []
  await context.route('**/api/**', (route) => {
    const request = route.request()
    asked.add(`${request.method()} ${new URL(request.url()).pathname}`)
    return request.method() === 'GET' ? route.continue() : route.abort()
  })
  page.on('response', (response) => {
    if (response.status() === 403) refused.push(`${response.request().method()} ${response.url()}`)
  })
  for (const path of paths) {
    await page.goto(url + path)
    await page.locator('h1').first().waitFor()
    const files = await page.evaluate(press)
    for (const file of files) asked.add(`GET ${file}`)
  }
  await context.close()
  return { asked, refused }
}

declare global {
  interface Window {
    /** Resolves when nothing is under way to the server and what came is drawn. */
    settled(): Promise<void>
  }
}

/** In the page, before its own scripts: knows of each request until the last byte of its answer is there. */
function watchRequests(): void {
  const underWay = new Set<Promise<unknown>>()
  const ask = window.fetch
  window.fetch = (...asked) => {
    const answer = ask(...asked)
    const whole: Promise<unknown> = answer
      .then((response) => response.clone().arrayBuffer())
      .catch(() => null)
      .finally(() => underWay.delete(whole))
    underWay.add(whole)
    return answer
  }
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  window.settled = async () => {
    do {
      await Promise.all(underWay)
      // What has just been drawn may ask for more once it is seen.
      await drawn()
      await drawn()
    } while (underWay.size > 0)
  }
}

/** In the page: each button once, by where it stands and what it is called, with something in every field that must be filled. */
async function press(): Promise<string[]> {
  const pressed = new Set<string>()
  const nameOf = (button: Element) => {
    const panel = button.closest('section')?.querySelector('h2')?.textContent
    return `${panel} ${button.getAttribute('aria-label') ?? button.textContent}`
  }
  const find = () =>
    [...document.querySelectorAll<HTMLElement>('main button:enabled, main summary')].find((button) => {
      return button.offsetParent !== null && !pressed.has(nameOf(button))
    })
  // While a page waits for an answer, its buttons are at rest.
  const next = () => window.settled().then(find)
  for (let button = await next(); button; button = await next()) {
    pressed.add(nameOf(button))
    for (const field of button.closest('form')?.querySelectorAll('input') ?? []) {
      // Of those that are to be chosen among, the first says that one is missing.
      if (field.type === 'checkbox' && !field.validity.valid) field.click()
      if (!field.required || field.value !== '') continue
      field.value = field.type === 'email' ? 'new@mill.example' : 'something'
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    button.click()
  }
  return [...document.querySelectorAll('main a[href^="/api/"]')].map(
    (link) => new URL((link as HTMLAnchorElement).href).pathname,
  )
}

const CALLERS: [string, Access, must: string[]][] = [
  ['a viewer', { role: 'viewer', sites: ['shop'] }, []],
  [
    'a marketer',
    { role: 'marketer', sites: ['shop'] },
    [
      ...['PATCH /api/leads/:id', 'DELETE /api/leads/:id', 'POST /api/leads/:id/unlink', 'GET /api/leads/export'],
      ...['PATCH /api/objections/:id', 'DELETE /api/objections/:id', 'GET /api/objections/:id/export'],
    ],
  ],
  ['an admin of one site', { role: 'admin', sites: ['shop'] }, ['POST /api/users', 'PATCH /api/retention']],
  ['an admin of all sites', { role: 'admin', sites: 'all' }, ['POST /api/sites', 'POST /api/retention/resume']],
]

test.each(CALLERS)('%s is shown nothing to press that is refused', async (who, access, must) => {
  const { cookie } = await two.welcome(who.replaceAll(' ', '.'), access.role, access.sites)
  const { asked, refused } = await pressEverything(cookie as string)
  const routes = [...asked].map((request) => routeOf(request) ?? request)
  expect(routes.filter((route) => !isAllowed(ROUTES[route] as Route, access, 'shop'))).toEqual([])
  expect(routes).toEqual(expect.arrayContaining(must))
  expect(refused).toEqual([])
})
