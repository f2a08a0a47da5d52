/** Whatever anybody sends, no request makes the server fail, and no answer tells of its inside. */
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { newSqliteUrl, onEachEngine, type TestDatabase } from '../support/engines.ts'
import { anyBytes, anyRequest, type HostileRequest, INSIDE } from '../support/hostile.ts'
import { inLength } from '../support/length.ts'
import { type Ids, ROUTES } from '../support/routes.ts'
import { startServer } from '../support/server.ts'
import { asOperator, makeTwoSites } from '../support/sites.ts'
import { buildUnprotected } from '../support/unprotected.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { START } from '../support/wire.ts'

const SEED = 20261127
const REQUESTS = inLength(60, 10_000)
/** Of routes that mostly do without a database, on the second engine. */
const REQUESTS_AGAIN = inLength(60, 1000)
/** Of somebody who may do everything, to the other routes. */
const SIGNED_IN_REQUESTS = inLength(20, 200)
const RAW_REQUESTS = inLength(500, 5000)
const AT_ONCE = 16
const SILENCE = 15_000

const isPublic = (route: string) => ROUTES[route]?.for === 'anyone'
const PUBLIC = Object.keys(ROUTES).filter(isPublic)
const SIGNED_IN = Object.keys(ROUTES).filter((route) => !isPublic(route))
const NOBODY: Ids = {
  site: 'default',
  lead: 'nobody',
  other: 'nobody',
  note: 'none',
  decision: 'none',
  user: 'nobody',
  token: 'none',
  secret: 'none',
  objection: 'none',
  ruleset: {},
}
/** Says what is wrong with it instead of foreseeing it. */
const TALKATIVE = {
  "throw new Refused(400, 'the body is not JSON')": "throw new Error('not JSON')",
  "'Something went wrong here; the log of the server says what'": 'String(error.stack)',
}

vi.setConfig({ testTimeout: inLength(180_000, 1_800_000) })

onEachEngine((newDatabase, engine) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await newDatabase()
  })
  afterAll(() => database.remove())

  test('no request whatever of a stranger makes a route fail', async () => {
    const server = await startServer({ databaseUrl: database.url })
    const many = engine === 'SQLite' ? REQUESTS : REQUESTS_AGAIN
    for (const route of PUBLIC) expect(await complaints(server.url, route, many, NOBODY, {}), route).toEqual([])
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  describe('for somebody who may do everything', () => {
    let visited: Visited
    let known: Ids

    beforeAll(async () => {
      visited = await visit(database.url, () => START)
      known = (await makeTwoSites(visited)).ids.shop
    }, 60_000)
    afterAll(() => visited.running.stop())

    test('no request whatever makes a route fail either', async () => {
      const url = visited.running.url.replace('localhost', '127.0.0.1')
      for (const route of SIGNED_IN) {
        expect(await complaints(url, route, SIGNED_IN_REQUESTS, known, asOperator), route).toEqual([])
      }
    })
  })
})

test('nor does what is no HTTP, or only half of it', async () => {
  const server = await startServer({ databaseUrl: (await newSqliteUrl()).url })
  expect(await rawComplaints(server.url)).toEqual([])
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  expect(await server.end('SIGTERM')).toBe(0)
})

test('a server that says what went wrong, where it had foreseen nothing, is found by both', async () => {
  const server = await startServer({ databaseUrl: (await newSqliteUrl()).url, folder: buildUnprotected(TALKATIVE) })
  const said = await complaints(server.url, 'POST /e', REQUESTS, NOBODY, {})
  expect(said.join()).toContain('500')
  expect((await rawComplaints(server.url)).join()).toContain('500')
})

/** Sends so many requests to a route. @returns what went wrong with which */
async function complaints(
  url: string,
  route: string,
  many: number,
  known: Ids,
  headers: Record<string, string>,
): Promise<string[]> {
  const requests = fc.sample(anyRequest(route, known, headers), { seed: SEED, numRuns: many })
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const found = await inTurn(requests, async (each) => {
    const { status, text } = await ask(url, each, agent)
    return isWrong(status, text) ? [`${status} ${text.slice(0, 500)} to ${JSON.stringify(each).slice(0, 1000)}`] : []
  })
  agent.destroy()
  return found
}

const isWrong = (status: number, text: string) => (status >= 500 && status !== 503) || status < 100 || INSIDE.test(text)

/** @returns what was answered; of files and of streams the status alone */
function ask(url: string, { method, path, headers, body }: HostileRequest, agent: Agent) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asking = request(new URL(url), { method, path, headers, agent, timeout: SILENCE }, (answer) => {
      const status = answer.statusCode ?? 0
      const isText = /json|text\/plain/.test(answer.headers['content-type'] ?? 'text/plain')
      if (answer.headers['content-type'] === 'text/event-stream') {
        answer.destroy()
        return resolve({ status, text: '' })
      }
      let text = ''
      answer.setEncoding('latin1').on('data', (part: string) => {
        if (isText) text += part
      })
      answer.on('end', () => resolve({ status, text })).on('error', reject)
    })
    asking.on('timeout', () => asking.destroy(new Error(`No answer to ${method} ${path}`)))
    asking.on('error', reject).end(body ?? undefined)
  })
}

async function rawComplaints(url: string): Promise<string[]> {
  const port = Number(new URL(url).port)
  return inTurn(fc.sample(anyBytes, { seed: SEED, numRuns: RAW_REQUESTS }), async (text) => {
    const heard = await say(port, text)
    const statuses = [...heard.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status))
    const isSound = statuses.every((status) => !isWrong(status, '')) && !INSIDE.test(withoutFiles(heard))
    return isSound ? [] : [`${heard.slice(0, 500)} to ${JSON.stringify(text.slice(0, 500))}`]
  })
}

/** Says it all and no more. @returns what is answered until the connection ends */
function say(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect({ port, host: '127.0.0.1' }).setEncoding('latin1').setTimeout(SILENCE)
    socket.on('timeout', () => {
      socket.destroy()
      reject(new Error(`Neither answered nor closed: ${JSON.stringify(text.slice(0, 500))}`))
    })
    socket.on('data', (part: string) => {
      heard += part
    })
    // What is cut while it still speaks may hear a reset.
    socket.on('error', () => {}).on('close', () => resolve(heard))
    socket.end(text, 'latin1')
  })
}

/** Pages and scripts say what they say. */
const withoutFiles = (heard: string) => heard.replace(/content-type: text\/html[\s\S]*/i, '')

async function inTurn<T>(all: T[], act: (one: T) => Promise<string[]>): Promise<string[]> {
  const found: string[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < all.length && found.length < 5) found.push(...(await act(all[next++] as T)))
    }),
  )
  return found
}
