/** A collector that goes away for a while and comes back. */
import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import Sqlite from 'better-sqlite3'
import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { checkBatch, parseBody } from '../collector/http/batch.ts'
import type { VisitorEvent } from '../tracker/protocol.ts'
import { launchBrowser } from './support/browser.ts'
import { API_TOKEN, AS_A_PERSON, findEvents, findLeads, post, USER_AGENT, visitOf } from './support/client.ts'
import { newSqliteUrl } from './support/engines.ts'
import { PATIENCE } from './support/patience.ts'
import { freePort } from './support/ports.ts'
import { startServer } from './support/server.ts'
import { writtenId } from './support/stored.ts'
import { buildUnprotected } from './support/unprotected.ts'
import { DEMO_FORM, serveWebsite } from './support/website.ts'

/** A server that cuts off nothing, however long it goes on or is kept alive: what holds it would hold it for ever. */
const ENDLESS = {
  'requestTimeout: REQUEST_WITHIN': 'requestTimeout: 0, keepAliveTimeout: 0',
  '() => server.closeAllConnections()': '() => {}',
  '}, STOP_WITHIN).unref()': '}, 2 ** 30).unref()',
}

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser(AS_A_PERSON)
})
afterAll(() => browser?.close())

test('an outage in the middle of a visit loses no event and doubles none', async () => {
  const database = await newSqliteUrl()
  const port = await freePort()
  const first = await startServer({ databaseUrl: database.url, port })
  const tag = `<script defer src="${first.url}/braise.js" data-site="default"></script>`
  const website = await serveWebsite(tag, { '/demo': DEMO_FORM })
  const page = await browser.newPage()
  const posted = recordPosts(page)
  try {
    await page.goto(`${website}/`)
    await startClicking(page, 'before')
    await vi.waitFor(async () => expect(posted.acknowledged.size).toBeGreaterThan(3), PATIENCE)

    expect(await first.end('SIGTERM')).toBe(0)
    await vi.waitFor(() => expect(posted.failures).toBeGreaterThan(0), PATIENCE)
    const clicks = [...(await stopClicking(page))]
    // The script comes from the browser's cache: what happens on the pages that follow is not missed either.
    await page.goto(`${website}/pricing`)
    await page.evaluate(() => history.pushState(null, '', '/pricing/teams'))
    await page.goto(`${website}/demo`)
    await page.getByLabel('Work e-mail').fill('ada@analytical.example')
    await page.getByRole('button').click()
    await page.waitForURL('**/thanks')
    await startClicking(page, 'after')
    await vi.waitFor(async () => expect(await queuedIn(page)).toContain('after 3'), PATIENCE)

    const second = await startServer({ databaseUrl: database.url, port })
    await vi.waitFor(() => expect(posted.acknowledged.size).toBeGreaterThan(clicks.length + 8), PATIENCE)
    clicks.push(...(await stopClicking(page)))
    await vi.waitFor(async () => expect(await queuedIn(page)).toBe(''), PATIENCE)
    await vi.waitFor(async () => expect(await findLeads(second.url)).toHaveLength(1), PATIENCE)

    const [ada] = await findLeads(second.url)
    const timeline = await findEvents(second.url, ada?.id ?? '')
    const pathsOf = (type: string) => timeline.filter((event) => event.type === type).map(({ url }) => pathOf(url))
    expect(pathsOf('page').sort()).toEqual(['/', '/demo', '/pricing', '/pricing/teams', '/thanks'])
    expect(pathsOf('form')).toEqual(['/demo'])
    const names = timeline.filter(({ type }) => type === 'track').map(({ name }) => name)
    expect(names.sort()).toEqual(clicks.sort())
    expect(await second.end('SIGTERM')).toBe(0)

    const stored = storedIn(database.url)
    const known = new Set(stored.map(({ id }) => id))
    expect([...posted.acknowledged].filter((id) => !known.has(id))).toEqual([])
    // A report of engaged time that found nobody is replaced by the next one of its page, which says all that it said.
    const unreplaced = [...posted.events.values()].filter(({ type }) => type !== 'engage')
    expect(unreplaced.filter(({ id }) => !known.has(id))).toEqual([])
    expect(longestOf([...posted.events.values(), ...stored])).toEqual(longestOf(stored))
  } finally {
    await page.close()
    await database.remove()
  }
})

test('what is under way when the server is told to stop is answered, and neither a stream nor a busy poster holds it', async () => {
  const database = await newSqliteUrl()
  const server = await startServer({ databaseUrl: database.url, folder: buildUnprotected(ENDLESS) })
  try {
    const stream = await openStream(server.url)
    const { email, ...batch } = visitOf('Bob', 'demo request', ['/pricing'], Date.now())
    const begun = await beginPost(server.url, JSON.stringify(batch))

    const posters = Array.from({ length: 4 }, () => postUntilRefused(server.url))
    const ended = server.end('SIGTERM')
    await vi.waitFor(() => expect(fetch(`${server.url}/health`)).rejects.toThrow(), PATIENCE)
    const answer = await begun.finish()
    expect(answer).toContain('202 Accepted')
    expect(answer).toContain(JSON.stringify({ accepted: batch.events.length, rejected: [] }))
    expect(await ended).toBe(0)
    expect(await stream.told).toContain(': open')
    await Promise.all(posters)
    expect(storedIn(database.url).map(({ id }) => id)).toEqual(expect.arrayContaining(batch.events.map(({ id }) => id)))

    const again = await startServer({ databaseUrl: database.url })
    await vi.waitFor(
      async () => expect(await findLeads(again.url, `q=${email}`)).toMatchObject([{ email, stage: 'sql' }]),
      PATIENCE,
    )
  } finally {
    await database.remove()
  }
})

