/** Reading while 2,000 events a second arrive, as a ratio to reading while none does. */
import { join } from 'node:path'
import { API_TOKEN } from '../support/client.ts'
import { EVENTS, fill } from './full.ts'
import { at, end, inFolder, load, median, ROUNDS, start } from './machine.ts'

const EVENTS_A_REQUEST = 2
const REQUESTS_A_SECOND = 1000
const CONNECTIONS = 32
const SECONDS = 5
const GOAL = 'the goal: 50 ms'

export async function benchReading(): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, 'braise.db')
    const visitorIds = await fill(path, EVENTS)
    const server = await start(0, 'dist/collector/main.js', path)
    const { port } = server
    try {
      const pages = await pagesOf(port)
      const rounds = { quiet: [] as Times[], busy: [] as Times[] }
      const task = { port, connections: CONNECTIONS, eventsARequest: EVENTS_A_REQUEST, visitorIds }
      const arriving = (seconds: number) => load(1, { ...task, seconds, rate: REQUESTS_A_SECOND })
      await arriving(SECONDS)
      for (let i = 0; i < ROUNDS; i++) {
        rounds.quiet.push(await read(pages, new Promise((resolve) => setTimeout(resolve, SECONDS * 1000))))
        rounds.busy.push(await read(pages, arriving(SECONDS)))
      }
      console.log(
        '\nReading while 2,000 events a second arrive; while none does = 1.0; 99 of 100 within, medians of five',
      )
      for (const name of Object.keys(pages)) {
        const p99 = (times: Times[]) => median(times.map((each) => at(each[name] ?? [], 0.99)))
        const [quiet, busy] = [p99(rounds.quiet), p99(rounds.busy)]
        console.log(
          `  ${(busy / quiet).toFixed(1)}  ${name}: ${busy.toFixed(1)} ms, without ${quiet.toFixed(1)} ms (${GOAL})`,
        )
      }
    } finally {
      await end(server)
    }
  })
}

/** In milliseconds, by what was read. */
type Times = Record<string, number[]>
type Pages = Record<string, (i: number) => Promise<unknown>>

/** What the dashboard asks for. */
async function pagesOf(port: number): Promise<Pages> {
  const ask = async (path: string) => {
    const headers = { authorization: `Bearer ${API_TOKEN}` }
    const response = await fetch(`http://127.0.0.1:${port}/api${path}`, { headers })
    if (!response.ok) throw new Error(`${path}: ${response.status}`)
    return (await response.json()) as { items: { id: string }[] }
  }
  const { items } = await ask('/leads?site=acme&limit=100')
  const idOf = (i: number) => items[i % items.length]?.id
  return {
    'the ranked list': () => ask('/leads?site=acme'),
    'a lead page': (i) =>
      Promise.all(['', '/events', '/curve', '/links'].map((part) => ask(`/leads/${idOf(i)}${part}?site=acme`))),
    'a search': (i) => ask(`/leads?site=acme&q=firm${i % 5000}`),
  }
}

/** Reads one page after another until something else has ended. */
async function read(pages: Pages, until: Promise<unknown>): Promise<Times> {
  let isOver = false
  const over = until.then(() => {
    isOver = true
  })
  const times: Times = {}
  for (let i = 0; !isOver; i++) {
    for (const [name, page] of Object.entries(pages)) {
      const from = performance.now()
      await page(i)
      const taken = times[name] ?? []
      taken.push(performance.now() - from)
      times[name] = taken
    }
  }
  await over
  return times
}
