/** More comes in than can be taken: what is taken is kept, the rest is told when to come again, and then all is as before. */
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findLeads, USER_AGENT, uuid } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { startServer } from '../support/server.ts'
import { buildUnprotected } from '../support/unprotected.ts'

const EVENTS_A_BATCH = 100
/** What so many senders send at once is twice what may wait. */
const MANY = 400
const FEW = 4
const BATCHES_EACH = inLength(3, 40)
/** A sender that comes again sooner than it is told to. */
const AGAIN_AFTER = 50
const PATIENCE = { timeout: 60_000, interval: 200 }

vi.setConfig({ testTimeout: inLength(180_000, 600_000) })

test('twice of what may wait: all that is taken is stored, all else is told to come again, and then nobody is', async () => {
  const { url, remove } = await newSqliteUrl()
  onTestFinished(remove)
  const server = await startServer({ databaseUrl: url })
  const sending = send(server.url, MANY)
  let asked = 0
  for (let isOver = false; !isOver; asked++) {
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    await findLeads(server.url, 'stage=visitor&q=nobody')
    isOver = await Promise.race([sending.then(() => true), pause(100, false)])
  }
  const during = await sending
  expect(during.others).toEqual([])
  expect(during.refused).toBeGreaterThan(0)
  expect(during.accepted).toBeGreaterThan(0)
  console.log(`Of ${MANY * BATCHES_EACH} batches ${during.accepted} were taken; asked ${asked} times meanwhile`)

  let accepted = during.accepted
  await vi.waitFor(async () => {
    const after = await send(server.url, FEW, 1)
    accepted += after.accepted
    expect(after).toEqual({ accepted: FEW, refused: 0, others: [] })
  }, PATIENCE)
  expect(await server.end('SIGTERM')).toBe(0)
  const file = new Sqlite(url, { readonly: true })
  const stored = file.prepare("select count(*) from event where site_id = 'default'").pluck().get()
  file.close()
  expect(stored).toBe(EVENTS_A_BATCH * accepted)
})

test('a server without a bound sends nobody away: whatever comes waits in its memory', async () => {
  const { url, remove } = await newSqliteUrl()
  onTestFinished(remove)
  const server = await startServer({
    databaseUrl: url,
    folder: buildUnprotected(BOUNDLESS),
  })
  expect(await send(server.url, MANY, 1)).toMatchObject({ accepted: MANY, refused: 0, others: [] })
})

const BOUNDLESS = {
  'isFull() {': 'isFull() { return false;',
  'intake.isFull() || standings.isBehind || isLate': 'false',
}

interface Sent {
  accepted: number
  /** With 503, and word of when to come again. */
  refused: number
  /** Whatever else it came to. */
  others: string[]
}

/** Each of so many senders posts its batches one after another; each batch once, whatever the answer. */
async function send(url: string, senders: number, batchesEach = BATCHES_EACH): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: senders })
  const sent: Sent = { accepted: 0, refused: 0, others: [] }
  await Promise.all(
    Array.from({ length: senders }, async () => {
      for (let i = 0; i < batchesEach; i++) {
        const { status, retryAfter } = await post(url, agent).catch((error) => ({
          status: 0,
          retryAfter: String(error),
        }))
        if (status === 202) sent.accepted += 1
        else if (status === 503 && Number(retryAfter) > 0) {
          sent.refused += 1
          await pause(AGAIN_AFTER)
        } else sent.others.push(`${status} ${retryAfter}`)
      }
    }),
  )
  agent.destroy()
  return sent
}

function post(url: string, agent: Agent): Promise<{ status: number; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain', 'user-agent': USER_AGENT }
    const asking = request(`${url}/e`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => {
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] })
      })
    })
    asking.on('error', reject).end(aBatch())
  })
}

/** A batch whose ids begin with eight digits that each use of it puts in. */
const PATTERN = JSON.stringify({
  site: 'default',
  visitorId: `########${uuid(0).slice(8)}`,
  sentAt: 1,
  events: Array.from({ length: EVENTS_A_BATCH }, () => {
    const [id, pageId] = [`########${uuid(0).slice(8)}`, `########${uuid(0).slice(8)}`]
    return { id, type: 'page', at: 1, pageId, url: 'https://acme.example/pricing' }
  }),
})

/** Of a visitor of its own: what one visitor sends in a day is bounded as well. Made so quickly that the server is slower. */
function aBatch(): string {
  batches += 1
  return PATTERN.replaceAll('########', batches.toString(16).padStart(8, '0'))
}

let batches = 0
