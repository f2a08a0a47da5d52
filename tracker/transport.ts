import { after, guarded } from './guard.ts'
import type { Batch, VisitorEvent } from './protocol.ts'
import { holdVisitorId, isIgnored, keep, mayRemember, namesOf, recall } from './visitor.ts'

/** An event that no collector has acknowledged yet, and whose it was when it happened: `reset` may have followed. */
interface Waiting {
  visitorId?: string | undefined
  event: VisitorEvent
}

/** Each event under a name of its own: tabs write at the same time, and a list would be written over. */
const QUEUE = 'queue.'
const HOUR = 60 * 60 * 1000
const LONGEST_BACKOFF = 5 * 60 * 1000
const DEBOUNCE = 200
const QUEUE_AGE = 24 * HOUR
const QUEUE_EVENTS = 100
const QUEUE_CHARACTERS = 60_000
const BATCH_EVENTS = 50
/** Browsers refuse keepalive bodies beyond 64 KiB in flight for the whole page, and the page may have its own. */
const FLYING_BYTES = 50_000
/** `{"site":…,"visitorId":…,"sentAt":…,"events":[]}` */
const ENVELOPE_BYTES = 300
/** A larger event is a mistake of the page, and would leave no room for the others. */
const EVENT_BYTES = 20_000

/** What may not be stored: forms without consent, a refusal. Lost if the collector is away until the page closes. */
let unstored: Waiting[] = []
const flying = new Set<string>()
let flyingBytes = 0
let failures = 0
let backoffUntil = 0
let timer: ReturnType<typeof setTimeout>
let dueAt = Number.POSITIVE_INFINITY
let site: string
let endpoint: string
let credentials: RequestCredentials

export function openTransport(siteKey: string, url: string, withCookie: boolean): void {
  site = siteKey
  endpoint = url
  credentials = withCookie ? 'include' : 'omit'
  later(DEBOUNCE) // What earlier pages could not send.
}

/**
 * Queues an event and says whether it may be sent at all: without consent only a form is, and without a visitor.
 * Urgent ones leave at once, because the page is likely to go away.
 */
export function send(event: VisitorEvent, urgent?: boolean): boolean {
  const remember = mayRemember()
  if (isIgnored() || (!remember && event.type !== 'form')) return false
  enqueue(event, remember ? holdVisitorId() : undefined, remember)
  if (urgent) flush(true)
  else later(DEBOUNCE)
  return true
}

/** Puts an event in the queue, under the visitor whose it is. Only stored ones outlive the page. */
export function enqueue(event: VisitorEvent, visitorId: string | undefined, mayStore: boolean): void {
  if (bytesOf(JSON.stringify(event)) > EVENT_BYTES) return
  const waiting = { visitorId, event }
  if (!mayStore) {
    unstored.push(waiting)
    return
  }
  keep(QUEUE + event.id, JSON.stringify(waiting))
  for (const former of read()) if (supersedes(event, former.event)) forget(former.event.id)
  trim()
}

/** Forgets everything that storage holds of the transport. */
export function dropQueue(): void {
  for (const name of namesOf(QUEUE)) keep(name, null)
  keep('retryAt', null)
}

/**
 * Posts what waits: one post at a time and no sooner than the backoff allows, unless it is urgent. A wait that the
 * collector asked for (`Retry-After`, or an hour where it does not know the site) is always respected.
 */
export function flush(urgent?: boolean): void {
  const now = Date.now()
  const ordered = Number(recall('retryAt')) - now
  // A date beyond any that we set comes from a clock that has been put right since.
  const wait = ordered > 0 && ordered < 2 * HOUR ? ordered : urgent ? 0 : backoffUntil - now
  if (wait > 0) {
    later(wait)
    return
  }
  if (flying.size && !urgent) return // `land` flushes again.
  const [visitorId, events] = nextBatch()
  if (!events.length) return
  post(visitorId, events)
  if (urgent) flush(true) // What did not fit, and what belongs to another visitor.
}

/** A post that is due sooner stays: a page that never pauses must not put it off for ever. */
function later(milliseconds: number): void {
  const at = Date.now() + milliseconds
  if (at >= dueAt) return
  dueAt = at
  clearTimeout(timer)
  timer = after(milliseconds, () => {
    dueAt = Number.POSITIVE_INFINITY
    flush()
  })
}

