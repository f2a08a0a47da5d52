/**
 * Delivery: every event is kept before it is sent, and forgotten only once the collector has answered for it. What to do
 * with each answer is the table "Offline" in README.md.
 */
import { after, guarded } from './guard.ts'
import { options } from './options.ts'
import type { VisitorEvent } from './protocol.ts'
import { keep, namesOf, recall } from './storage.ts'
import { holdVisitorId, mayRemember, uuid } from './visitor.ts'

/** An event gets its id and its time when it is first queued. */
export type Draft = VisitorEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'id' | 'at'> & { id?: string; at?: number }
    : never
  : never

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const LONGEST_BACKOFF = 5 * 60 * 1000
/** For company, and for the title that a single-page application sets a little after the address. */
const DEBOUNCE = 500
const QUEUE_EVENTS = 100
const QUEUE_CHARACTERS = 60_000
/** Browsers refuse keepalive bodies beyond 64 KiB in flight for the whole page. A character has up to three bytes. */
const FLYING_CHARACTERS = 16_000
const TEXT_LENGTH = 2000

const RETRY_AT = 'retryAt'
/**
 * Each event is kept under a name of its own, `queue.RANK.AT.ID.VISITOR`: tabs write at the same time, and a list would be
 * written over. Sorted by name, the most wanted and latest come last. The visitor is whose it was: `reset` may follow.
 */
const QUEUE = 'queue.'
/** The initials of the types of events, the least wanted first: engage, page, track, consent, identify, form. */
const RANKS = 'eptcif'

let endpoint: URL
let lastAt = 0
const flying: Record<string, boolean> = {}
let flyingCharacters = 0
let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined

export function openTransport(url: URL): void {
  endpoint = url
  flushAfter(DEBOUNCE) // What earlier pages could not send.
}

/** Queues an event; one that waits already is written anew. Without consent only a form is, in memory and without a visitor. */
export function send(event: Draft, visitorId = mayRemember() ? holdVisitorId() : ''): void {
  event.id = event.id || uuid()
  event.at = event.at || timeOfNext()
  const text = textOf(event)
  if ((visitorId || event.type === 'form') && text.length < FLYING_CHARACTERS)
    keep(`${QUEUE}${RANKS.indexOf(event.type[0]!)}.${event.at}.${event.id}.${visitorId}`, text, !mayRemember())
  flushAfter(DEBOUNCE)
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
  const wait = Number(recall(RETRY_AT)) - sentAt
  let queued = 0
  let characters = 0
  let visitorId: string | undefined
  const batch = namesOf(QUEUE)
    .sort()
    .reverse()
    .filter((name, index) => {
      const { length } = recall(name)!
      const [, , at, , owner] = name.split('.')
      queued += length
      if (index >= QUEUE_EVENTS || queued > QUEUE_CHARACTERS || sentAt - Number(at) > DAY) keep(name)
      else if (
        !flying[name] &&
        (!characters || visitorId === owner) &&
        flyingCharacters + characters + length < FLYING_CHARACTERS
      ) {
        visitorId = owner
        return (characters += length)
      }
      return false
    })
  // A date beyond any that we set comes from a clock that has been put right since.
  if (wait > 0 && wait < 2 * HOUR) flushAfter(wait)
  else if (characters && (urgent || !flyingCharacters)) {
    post(
      batch,
      characters,
      textOf({
        site: options.site,
        visitorId: visitorId || undefined,
        sentAt,
        query: options.query,
        cookie: options.cookie,
      }),
    )
    if (urgent) flush(urgent) // What did not fit, and what belongs to another visitor.
  }
}

function post(batch: string[], characters: number, envelope: string): void {
  const body = `${envelope.slice(0, -1)},"events":[${batch.map(recall)}]}`
  const land = guarded(({ status = 0, headers }: Partial<Response> = {}) => {
    const isSettled = /^2|^4(00|13|15|22)/.test(`${status}`)
    flyingCharacters -= characters
    batch.forEach((name) => {
      delete flying[name]
      if (isSettled) keep(name)
    })
    clearTimeout(timer)
    timer = undefined
    if (isSettled) {
      failures = 0
      flush()
    } else {
      const asked = /^[05]|408|429/.test(`${status}`)
        ? Math.min(Number(headers && headers.get('Retry-After')) * 1000 || 0, HOUR)
        : HOUR
      // Jitter: visitors who were turned away together do not come back together.
      const wait = (1 + Math.random() / 5) * (asked || Math.min(1000 * 2 ** failures++, LONGEST_BACKOFF))
      if (asked) keep(RETRY_AT, `${Date.now() + wait}`, !mayRemember())
      flushAfter(wait)
    }
  })
  flyingCharacters += characters
  batch.forEach((name) => (flying[name] = true))
  try {
    // A string body is text/plain, which needs no preflight: that would be a second round trip as the page goes away.
    fetch(endpoint, {
      method: 'POST',
      body,
      credentials: 'cookie' in options ? 'include' : 'omit',
      keepalive: true,
    }).then(land, () => land())
  } catch (_) {
    // A page may have broken `fetch`. Lost: the answer; the events wait in the queue for a post that gets one.
    navigator.sendBeacon(endpoint, body)
    after(0, land)
  }
}

/** A flush that is due already stays: a page that never pauses must not put it off for ever, nor cut a backoff short. */
function flushAfter(milliseconds: number): void {
  timer =
    timer ||
    after(milliseconds, () => {
      timer = undefined
      flush()
    })
}

/** JSON, whatever `toJSON` a page has put on its prototypes (Prototype.js did); texts are cut to what is of use. */
function textOf(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key) {
    const plain = this[key]
    return typeof plain === 'string' ? plain.slice(0, TEXT_LENGTH) : plain
  })
}
