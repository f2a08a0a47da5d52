import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import type { HistoryEvent } from '../../../collector/domain/history.ts'
import { joined } from '../../../collector/domain/submission.ts'
import { checkBatch, parseBody } from '../../../collector/http/batch.ts'
import type { Batch, Post, VisitorEvent } from '../../../tracker/protocol.ts'
import { launchBrowser } from '../../support/browser.ts'
import { PATIENCE } from '../../support/patience.ts'
import { freePort } from '../../support/ports.ts'
import { BUILT_DEBUG, BUILT_TRACKER, buildTracker } from './build.ts'

export type Kind = VisitorEvent['type']
export type EventOf<K extends Kind> = Extract<VisitorEvent, { type: K }>
/** An event as it was taken at the door, and whose it is. */
type Heard<Event = VisitorEvent> = Event & { visitorId: string | undefined }
interface Received {
  batch: Omit<Batch, 'events' | 'visitorId'> & { visitorId?: string; events: Heard[] }
  body: string
  headers: IncomingHttpHeaders
  status: number
}
interface Answer {
  status: number
  headers?: Record<string, string>
}

/** A website, a collector on another origin that writes down what it receives, and a browser between them. */
export class Stage {
  browser!: Browser
  context!: BrowserContext
  siteUrl = ''
  collectorUrl = ''
  received: Received[] = []
  preflights = 0
  /** The next answers, in order; then 202. */
  answers: Answer[] = []
  /** What the page complained of. */
  errors: string[] = []
  #pages = new Map<string, string>()
  #site?: Server
  #collector?: Server
  #port?: number

  async open(): Promise<void> {
    await buildTracker()
    await this.openCollector()
    // Playwright switches the back-forward cache off unless told not to.
    this.browser = await launchBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  }

  async close(): Promise<void> {
    await this.browser?.close()
    await this.closeCollector()
  }

  /**
   * A new site, on a port of its own, and a new browser profile. What the last test's pages still send as they close
   * comes from another origin, and is not written down.
   */
  async raise(): Promise<void> {
    this.received = []
    this.answers = []
    this.errors = []
    this.preflights = 0
    this.#pages.clear()
    if (!this.#collector?.listening) await this.openCollector() // A test that failed may have left it closed.
    this.#site = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://site').pathname
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.end(this.#pages.get(path) ?? this.html(path))
    })
    this.siteUrl = await listen(this.#site)
    this.context = await this.browser.newContext()
  }

  async strike(): Promise<void> {
    await this.context.close()
    if (this.#site) await closed(this.#site)
  }

  /** Starts the collector, on the port that it had before. */
  async openCollector(): Promise<void> {
    this.#collector = createServer(this.#collect)
    this.#port ??= await freePort()
    this.collectorUrl = await listen(this.#collector, this.#port)
  }

  async closeCollector(): Promise<void> {
    if (this.#collector?.listening) await closed(this.#collector)
  }

  serve(path: string, html: string): void {
    this.#pages.set(path, html)
  }

  tag(attributes = ''): string {
    return `<script defer src="${this.collectorUrl}/braise.js" data-site="acme" ${attributes}></script>`
  }

  html(title: string, body = '', attributes = ''): string {
    return `<!doctype html><title>${title}</title>${this.tag(attributes)}<body>${body}</body>`
  }

  /** Opens a page of the site in a tab of its own. */
  async visit(path = '/'): Promise<Page> {
    const page = await this.context.newPage()
    page.on('pageerror', (error) => this.errors.push(String(error)))
    await page.goto(this.siteUrl + path)
    return page
  }

  /** What was received and accepted of one kind, in the order of happening, resends left out, a submission once. */
  events<K extends Kind>(type: K): Heard<EventOf<K>>[] {
    const accepted = this.received.filter(({ status }) => status === 202).flatMap(({ batch }) => batch.events)
    const unique = new Map(accepted.map((event) => [event.id, event]))
    const all = joined([...unique.values()] as HistoryEvent[]) as Heard[]
    const kind = all.filter((event): event is Heard<EventOf<K>> => event.type === type)
    return kind.sort((one, other) => one.at - other.at)
  }

  /** Waits for `count` events of a kind. */
  async expect<K extends Kind>(type: K, count = 1): Promise<Heard<EventOf<K>>[]> {
    await vi.waitFor(() => expect(this.events(type).length).toBeGreaterThanOrEqual(count), PATIENCE)
    return this.events(type)
  }

  /** Waits until the tracker, made to speak once more, has been heard: whatever it had to say before, it has said. */
  async settle(page: Page): Promise<void> {
    const name = `Settled ${Math.random()}`
    // A view waits for its title.
    const speak = (marker: string) => setTimeout(() => window.braise?.('track', marker), 450)
    await page.evaluate(`(${speak})(${JSON.stringify(name)})`)
    await vi.waitFor(() => expect(this.events('track').map((event) => event.name)).toContain(name), PATIENCE)
  }

  /** What the tracker keeps in this tab's browser. */
  stored(page: Page): Promise<Record<string, string>> {
    return page.evaluate(() => ({ ...localStorage }))
  }

  #collect: RequestListener = (request, response) => {
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*')
    response.setHeader('access-control-allow-credentials', 'true')
    response.setHeader('access-control-expose-headers', 'Retry-After')
    const script = { '/braise.js': BUILT_TRACKER, '/braise-debug.js': BUILT_DEBUG }[request.url ?? '']
    if (script) {
      response.setHeader('content-type', 'text/javascript')
      response.end(readFileSync(script))
      return
    }
    if (request.method === 'OPTIONS') this.preflights++
    if (request.method !== 'POST' || request.url !== '/e' || request.headers.origin !== this.siteUrl) {
      response.writeHead(404).end()
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { status, headers } = this.answers.shift() ?? { status: 202 }
      const [common] = parseBody(body) as Post
      // The events as the collector takes them at its door.
      const { visits, rejected } = checkBatch(parseBody(body))
      const events = visits.flatMap(({ visitorId, events }) => events.map((event) => ({ ...event, visitorId })))
      this.received.push({
        batch: { ...common, ...(visits[0]?.visitorId && { visitorId: visits[0].visitorId }), events },
        body,
        headers: request.headers,
        status,
      })
      response.writeHead(status, headers).end(JSON.stringify({ accepted: events.length, rejected }))
    })
  }
}

/** One stage for a test file; each test gets a browser profile of its own, and fails if its pages had an error. */
export function useStage(): Stage {
  const stage = new Stage()
  beforeAll(() => stage.open())
  afterAll(() => stage.close())
  beforeEach(() => stage.raise())
  afterEach(async () => {
    await stage.strike()
    expect(stage.errors).toEqual([])
  })
  return stage
}

function listen(server: Server, port = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

function closed(server: Server): Promise<unknown> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
}
