/** What strangers write is shown to people who are signed in: a real browser opens every page, and nothing of it runs. */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Batch } from '../tracker/protocol.ts'
import { launchBrowser } from './support/browser.ts'
import { uuid } from './support/client.ts'
import { newSqliteUrl, type TestDatabase } from './support/engines.ts'
import { PATIENCE } from './support/patience.ts'
import { PAYLOADS } from './support/payloads.ts'
import { ROUTES, routeOf } from './support/routes.ts'
import { type Visited, visit } from './support/visiting.ts'
import { START } from './support/wire.ts'

const ADA = { email: 'ada@analytical.example', password: 'a difference engine' }
const PAGES = [
  '/',
  '/?stage=visitor',
  '/?stage=quarantined',
  '/?stage=spam',
  '/objections',
  '/rules',
  '/setup',
  '/account',
]
/** What is there for whoever is not signed in, too. */
const OPEN_PAGES = ['/sign-in', '/join', '/opt-out/default']
const ADMIN_PAGES = ['users', 'tokens', 'sites', 'audit'].map((page) => `/admin/${page}`)

let database: TestDatabase
let visited: Visited
let browser: Browser
let leads: string[]

beforeAll(async () => {
  database = await newSqliteUrl()
  const admin = { BRAISE_ADMIN_EMAIL: ADA.email, BRAISE_ADMIN_PASSWORD: ADA.password }
  visited = await visit(database.url, () => START, admin)
  browser = await launchBrowser()
  await Promise.all(PAYLOADS.map((payload, i) => visited.take(batchOf(payload, i), { origin: `https://${i}.example` })))
  await visited.post({ site: 'default', events: PAYLOADS }, { origin: PAYLOADS[0] ?? '', 'user-agent': 'x' })
  // What no address may hold is refused; what one may is shown, beside the name that the lead gave itself.
  const local = (payload: string) => payload.replace(/[\s@<>(),;:"\\[\]]/g, '').slice(0, 60)
  const asked = PAYLOADS.flatMap((payload, i) => {
    return [payload, `${payload}@mill.example`, `${local(payload)}@mill.example`, `p${i}@mill.example`]
  })
  await Promise.all(
    asked.map((email) => {
      const page = `${visited.running.url.replace('localhost', '127.0.0.1')}/opt-out/default`
      return fetch(page, { method: 'POST', body: new URLSearchParams({ email }) })
    }),
  )
  await visited.counted()
  const { db } = visited.running.collector.database
  leads = (await db.selectFrom('lead').select('lead_id').execute()).map(({ lead_id }) => lead_id)
})
afterAll(async () => {
  await browser?.close()
  await visited.running.stop()
  await database.remove()
})

/** One visitor who writes the same into every field there is. */
function batchOf(payload: string, i: number): Batch {
  const url = `https://acme.example/${encodeURIComponent(payload)}?utm_source=${encodeURIComponent(payload)}`
  const [at, pageId] = [START, uuid(START)]
  const fields = { firstName: payload, lastName: payload, company: payload, title: payload, phone: payload, x: payload }
  return {
    site: 'default',
    visitorId: uuid(START),
    sentAt: START,
    events: [
      { id: uuid(START), type: 'page', at, pageId, url, title: payload, referrer: payload },
      { id: uuid(START), type: 'page', at, pageId: uuid(START), url, title: payload, referrer: url },
      { id: uuid(START), type: 'page', at, pageId: uuid(START), url: payload, title: payload },
      { id: uuid(START), type: 'consent', at, choice: 'granted', text: payload, tool: payload, proof: payload },
      { id: uuid(START), type: 'track', at, url, name: payload, properties: { href: payload, [payload]: payload } },
      { id: uuid(START), type: 'form', at, url, form: payload, fields: { ...fields, email: `p${i}@mill.example` } },
      { id: uuid(START), type: 'identify', at, email: `p${i}@mill.example`, traits: fields },
    ],
  }
}

interface Seen {
  ran: string[]
  foreign: string[]
  reports: string[]
  broken: string[]
  withoutPolicy: string[]
}

const nothing = (): Seen => ({ ran: [], foreign: [], reports: [], broken: [], withoutPolicy: [] })

/**
 * Opens the pages signed in, touches and presses everything on them, and follows every link that leads elsewhere.
 * @param unguarded the pages come without their policy
 */
async function walk(context: BrowserContext, paths: string[], seen = nothing(), unguarded = false): Promise<Seen> {
  const { url } = visited.running
  const session = await fetch(`${url.replace('localhost', '127.0.0.1')}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADA),
  })
  const [name = '', value = ''] = session.headers.get('set-cookie')?.split(';')[0]?.split('=') ?? []
  await context.addCookies([{ name, value, domain: 'localhost', path: '/' }])
  await context.exposeFunction('pwned', () => seen.ran.push('pwned'))
  await context.exposeFunction('reported', (what: string) => seen.reports.push(what))
  await context.addInitScript(() => {
    const { reported } = window as unknown as { reported(what: string): void }
    addEventListener('securitypolicyviolation', (event) => reported(`${event.violatedDirective} ${event.blockedURI}`))
  })
  const page = await context.newPage()
  context.on('dialog', (dialog) => void dialog.dismiss())
  context.on('page', (opened) => void opened.close())
  await context.route('**', (route) => {
    const request = route.request()
    if (unguarded && request.resourceType() === 'document' && request.url().startsWith(`${url}/`)) {
      return route.fetch().then((response) => {
        const { 'content-security-policy': _, ...headers } = response.headers()
        return route.fulfill({ response, headers })
      })
    }
    // Whatever is pressed asks for something, and nothing of it is done: the next page has all there is.
    const changes = request.method() !== 'GET' && !/\/(preview|check)(\?|$)/.test(request.url())
    if (changes && request.url().startsWith(`${url}/api/`)) return route.abort()
    if (request.url().startsWith(`${url}/`) || request.url().startsWith('data:')) return route.continue()
    // A link that somebody clicks leads elsewhere, in a window of its own; a page never does by itself.
    if (!request.isNavigationRequest() || isOf(page, request)) seen.foreign.push(request.url())
    return route.abort()
  })
  page.on('pageerror', (error) => seen.broken.push(error.message))
  page.on('response', async (response) => {
    const isPage = response.request().resourceType() === 'document'
    if (isPage && !response.headers()['content-security-policy']) seen.withoutPolicy.push(response.url())
  })
  for (const path of paths) {
    await page.goto(url + path)
    // A page for whoever is not signed in may have nothing to say but that.
    await page.locator('main :is(h1, p)').first().waitFor()
    await page.waitForFunction(() => !document.querySelector('.waiting'))
    await touchEverything(page)
  }
  return seen
}

function isOf(page: Page, request: Request): boolean {
  try {
    return request.frame().page() === page
  } catch {
    // The window that a link opens asks before it is there.
    return false
  }
}

async function touchEverything(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true
    for (const element of document.querySelectorAll('body *')) {
      for (const type of ['mouseenter', 'mouseover', 'mousemove', 'focusin']) {
        element.dispatchEvent(new MouseEvent(type, { bubbles: true }))
      }
    }
    for (const link of document.querySelectorAll('a')) if (link.origin !== location.origin) link.click()
  })
  await page.evaluate(pressEverything)
  await page.evaluate(() => {
    for (const element of document.querySelectorAll('body *')) {
      element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))
    }
  })
  await page.evaluate(() => {
    for (const name in {}) throw new Error(`every object has a ${name}`)
  })
  // One turn of the page's own, so that what was touched off has come to its end.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
}

/** In the page: opens whatever a button opens, menus and forms and more of a list, each once. */
async function pressEverything(): Promise<void> {
  const pressed = new Set<string>()
  const nameOf = (button: Element) => button.getAttribute('aria-label') ?? button.textContent ?? ''
  const next = () => [...document.querySelectorAll('main button')].find((button) => !pressed.has(nameOf(button)))
  // The rules page has hundreds, most of them alike; each opens more.
  for (let button = next(); button && pressed.size < 60; button = next()) {
    pressed.add(nameOf(button))
    ;(button as HTMLElement).click()
    await new Promise((resolve) => setTimeout(resolve))
  }
}

const everyPage = () => [...PAGES, ...OPEN_PAGES, ...ADMIN_PAGES, ...leads.map((id) => `/leads/${id}`)]

test('whatever strangers write, in every field there is: nothing runs, nothing is fetched, nothing is reported', async () => {
  expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(60)
  expect(leads.length).toBeGreaterThanOrEqual(PAYLOADS.length)
  // Every page that the server has.
  const pages = Object.keys(ROUTES).filter((route) => /^GET \/(?!api|assets|health|ready|metrics|:name)/.test(route))
  const walked = new Set(everyPage().map((path) => routeOf(`GET ${path.split('?')[0]}`)))
  expect(pages.filter((route) => !walked.has(route))).toEqual([])
  const context = await browser.newContext()
  const seen = await walk(context, everyPage())
  await context.close()
  expect(seen).toEqual(nothing())
}, 600_000)

/** Text is put into pages as if it were HTML: what a page without escaping does. */
function withoutEscaping(): void {
  document.createTextNode = (text) => {
    const element = document.createElement('span')
    element.innerHTML = text
    return element as unknown as Text
  }
}

test('the same walk without the policy is noticed, also where every text is escaped', async () => {
  const context = await browser.newContext()
  const seen = await walk(context, ['/'], nothing(), true)
  await context.close()
  expect(seen.ran).toEqual([])
  expect(seen.withoutPolicy).toEqual([`${visited.running.url}/`])
})

test('the same walk without escaping is reported by the policy, and without the policy it runs', async () => {
  const first = ['/', ...leads.slice(0, 3).map((id) => `/leads/${id}`)]
  const guarded = await browser.newContext()
  await guarded.addInitScript(withoutEscaping)
  const stopped = nothing()
  // The page does not come to be: the policy refuses what it is made of.
  const refused = walk(guarded, first.slice(0, 1), stopped).catch(() => undefined)
  await vi.waitFor(() => expect(stopped.reports.join()).toContain('require-trusted-types-for'), PATIENCE)
  await guarded.close()
  await refused
  expect(stopped.ran).toEqual([])
  const bare = await browser.newContext()
  await bare.addInitScript(withoutEscaping)
  const open = nothing()
  const walked = walk(bare, first, open, true).catch(() => undefined)
  await vi.waitFor(() => expect(open.ran.length).toBeGreaterThan(0), PATIENCE)
  await bare.close()
  await walked
})