interface Posts {
  /** Every event that was seen on its way, by id. */
  events: Map<string, VisitorEvent>
  acknowledged: Set<string>
  failures: number
}

/** Writes down what a page posts, as the browser sees it. What a page posts as it goes away is not seen. */
function recordPosts(page: Page): Posts {
  const posts: Posts = { events: new Map(), acknowledged: new Set(), failures: 0 }
  const eventsOf = (request: Request) => {
    if (request.method() !== 'POST' || !request.url().endsWith('/e')) return []
    return checkBatch(parseBody(request.postData() ?? '')).visits.flatMap(({ events }) => events)
  }
  page.on('request', (request) => {
    for (const event of eventsOf(request)) posts.events.set(event.id, event)
  })
  page.on('response', (response) => {
    if (response.status() === 202) for (const { id } of eventsOf(response.request())) posts.acknowledged.add(id)
  })
  page.on('requestfailed', (request) => {
    posts.failures += eventsOf(request).length
  })
  return posts
}

/** Somebody clicks three times a second, forty times at most: a full queue would leave the oldest out. */
async function startClicking(page: Page, when: string): Promise<void> {
  await page.evaluate((when) => {
    const clicks: string[] = []
    const timer = setInterval(() => {
      if (clicks.length === 40) return
      clicks.push(`${when} ${clicks.length + 1}`)
      window.braise?.('track', clicks.at(-1))
    }, 300)
    Object.assign(window, { stopClicking: () => clearInterval(timer) ?? clicks })
  }, when)
}

/** @returns the names of all clicks */
function stopClicking(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { stopClicking(): string[] }).stopClicking())
}

function queuedIn(page: Page): Promise<string> {
  return page.evaluate(() =>
    Object.keys(localStorage)
      .filter((name) => name.startsWith('braise.default.queue'))
      .map((name) => localStorage[name])
      .join(),
  )
}

function pathOf(url: string | null): string {
  return new URL(url ?? '').pathname
}

/** The furthest report of engaged time of each page view. */
function longestOf(events: VisitorEvent[]): Record<string, number> {
  const longest: Record<string, number> = {}
  for (const event of events) {
    if (event.type === 'engage')
      longest[event.pageId] = Math.max(longest[event.pageId] ?? 0, Math.round(event.visibleMs))
  }
  return longest
}

function storedIn(path: string): VisitorEvent[] {
  const file = new Sqlite(path, { readonly: true })
  try {
    const [id, pageId] = [writtenId('event_id'), writtenId('page_id')]
    const sql = `select ${id} as id, type, at, ${pageId} as pageId, body from event`
    const rows = file.prepare(sql).all() as Record<string, string>[]
    return rows.map(({ body, ...event }) => ({ ...event, ...JSON.parse(body ?? '') }) as VisitorEvent)
  } finally {
    file.close()
  }
}

/** Over a connection that its client never closes. @returns, once it is open, what it will have told at its end */
async function openStream(url: string): Promise<{ told: Promise<string> }> {
  const agent = new Agent({ keepAlive: true })
  const asked = get(`${url}/api/stream`, { agent, headers: { authorization: `Bearer ${API_TOKEN}` } })
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return { told: text(answer) }
}

/** Keeps a connection busy for as long as it is served. */
async function postUntilRefused(url: string): Promise<void> {
  const { email: _, ...batch } = visitOf('Eve', 'newsletter', [], Date.now())
  while (
    await post(url, batch).then(
      () => true,
      () => false,
    )
  ) {
    // until the server is gone
  }
}

/** Sends the head of a post and waits until the server has taken it up; the body follows when it is told to. */
async function beginPost(url: string, body: string): Promise<{ finish(): Promise<string> }> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) }).setEncoding('utf8')
  const head = ['POST /e HTTP/1.1', `Host: ${hostname}`, `User-Agent: ${USER_AGENT}`, 'Content-Type: text/plain']
  socket.write([...head, `Content-Length: ${Buffer.byteLength(body)}`, 'Expect: 100-continue', '', ''].join('\r\n'))
  let heard = ''
  socket.on('data', (more: string) => {
    heard += more
  })
  await vi.waitFor(() => expect(heard).toContain('100 Continue'), PATIENCE)
  return {
    async finish() {
      const closed = once(socket, 'close')
      socket.write(body)
      await closed
      return heard
    },
  }
}
