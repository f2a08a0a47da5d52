/**
 * The load, in a process of its own: connections that each send a request, wait for the answer and send the next one.
 * Over bare sockets, because Node's own client takes longer than what is measured.
 */
import { connect, type Socket } from 'node:net'
import { newId } from '../../../collector/store/id.ts'
import type { Batch, VisitorEvent } from '../../../tracker/protocol.ts'
import { USER_AGENT } from '../../support/client.ts'

/** What `load` is asked, as JSON in its first argument. */
export interface Task {
  port: number
  connections: number
  seconds: number
  eventsARequest: number
  /** Whose events: one of these for each request. */
  visitorIds: string[]
  /** Requests a second over all connections; absent: as many as are answered. */
  rate?: number
}

/** What it prints. */
export interface Heard {
  accepted: number
  refused: number
  seconds: number
  /** Of what was taken in, in milliseconds. */
  p50: number
  p99: number
}

/** Trackers wait for seconds. To ask again at once would measure how fast somebody is sent away. */
const AFTER_REFUSAL = 50

const PAGES = ['/', '/pricing', '/docs/start', '/case-studies/mill', '/demo', '/about', '/blog/article-1']

const task = JSON.parse(process.argv[2] ?? '') as Task
const heard = await load(task)
console.log(JSON.stringify(heard))
process.exit(0)

async function load({ port, connections, seconds, eventsARequest, visitorIds, rate }: Task): Promise<Heard> {
  const times: number[] = []
  let accepted = 0
  let refused = 0
  let due = 0
  const from = performance.now()
  const end = from + seconds * 1000
  const sockets = Array.from({ length: connections }, () => connect({ port, host: '127.0.0.1', noDelay: true }))
  await Promise.all(
    sockets.map(async (socket) => {
      const ask = conversation(socket)
      while (performance.now() < end) {
        if (rate !== undefined) {
          const wait = from + (due++ * 1000) / rate - performance.now()
          if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
        }
        const body = JSON.stringify(batchOf(visitorIds, eventsARequest))
        const asked = performance.now()
        const status = await ask(body)
        if (status === 202) {
          times.push(performance.now() - asked)
          accepted += eventsARequest
        } else {
          refused += eventsARequest
          await new Promise((resolve) => setTimeout(resolve, AFTER_REFUSAL))
        }
      }
      socket.destroy()
    }),
  )
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0
  return { accepted, refused, seconds: (performance.now() - from) / 1000, p50: at(0.5), p99: at(0.99) }
}

/** One request after another on a connection that stays open. @returns the status of each answer */
function conversation(socket: Socket): (body: string) => Promise<number> {
  let answered: (status: number) => void = () => {}
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (part: string) => {
    text += part
    const head = text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (text.length < head + 4 + length) return
    const status = Number(text.slice(9, 12))
    text = ''
    answered(status)
  })
  socket.on('error', () => answered(0))
  const head = [
    ...['POST /e HTTP/1.1', 'Host: 127.0.0.1', `User-Agent: ${USER_AGENT}`, 'Origin: https://acme.example'],
    ...['Accept-Language: fr-FR,fr;q=0.9', 'Content-Type: text/plain;charset=UTF-8', ''],
  ].join('\r\n')
  return (body) =>
    new Promise((resolve) => {
      answered = resolve
      socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    })
}

/** A visitor's pages, and how long each was read. */
function batchOf(visitorIds: string[], many: number): Batch {
  const now = Date.now()
  const visitorId = visitorIds[Math.floor(Math.random() * visitorIds.length)] as string
  let pageId = ''
  const events = Array.from({ length: many }, (_, i): VisitorEvent => {
    const [id, at] = [newId(now), now - many + i]
    if (i % 2 === 1) return { id, type: 'engage', at, pageId, visibleMs: 5200, scrollDepth: 80 }
    const path = PAGES[Math.floor(Math.random() * PAGES.length)] as string
    pageId = newId(now)
    const url = `https://acme.example${path}`
    return { id, type: 'page', at, pageId, url, title: `A page of Acme: ${path}`, referrer: 'https://www.google.com/' }
  })
  return { site: 'acme', visitorId, sentAt: now, events }
}
