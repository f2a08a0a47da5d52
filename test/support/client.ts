/** What the tests ask of a collector from outside. */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { LeadDetail, LeadEvent, LeadItem } from '../../dashboard/api.ts'
import type { Batch, FormEvent, PageEvent, Receipt } from '../../tracker/protocol.ts'

export const API_TOKEN = 'a token of the tests that is long enough'
/** A browser that says of itself that it has no screen is a bot, and a bot is not scored. */
export const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36'

/** For `launchBrowser`. A context's `userAgent` would not do: what a page still posts as it goes away does not bear it. */
export const AS_A_PERSON = { args: [`--user-agent=${USER_AGENT}`] }

const AGAIN_AFTER = 50

/** Posts a batch as a browser does, again where it is told to come later. @throws where it is not taken as a whole */
export async function post(url: string, batch: Batch): Promise<void> {
  const send = () =>
    fetch(`${url}/e`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'user-agent': USER_AGENT },
      body: JSON.stringify(batch),
    })
  const response = await untilTaken(send)
  const { accepted } = (await response.json()) as Receipt
  if (response.status !== 202 || accepted !== batch.events.length) throw new Error(`Not taken: ${response.status}`)
}

/** A machine that does much else sends some away, for a moment. */
export async function untilTaken(send: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await send()
    if (response.status !== 503) return response
    await response.arrayBuffer()
    await pause(AGAIN_AFTER)
  }
}

/** A visit of somebody: pages of a website, read within a minute, and then a form. */
export function visitOf(person: string, form: string, paths: string[], now: number): Batch & { email: string } {
  const email = `${person.toLowerCase()}@analytical.example`
  const start = now - 60_000
  const pages = paths.map((path, i): PageEvent => {
    return { id: uuid(now), type: 'page', at: start + i, pageId: uuid(now), url: `https://acme.example${path}` }
  })
  const fields = { email, firstName: person, company: 'Analytical' }
  const url = 'https://acme.example/contact'
  const submission: FormEvent = { id: uuid(now), type: 'form', at: now, url, form, fields, filledMs: 30_000 }
  return { site: 'default', visitorId: uuid(now), sentAt: now, events: [...pages, submission], email }
}

export async function findLeads(url: string, query = ''): Promise<LeadItem[]> {
  return allOf<LeadItem>(url, '/api/leads', query)
}

export async function findLead(url: string, id: string): Promise<LeadDetail> {
  return ask<LeadDetail>(url, `/api/leads/${id}`)
}

export async function findEvents(url: string, leadId: string): Promise<LeadEvent[]> {
  return allOf<LeadEvent>(url, `/api/leads/${leadId}/events`)
}

/** The lines that explain a score, summed up. */
export function sumOf({ reasons }: LeadDetail): number {
  return reasons.reduce((sum, { points }) => sum + points, 0)
}

async function allOf<T>(url: string, path: string, query = ''): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { items: T[]; next: string | null } = await ask(url, `${path}?limit=100&cursor=${cursor}&${query}`)
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

async function ask<T>(url: string, path: string): Promise<T> {
  const response = await fetch(url + path, { headers: { authorization: `Bearer ${API_TOKEN}` } })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** UUID v7. */
export function uuid(now: number): string {
  const time = now.toString(16).padStart(12, '0')
  const random = randomBytes(9).toString('hex')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6)}`
}
