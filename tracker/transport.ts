/**
 * Delivery: every event is kept before it is sent, and forgotten only once the collector has answered for it. What to do
 * with each answer is the table "Offline" in README.md.
 */
import { after, guarded } from './guard.ts'
import { options } from './options.ts'
import type { VisitorEvent } from './protocol.ts'
import { forget, keep, mayRemember, names, recall } from './storage.ts'
import { holdVisitorId, uuid } from './visitor.ts'

/** An event gets its id and its time when it is first queued, and a form that has no name gets one from the collector. */
export type Draft = VisitorEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'id' | 'at' | 'form'> & Partial<Event>
    : never
  : never

const DAY = 24 * 60 * 60 * 1000
const LONGEST_BACKOFF = 5 * 60 * 1000
/** For company, and for the title that a single-page application sets a little after the address. */
const DEBOUNCE = 500
const QUEUE_EVENTS = 100
const QUEUE_CHARACTERS = 60_000
/** Browsers refuse keepalive bodies beyond 64 KiB in flight for the whole page. A character has up to three bytes. */
const FLYING_CHARACTERS = 16_000

const RETRY_AT = 'retryAt'
/**
 * Each event is kept under a name of its own, `queue.RANK.AT.ID.VISITOR`: tabs write at the same time, and a list would be
 * written over. Sorted by name, the most wanted and latest come last. The visitor is whose it was: `reset` may follow.
 */
const QUEUE = 'queue'
/** The initials of the types of events, the least wanted first: engage, page, track, consent, identify, form. */
const RANKS = 'eptcif'

let endpoint: URL
let lastAt = 0
/** What is on its way, and how much more may be. */
const flying: Record<string, boolean> = {}
let room = FLYING_CHARACTERS
let failures = 0
let notBefore = 0
let timer: unknown

export function openTransport(url: URL): void {
  endpoint = url
  flushAfter(DEBOUNCE) // What earlier pages could not send.
}

/**
 * Queues an event. Without consent only a form is, in memory and without a visitor.
 * @returns the name under which it is kept
 */
export function send(event: Draft, visitorId = mayRemember() ? holdVisitorId() : ''): string {
  event.id = event.id || uuid()
  event.at = event.at || timeOfNext()
  const text = textOf(event)
  const name = `${QUEUE}.${RANKS.indexOf(event.type.charAt(0))}.${event.at}.${event.id}.${visitorId}`
  if ((visitorId || event.type === 'form') && text.length < FLYING_CHARACTERS) keep(name, text)
  flushAfter(DEBOUNCE)
  return name
}

/** Now. Events are ordered by (at, id), and ids of one millisecond are in no order: two events never share a time. */
export function timeOfNext(): number {
  lastAt = Math.max(Date.now(), lastAt + 1)
  return lastAt
}

/**
 * Posts what waits, one post at a time and no sooner than the backoff allows, unless it is urgent: the page is about to go,
 * or there is reason to hope. A wait that the collector asked for is always respected.
 */
export function flush(urgent?: boolean): void {
  const sentAt = Date.now()
  const wait = Math.max(+(recall(RETRY_AT) || 0), urgent ? 0 : notBefore) - sentAt
  let events = 0
  let characters = 0
  let body = ''
  let owner: string | undefined
  const batch: string[] = []
  for (const name of names().sort().reverse()) {
    const [kind, , at, , visitorId] = name.split('.')
    const text = recall(name) || ''
    if (kind === QUEUE) {
      characters += text.length
      if (++events > QUEUE_EVENTS || characters > QUEUE_CHARACTERS || sentAt - Number(at) > DAY) forget(name)
      else if (!flying[name] && (!body || owner === visitorId) && body.length + text.length < room) {
        owner = visitorId
        body += `,${text}`
        batch.push(name)
      }
    }
  }
  // A date beyond a day comes from a clock that has been put right since.
  if (wait > 0 && wait < DAY) flushAfter(wait)
  else if (body && (urgent || room === FLYING_CHARACTERS)) {
    const envelope = textOf({ ...options, visitorId: owner || undefined, sentAt }).slice(0, -1)
    post(batch, `${envelope},"events":[${body.slice(1)}]}`)
    if (urgent) flush(urgent) // What did not fit, and what belongs to another visitor.
  }
}

function post(batch: string[], body: string): void {
  const land = guarded(({ status = 0, headers = new Headers() }: Partial<Response> = {}) => {
    const isSettled = /^2|^4(00|13|15|22)/.test(`${status}`)
    room += body.length
    batch.forEach((name) => {
      delete flying[name]
      if (isSettled) forget(name)
    })
    failures = isSettled ? 0 : failures + 1
    const asked = +(headers.get('Retry-After') || 0) * 1000
    // Jitter: visitors who were turned away together do not come back together.
    notBefore = Date.now() + (1 + Math.random() / 5) * (asked || Math.min(DEBOUNCE * 2 ** failures, LONGEST_BACKOFF))
    if (asked) keep(RETRY_AT, `${notBefore}`)
    flush()
  })
  room -= body.length
  batch.forEach((name) => {
    flying[name] = true
  })
  try {
    // A string body is text/plain, which needs no preflight: that would be a second round trip as the page goes away.
    fetch(endpoint, {
      method: 'POST',
      body,
      credentials: 'cookie' in options ? 'include' : 'omit',
      referrerPolicy: 'origin', // The whole address may tell a secret.
      keepalive: true,
    }).then(land, land)
  } catch (_) {
    // A page may have broken `fetch`. Lost: the answer; the events wait in the queue for a post that gets one.
    navigator.sendBeacon(endpoint, body)
    after(0, land)
  }
}

/** A flush that is due already stays: a page that never pauses must not put it off for ever. */
function flushAfter(milliseconds: number): void {
  timer =
    timer ||
    after(milliseconds, () => {
      timer = 0
      flush()
    })
}

/** JSON, whatever `toJSON` a page has put on its prototypes (Prototype.js did). */
function textOf(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key) {
    return this[key]
  })
}
