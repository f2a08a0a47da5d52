import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Sqlite from 'better-sqlite3'
import { expect, vi } from 'vitest'
import { type Running, startCollector } from '../../../collector/collector.ts'
import { readConfig } from '../../../collector/config.ts'
import type { HistoryEvent } from '../../../collector/domain/history.ts'
import { joined } from '../../../collector/domain/submission.ts'
import { checkBatch, parseBody } from '../../../collector/http/batch.ts'
import type { VisitorEvent } from '../../../tracker/protocol.ts'
import { API_TOKEN } from '../../support/client.ts'
import { newSqliteUrl, type TestDatabase } from '../../support/engines.ts'
import { PATIENCE } from '../../support/patience.ts'
import { freePort } from '../../support/ports.ts'
import { writtenId } from '../../support/stored.ts'
import { buildTracker } from './build.ts'
import type { EventOf, Kind } from './stage.ts'

/** A request as it came over the wire. */
interface Tapped {
  method: string
  url: string
  /** Name, value, name, value … */
  headers: string[]
  body: string
}

interface Served {
  body: string
  headers?: Record<string, string>
  /** Milliseconds that the site's server takes. */
  delay?: number
}

/** A website, and the real collector behind a wire that is tapped: whatever browser is between them. */
export class Wired {
  siteUrl = ''
  /** The tap's: what the browser takes for the collector. */
  collectorUrl = ''
  tapped: Tapped[] = []
  /** While it is set the wire answers events so by itself, and the collector hears nothing of them. */
  refusal: number | undefined
  /** While it is set the answers to events wait for it on the wire: the collector has heard them, the browser not yet. */
  held: Promise<void> | undefined
  #served = new Map<string, Served>()
  #database!: TestDatabase
  #running!: Running
  #tap!: Server
  #site!: Server

  async open(): Promise<void> {
    await buildTracker()
    this.#database = await newSqliteUrl()
    const own = { DATABASE_URL: this.#database.url, BRAISE_API_TOKEN: API_TOKEN }
    this.#running = await startCollector(
      readConfig({ ...own, PORT: '0', HOST: '127.0.0.1', RATE_LIMIT: '0', SITE_RATE_LIMIT: '0' }),
    )
    this.#tap = createServer(this.#passOn)
    this.collectorUrl = await listen(this.#tap, await freePort())
  }

  async close(): Promise<void> {
    if (this.#tap) await closed(this.#tap)
    await this.#running?.stop()
    await this.#database?.remove()
  }

  /** To the browser the collector is gone: nobody listens where it was. */
  async cut(): Promise<void> {
    await closed(this.#tap)
  }

  /** It is back where it was. */
  async mend(): Promise<void> {
    this.#tap = createServer(this.#passOn)
    await listen(this.#tap, Number(new URL(this.collectorUrl).port))
  }

  /** A new site, on a port of its own by which its events are known. */
  async raise(): Promise<void> {
    this.refusal = undefined
    this.held = undefined
    this.#served.clear()
    this.#site = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://site')
      const served = this.#served.get(pathname) ?? { body: this.html(pathname) }
      const type = /\.m?js$/.test(pathname) ? 'text/javascript' : 'text/html; charset=utf-8'
      response.writeHead(200, { 'content-type': type, ...served.headers })
      setTimeout(() => response.end(served.body), served.delay)
    })
    this.siteUrl = await listen(this.#site)
  }

  async strike(): Promise<void> {
    await closed(this.#site)
  }

  serve(path: string, body: string, how: Omit<Served, 'body'> = {}): void {
    this.#served.set(path, { body, ...how })
  }

  tag(attributes = ''): string {
    return `<script defer src="${this.collectorUrl}/braise.js" ${attributes}></script>`
  }

  html(title: string, body = '', attributes = ''): string {
    return `<!doctype html><meta charset="utf-8"><title>${title}</title>${this.tag(attributes)}<body>${body}</body>`
  }

  /** What the collector has stored of one kind for this test's site, in the order of happening, a submission once. */
  stored<K extends 'page' | 'form' | 'track'>(type: K): EventOf<K>[] {
    const rows = this.#ask(
      `select ${writtenId('event_id')} as id, type, at, body from event where type = ? order by at`,
      type,
    )
    const events = rows.map(({ body, ...row }) => ({ ...row, ...JSON.parse(String(body)) }) as EventOf<Kind>)
    return (joined(events as HistoryEvent[]) as EventOf<Kind>[]).filter(
      (event): event is EventOf<K> => 'url' in event && event.url.startsWith(`${this.siteUrl}/`),
    )
  }

  /** Waits until `count` events of a kind are stored. */
  async expect<K extends 'page' | 'form' | 'track'>(type: K, count = 1): Promise<EventOf<K>[]> {
    await vi.waitFor(() => expect(this.stored(type).length).toBeGreaterThanOrEqual(count), PATIENCE)
    return this.stored(type)
  }

  /** The events that this test's pages have posted, as the collector takes them at its door, with the visitor of each; once each. */
  posted(): (VisitorEvent & { visitorId: string | undefined })[] {
    const own = this.tapped.filter(({ url, headers, body }) => url === '/e' && headers.includes(this.siteUrl) && body)
    const visits = own.flatMap(({ body }) => checkBatch(parseBody(body)).visits)
    const events = visits.flatMap(({ visitorId, events }) => events.map((event) => ({ ...event, visitorId })))
    return [...new Map(events.map((event) => [event.id, event])).values()]
  }

  /** Every value in every table. */
  dump(): string {
    const tables = this.#ask("select name from sqlite_master where type = 'table'").map(({ name }) => String(name))
    return JSON.stringify(tables.map((table) => this.#ask(`select * from "${table}"`)))
  }

  #ask(question: string, ...values: string[]): Record<string, string | number>[] {
    const file = new Sqlite(this.#database.url, { readonly: true })
    try {
      return file.prepare(question).all(...values) as Record<string, string | number>[]
    } finally {
      file.close()
    }
  }

  #passOn: RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const { method = '', url = '', rawHeaders: headers } = request
      const body = Buffer.concat(chunks).toString()
      this.tapped.push({ method, url, headers, body })
      if (this.refusal && url === '/e') {
        response.writeHead(this.refusal, { 'access-control-allow-origin': '*' }).end()
        return
      }
      const { host: _host, connection: _connection, ...passed } = request.headers as Record<string, string>
      const answer = await fetch(this.#running.url.replace('localhost', '127.0.0.1') + url, {
        method,
        headers: passed,
        ...(body && { body }),
      })
      if (url === '/e') await this.held
      const told = [...answer.headers].filter(([name]) => !/^(content-(length|encoding)|transfer-encoding)$/.test(name))
      response.writeHead(answer.status, Object.fromEntries(told)).end(Buffer.from(await answer.arrayBuffer()))
    } catch {
      response.destroy() // The page went away in the middle of its request.
    }
  }
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
