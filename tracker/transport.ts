/**
 * Delivery: every event is kept before it is sent, and forgotten only once the collector has answered for it. What to do
 * with each answer is the table "Offline" in README.md.
 */
import { clean } from './address.ts'
import { guarded } from './guard.ts'
import { endpoint, options } from './options.ts'
import type { PostedEvent } from './protocol.ts'
import { forget, keep, mayRemember, names, recall } from './storage.ts'
import { forgetCookie, holdVisitorId, uuid } from './visitor.ts'

/** An event gets its id, which tells its time, when it is queued. */
export type Draft = PostedEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'id'> & Partial<Event>
    : never
  : never

const DAY = 24 * 60 * 60 * 1000
const SHORTEST_BACKOFF = 500
const LONGEST_BACKOFF = 5 * 60 * 1000
/** A queue holds 100 events or 60,000 characters. */
const QUEUE_CHARACTERS = 60_000
const LEAST_CHARACTERS = 600
/** Browsers refuse keepalive bodies beyond 64 KiB in flight for the whole page. A character has up to three bytes. */
const FLYING_CHARACTERS = 16_000

const RETRY_AT = 'retryAt'
/**
 * Each event is kept under a name of its own, `queue RANK ID`: tabs write at the same time, and a list would be written over.
 * The rank is the last letter of the event's type, which happens to sort them by how much they are wanted:
 * identifY, consenT, forM, linK and tracK, pagE and engagE; a full stop would end the name. Of one rank the id tells the
 * later. A zero precedes its eleven digits of time: the ids of earlier trackers, whose events still wait in browsers, have
 * twelve.
 */
const QUEUE = 'queue'

/** What is on its way. */
let flying = ''
let backoff = SHORTEST_BACKOFF
let notBefore = 0

/**
 * Queues an event that is told in a few words, which the collector knows by their places (`collector/http/details.ts`).
 * @returns its id
 */
export function tell(type: string, ...details: unknown[]): string {
  return send({ type, details, url: clean() } as Draft)
}

/**
 * Queues an event. Without consent only a form is, in memory and without a visitor.
 * @returns its id
 */
export function send(event: Draft, visitorId = holdVisitorId()): string {
  const minted = { id: uuid(), ...event, visitorId }
  const text = textOf(minted)
  if ((visitorId || event.type === 'form') && text.length < FLYING_CHARACTERS)
    keep(QUEUE + (event.type.match(/\w$/) || 0) + 0 + minted.id, text)
  return minted.id
}

/**
 * Posts what waits, one post at a time and no sooner than the backoff allows, unless it is urgent: the page is about to go,
 * or there is reason to hope. A wait that the collector asked for is always respected.
 */
export function flush(urgent?: unknown): void {
  const sentAt = Date.now()
  const batch: string[] = []
  let texts = ''
  let characters = 0
  for (const name of names().sort().reverse()) {
    const text = recall(name)
    // Not what has been emptied, nor what another site keeps: under its name there is nothing of this one's.
    if (text && /^queue/.test(name)) {
      characters += Math.max(text.length, LEAST_CHARACTERS)
      if (characters > QUEUE_CHARACTERS || name.slice(7) < (sentAt - DAY).toString(16)) forget(name)
      else if (!flying.includes(text) && (texts + flying + text).length < FLYING_CHARACTERS) {
        batch.push(name)
        texts += `\n${text}`
      }
    }
  }
  const wait = (recall(RETRY_AT) as unknown as number) - sentAt
  // A date beyond a day comes from a clock that has been put right since.
  const mustWait = wait > 0 && wait < DAY
  if (texts && !mustWait && (urgent || (!flying && sentAt > notBefore))) {
    const body = textOf({ ...options, sentAt }) + texts
    const land = guarded((response: Response) => {
      flying = flying.replace(texts, '')
      if (/^2|4(22|1[35]|00)/.test(response.status as unknown as string)) {
        batch.forEach(forget)
        backoff = SHORTEST_BACKOFF
      } else {
        backoff = Math.min(backoff, LONGEST_BACKOFF / 3) * (2 + Math.random())
        // Jitter: visitors who were turned away together do not come back together.
        notBefore = Date.now() + backoff
        keep(
          RETRY_AT,
          (Date.now() + (response.headers.get('Retry-After') as unknown as number) * 1000) as unknown as string,
        )
      }
      if (!mayRemember()) forgetCookie()
    })
    flying += texts
    try {
      // A string body is text/plain, which needs no preflight: that would be a second round trip as the page goes away.
      fetch(endpoint, {
        referrerPolicy: 'origin', // The whole address may tell a secret.
        body,
        credentials: 'cookie' in options && mayRemember() ? 'include' : 'omit',
        method: 'POST',
        keepalive: true,
      }).then(land, land)
    } catch (error) {
      // A page may have broken `fetch`. Lost: the answer; the events wait in the queue for a post that gets one.
      navigator.sendBeacon(endpoint, body)
      land(error as Response)
    }
  }
}

/** JSON, whatever `toJSON` a page has put on its prototypes (Prototype.js did). */
function textOf(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key) {
    return this[key]
  })
}
