/** A real collector to visit over HTTP, with a clock that the test sets. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type Running, startCollector } from '../../collector/collector.ts'
import { readConfig } from '../../collector/config.ts'
import type { Batch, Receipt } from '../../tracker/protocol.ts'
import { API_TOKEN, USER_AGENT, untilTaken } from './client.ts'
import type { TestDatabase } from './engines.ts'

export interface Visited {
  running: Running
  /** Posts a body to `/e` as a browser does. */
  post(body: unknown, headers?: Record<string, string>): Promise<Response>
  /** Posts a batch that must be taken. */
  take(batch: Batch, headers?: Record<string, string>): Promise<Receipt>
  /** Asks the JSON API with the token. */
  api(path: string, init?: RequestInit): Promise<Response>
  /** The same, for what it answers. */
  read<T = Record<string, unknown>>(path: string): Promise<T>
  /** Everything taken in so far is counted. */
  counted(): Promise<void>
}

type Opening = [newDatabase: () => Promise<TestDatabase>, clock: () => number, env?: Record<string, string>]

/** Within a suite: one for each test, on a database of its own, and gone after it. */
export function visitEach(...opening: Opening): Visited {
  return visitWithin(beforeEach, afterEach, opening)
}

/** Within a suite: one for all its tests. */
export function visitOnce(...opening: Opening): Visited {
  return visitWithin(beforeAll, afterAll, opening)
}

function visitWithin(before: typeof beforeEach, after: typeof afterEach, [newDatabase, clock, env]: Opening): Visited {
  let database: TestDatabase
  let visited: Visited
  before(async () => {
    database = await newDatabase()
    visited = await visit(database.url, clock, env)
  })
  after(async () => {
    await visited.running.stop()
    await database.remove()
  })
  return {
    get running() {
      return visited.running
    },
    post: (...asked) => visited.post(...asked),
    take: (...asked) => visited.take(...asked),
    api: (...asked) => visited.api(...asked),
    read: (path) => visited.read(path),
    counted: () => visited.counted(),
  }
}

export async function visit(
  databaseUrl: string,
  clock: () => number,
  env: Record<string, string> = {},
): Promise<Visited> {
  const own = {
    DATABASE_URL: databaseUrl,
    PORT: '0',
    HOST: '127.0.0.1',
    BRAISE_API_TOKEN: API_TOKEN,
    RATE_LIMIT: '0',
    SITE_RATE_LIMIT: '0',
  }
  const running = await startCollector(readConfig({ ...own, ...env }), clock)
  const url = running.url.replace('localhost', '127.0.0.1')

  function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${url}/e`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'user-agent': USER_AGENT, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  function api(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json', ...init.headers }
    return fetch(`${url}/api${path}`, { ...init, headers })
  }

  return {
    running,
    post,
    api,
    async take(batch, headers) {
      const response = await untilTaken(() => post(batch, headers))
      if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
      return (await response.json()) as Receipt
    },
    async read<T>(path: string) {
      const response = await api(path)
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    },
    counted: () => running.collector.standings.upToDate(),
  }
}
