import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../browser.ts'
import { pageAt, pretendUnseen } from './pages.ts'
import type { Arrival, Report, Tracker } from './tracker.ts'

/** A tracker that was silent for this long has said what it had to say. */
const QUIET = 1500
const LONGEST_QUIET = 10_000
/** What a visitor may be expected to stay for. */
const PATIENCE = 5000

/** A browser that passes for a visitor's: several trackers ignore one that says it is driven by a program. */
export function launchVisitor(): Promise<Browser> {
  return launchBrowser({
    // Playwright switches the back-forward cache off unless told not to.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--disable-blink-features=AutomationControlled',
      '--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  })
}

/** A website that carries a tracker, that tracker's collector on another origin, and visitors without any past. */
export class Grounds {
  /** All that the collector was asked but for files and preflights. */
  arrivals: Arrival[] = []
  preflights = 0
  /** The collector answers every report with a 503. */
  refusing = false
  /** Paths whose pages ran while nobody saw them. */
  unseen = new Set<string>()
  siteUrl = ''
  collectorUrl = ''
  /** How long is waited, in milliseconds, for what should come; for what should not, as long as `quiet` does. */
  readonly patience: number
  #quiet: number
  #tracker: Tracker
  #browser: Browser
  #context?: BrowserContext
  #hiddenContext?: string
  #site: Server
  #collector: Server
  #cued: ServerResponse[] = []

  /** @param quiet how long, in milliseconds, a tracker is silent that has nothing more to say */
  constructor(tracker: Tracker, browser: Browser, { quiet = QUIET, patience = PATIENCE } = {}) {
    this.#quiet = quiet
    this.patience = patience
    this.#tracker = tracker
    this.#browser = browser
    this.#site = createServer((request, response) => this.#serveSite(request, response))
    this.#collector = createServer((request, response) => this.#collect(request, response))
  }

  async open(): Promise<void> {
    this.siteUrl = await listen(this.#site)
    this.collectorUrl = await listen(this.#collector)
    this.#context = await this.#browser.newContext()
  }

  async close(): Promise<void> {
    await this.#context?.close()
    if (this.#hiddenContext) {
      const session = await this.#browser.newBrowserCDPSession()
      await session.send('Target.disposeBrowserContext', { browserContextId: this.#hiddenContext })
      await session.detach()
    }
    for (const server of [this.#site, this.#collector]) {
      server.closeAllConnections()
      server.close()
    }
  }

  /** Opens a page of the site. */
  async load(path: string): Promise<Page> {
    const page = await this.#newPage()
    await page.goto(this.siteUrl + path)
    return page
  }

  /** Opens a page of the site and waits until the tracker has said what it has to say. */
  async visit(path: string): Promise<Page> {
    const page = await this.load(path)
    await this.quiet()
    return page
  }

  /**
   * Opens a page in a tab that nobody watches. Playwright makes every tab believe that it is seen, and Chromium
   * renders nothing ahead in one that has a debugger attached: only here are both as with a visitor.
   * @returns brings the tab to the front
   */
  async openAlone(path: string, background: boolean): Promise<() => Promise<void>> {
    const session = await this.#browser.newBrowserCDPSession()
    // Playwright leaves alone what it finds in contexts that are not its own.
    const { browserContextId } = await session.send('Target.createBrowserContext')
    this.#hiddenContext = browserContextId
    const url = this.siteUrl + path
    // The first tab of a window is never in the background.
    if (background) await session.send('Target.createTarget', { url: 'about:blank', browserContextId })
    const { targetId } = await session.send('Target.createTarget', { url, background, browserContextId })
    await this.quiet()
    return async () => {
      await session.send('Target.activateTarget', { targetId })
    }
  }

  /**
   * The same where the browser knows no tab that nobody sees: the page is told so.
   * @returns tells it that it is seen
   */
  async pretendUnseen(path: string): Promise<() => Promise<void>> {
    const page = await this.#newPage()
    await page.addInitScript(pretendUnseen)
    await page.goto(this.siteUrl + path)
    await this.quiet()
    return async () => {
      await page.evaluate(() => dispatchEvent(new Event('seen')))
    }
  }

  /** Lets go on what waits in a page for its cue. */
  cue(): void {
    for (const response of this.#cued.splice(0)) response.end()
  }

  /** The paths of the page views that the collector accepted, resends left out, sorted. */
  get views(): string[] {
    return this.#reports('view')
      .map(({ path }) => path)
      .sort()
  }

  get forms(): Report[] {
    return this.#reports('form')
  }

  /** Whether a word stands anywhere in what the collector was sent, plain, escaped or in base64. */
  wasSent(word: string): boolean {
    const sent = this.arrivals.map(({ url, body }) => url.href + body).join('\n')
    const unescaped = sent.replaceAll('%2B', '+').replaceAll('%2F', '/')
    return shapesOf(word).some((shape) => sent.includes(shape) || unescaped.includes(shape))
  }

  /** Waits until the collector has not been asked anything for a while. */
  async quiet(): Promise<void> {
    const since = Date.now()
    const last = () => Math.max(since, this.arrivals.at(-1)?.at ?? 0)
    while (Date.now() - last() < this.#quiet && Date.now() - since < LONGEST_QUIET) await sleep(50)
  }

  /** @returns whether it came true in time */
  async until(condition: () => boolean, milliseconds: number): Promise<boolean> {
    const end = Date.now() + milliseconds
    while (!condition() && Date.now() < end) await sleep(50)
    return condition()
  }

  /** What an arrival reports, accepted or not. */
  read(arrival: Arrival): Report[] {
    try {
      return this.#tracker.read(arrival)
    } catch {
      return [] // Not a report but a question.
    }
  }

  async #newPage(): Promise<Page> {
    if (!this.#context) throw new Error('The grounds are not open')
    return this.#context.newPage()
  }

  #reports(kind: Report['kind']): Report[] {
    const reports = this.arrivals.filter(({ status }) => status < 300).flatMap((arrival) => this.read(arrival))
    const known = new Set<string>()
    return reports.filter((report) => {
      if (report.kind !== kind || (report.id && known.has(report.id))) return false
      if (report.id) known.add(report.id)
      return true
    })
  }

  #serveSite(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site')
    if (pathname === '/cue') {
      this.#cued.push(response)
      return
    }
    if (pathname === '/unseen') this.unseen.add(searchParams.get('path') ?? '')
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(pageAt(pathname, this.#tracker.tag(this.collectorUrl)))
  }

  async #collect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*')
    response.setHeader('access-control-allow-credentials', 'true')
    response.setHeader('access-control-expose-headers', 'Retry-After')
    const url = new URL(request.url ?? '/', this.collectorUrl)
    const file = this.#tracker.files[url.pathname]
    if (file) {
      response.setHeader('content-type', 'text/javascript')
      response.end(file())
      return
    }
    if (request.method === 'OPTIONS') {
      this.preflights++
      response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*')
      response.setHeader('access-control-allow-methods', 'GET, POST, PUT')
      response.writeHead(204).end()
      return
    }
    const arrival = { at: Date.now(), method: request.method ?? '', url, body: await bodyOf(request), status: 503 }
    this.arrivals.push(arrival)
    // Settings are asked for by GET, and their server is often another one.
    if (this.refusing && (arrival.method === 'POST' || this.read(arrival).length > 0)) {
      response.writeHead(503).end()
      return
    }
    const { status = 200, type = 'application/json', body } = this.#tracker.answer?.(arrival) ?? { body: '{}' }
    arrival.status = status
    response.setHeader('content-type', type)
    response.writeHead(status).end(body)
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString()
}

/** A word within base64 depends on how many bytes come before it: only what lies in its whole groups of three is kept. */
function shapesOf(word: string): string[] {
  const within = [0, 1, 2].map((before) => {
    const encoded = Buffer.from(' '.repeat(before) + word).toString('base64')
    return encoded.slice(before ? 4 : 0, Math.floor((before + word.length) / 3) * 4)
  })
  return [word, encodeURIComponent(word), ...within]
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}