/** Engagement is cumulative: a report says all that the one before it said. */
function supersedes(event: VisitorEvent, former: VisitorEvent): boolean {
  return event.type === 'engage' && former.type === 'engage' && former.pageId === event.pageId && former.id !== event.id
}

function nextBatch(): [string | undefined, VisitorEvent[]] {
  const waiting = [...trim(), ...unstored].filter(({ event }) => !flying.has(event.id))
  const events: VisitorEvent[] = []
  let visitor: string | undefined
  let bytes = flyingBytes + ENVELOPE_BYTES
  for (const { visitorId, event } of waiting) {
    bytes += bytesOf(JSON.stringify(event)) + 1
    if (events.length && visitorId !== visitor) break
    if (bytes > FLYING_BYTES || events.length === BATCH_EVENTS) break
    visitor = visitorId
    events.push(event)
  }
  return [visitor, events]
}

function post(visitorId: string | undefined, events: VisitorEvent[]): void {
  const sentAt = events.reduce((latest, { at }) => Math.max(latest, at), Date.now())
  const body = JSON.stringify({ site, visitorId, sentAt, events } as Batch)
  const ids = events.map(({ id }) => id)
  const bytes = bytesOf(body)
  const landed = guarded((status: number, retryAfter?: string | null) => {
    for (const id of ids) flying.delete(id)
    flyingBytes -= bytes
    land(ids, status, Number(retryAfter))
  })
  for (const id of ids) flying.add(id)
  flyingBytes += bytes
  try {
    // A string body is text/plain, which needs no preflight: that would be a second round trip as the page goes away.
    fetch(endpoint, { method: 'POST', body, credentials, keepalive: true })
      .then((response) => landed(response.status, response.headers.get('Retry-After')))
      .catch(() => landed(0))
  } catch (_) {
    // A page may have broken `fetch`. Lost: the answer; the events wait in the queue for a post that gets one.
    navigator.sendBeacon(endpoint, body)
    after(0, () => landed(0))
  }
}

/** What to do with each answer: the table "Offline" in README.md. */
function land(ids: string[], status: number, retryAfter: number): void {
  if ((status >= 200 && status < 300) || [400, 413, 415, 422].indexOf(status) >= 0) {
    failures = backoffUntil = 0
    unstored = unstored.filter(({ event }) => ids.indexOf(event.id) < 0)
    for (const id of ids) forget(id)
  } else {
    const passing = !status || status === 408 || status === 429 || status >= 500
    // Jitter: visitors who were turned away together do not come back together.
    const jitter = 1 + Math.random() / 5
    const ordered = passing ? Math.min(retryAfter * 1000 || 0, HOUR) : HOUR
    const wait = jitter * (ordered || Math.min(1000 * 2 ** failures++, LONGEST_BACKOFF))
    backoffUntil = Date.now() + wait
    if (ordered && mayRemember()) keep('retryAt', String(backoffUntil))
  }
  flush()
}

/** The queue of all tabs, oldest first. */
function read(): Waiting[] {
  const waiting: Waiting[] = []
  for (const name of namesOf(QUEUE)) {
    try {
      waiting.push(JSON.parse(recall(name) || ''))
    } catch (_) {
      keep(name, null) // Lost: an event that something else wrote over.
    }
  }
  return waiting.sort((a, b) => a.event.at - b.event.at)
}

/** Drops what is too old, and while there is too much of it what is wanted least. @returns the rest */
function trim(): Waiting[] {
  const waiting = read()
  const oldest = Date.now() - QUEUE_AGE
  for (const { event } of waiting.splice(0, waiting.filter(({ event }) => event.at < oldest).length)) forget(event.id)
  while (waiting.length > QUEUE_EVENTS || JSON.stringify(waiting).length > QUEUE_CHARACTERS) {
    for (const { event } of waiting.splice(leastWanted(waiting), 1)) forget(event.id)
  }
  return waiting
}

function forget(id: string): void {
  keep(QUEUE + id, null)
}

function leastWanted(waiting: Waiting[]): number {
  for (const type of ['engage', 'page', 'track']) {
    const index = waiting.findIndex(({ event }) => event.type === type)
    if (index >= 0) return index
  }
  return 0
}

function bytesOf(text: string): number {
  return new Blob([text]).size
}
