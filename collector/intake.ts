/** A batch arrives: check → record → commit → 202. What it is worth is worked out a moment later, in standings.ts. */
import type { Receipt, VisitorEvent } from '../tracker/protocol.ts'
import { type Claim, normalizeEmail } from './domain/identity.ts'
import type { Database, Db } from './store/database.ts'
import { type Consent, findConsents, type NewEvent, recordEvents } from './store/events.ts'
import { type Refusal, recordRefusals } from './store/refusals.ts'
import { recordFirstEvent, type Site } from './store/sites.ts'

const DAY = 24 * 60 * 60 * 1000

/** A batch at the door: checked, from a known site. */
export interface Arrival {
  site: Site
  visitorId: string | undefined
  sentAt: number
  events: VisitorEvent[]
  /** Events that were no events, each with its reason. */
  rejected: { id: string | null; reason: string; sample: string }[]
  bot: boolean
  receivedAt: number
}

/** Requests that wait for a commit at the same time; beyond that the answer is "later". */
const MOST_WAITING = 2000
/** Events in one commit: enough to share a sync among many, few enough to keep it short. */
const EVENTS_A_COMMIT = 2000
/** A storm of refusals costs one commit in this time. */
const REFUSALS_EVERY = 200

/** The queue is full or the database cannot be written to: the sender may try again. */
export class Unavailable extends Error {}

interface Waiting {
  arrival: Arrival
  resolve(receipt: Receipt): void
  reject(error: unknown): void
}

/** Takes batches in; those that arrive together share one commit, and each is answered after it. */
export class Intake {
  #waiting: Waiting[] = []
  #committing: Promise<void> | undefined
  #refusals: Refusal[] = []
  #refusing: Promise<void> | undefined
  readonly #database: Database
  readonly #onCommit: () => void

  /** @param onCommit told after each commit */
  constructor(database: Database, onCommit: () => void) {
    this.#database = database
    this.#onCommit = onCommit
  }

  /**
   * @returns once every accepted event is committed and synced to disk
   * @throws Unavailable where it could not be
   */
  takeIn(arrival: Arrival): Promise<Receipt> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(new Unavailable('Too many batches are waiting'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ arrival, resolve, reject })
      this.#committing ??= this.#commitAll()
    })
  }

  /** Counts a request that could not be taken at all, a moment later, with others. */
  refuse(refusal: Refusal, now: number): void {
    if (this.#refusals.length < MOST_WAITING) this.#refusals.push(refusal)
    this.#refusing ??= new Promise((resolve) => setTimeout(resolve, REFUSALS_EVERY)).then(() =>
      this.#countRefusals(now),
    )
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    await this.#committing
    await this.#refusing
  }

  async #countRefusals(now: number): Promise<void> {
    const refusals = this.#refusals.splice(0)
    this.#refusing = undefined
    // A refusal that cannot be counted is not worth more than a try: the sender was told already.
    await this.#database.db
      .transaction()
      .execute((tx) => recordRefusals(tx, refusals, now))
      .catch(() => {})
  }

  async #commitAll(): Promise<void> {
    // One turn of the event loop later, so that whatever has arrived by then shares the commit.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup()
      try {
        const receipts = await this.#database.transact((tx) =>
          takeInAll(
            tx,
            group.map(({ arrival }) => arrival),
          ),
        )
        group.forEach(({ resolve }, i) => {
          resolve(receipts[i] as Receipt)
        })
        this.#onCommit()
      } catch (error) {
        for (const { reject } of group) reject(new Unavailable('The database cannot be written to', { cause: error }))
      }
    }
    this.#committing = undefined
  }

  #nextGroup(): Waiting[] {
    let events = 0
    const end = this.#waiting.findIndex(({ arrival }) => {
      events += arrival.events.length
      return events > EVENTS_A_COMMIT
    })
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : Math.max(1, end))
  }
}

/** Records what may be recorded of each batch, in one transaction. @returns a receipt for each */
async function takeInAll(tx: Db, arrivals: Arrival[]): Promise<Receipt[]> {
  const consents = await consentsOf(tx, arrivals)
  const judged = arrivals.map((arrival) => judge(arrival, consents))
  const now = Math.max(...arrivals.map(({ receivedAt }) => receivedAt))
  await recordEvents(
    tx,
    judged.flatMap(({ events }) => events),
    now,
  )
  await recordRefusals(tx, judged.flatMap(refusalsOf), now)
  for (const { arrival, events } of judged) {
    if (arrival.site.firstEventAt === null && events.some(({ bot }) => !bot)) {
      await recordFirstEvent(tx, arrival.site.id, arrival.receivedAt, hostOf(arrival.events))
    }
  }
  return judged.map(({ events, rejected }) => ({
    accepted: events.length,
    rejected: rejected.map(({ id, reason }) => ({ id, reason })),
  }))
}

interface Judged {
  arrival: Arrival
  events: NewEvent[]
  rejected: Arrival['rejected']
}

/** What each visitor last said about consent, by site and visitor. */
type Consents = Map<string, Map<string, Consent>>

async function consentsOf(tx: Db, arrivals: Arrival[]): Promise<Consents> {
  const visitors = new Map<string, Set<string>>()
  for (const { site, visitorId } of arrivals) {
    if (visitorId !== undefined) visitors.set(site.id, (visitors.get(site.id) ?? new Set()).add(visitorId))
  }
  const consents: Consents = new Map()
  for (const [siteId, ids] of visitors) consents.set(siteId, await findConsents(tx, siteId, [...ids]))
  return consents
}

/** Sorts the events of a batch into those to record and those the site does not want. */
function judge(arrival: Arrival, consents: Consents): Judged {
  const { site, visitorId, bot } = arrival
  const events: NewEvent[] = []
  const rejected = [...arrival.rejected]
  for (const sent of arrival.events) {
    const event = { ...sent, at: timeOf(sent, arrival) }
    if (event.type === 'consent' && visitorId !== undefined) noteConsent(consents.get(site.id), visitorId, event)
    const mayFollow = mayFollowVisitor(
      site,
      visitorId === undefined ? undefined : consents.get(site.id)?.get(visitorId),
    )
    const reason = refusalOf(event, site, mayFollow)
    if (reason !== null) {
      rejected.push({ id: event.id, reason, sample: JSON.stringify({ type: event.type, at: event.at }) })
    } else {
      // Without consent a form stands alone: its own id takes the visitor's place, and no history comes with it.
      const owner = visitorId !== undefined && (mayFollow || event.type === 'consent') ? visitorId : event.id
      events.push({ siteId: site.id, visitorId: owner, event, bot, claim: claimOf(event, owner) })
    }
  }
  return { arrival, events, rejected }
}

/** The latest choice stands, also where an earlier one arrives after it. */
function noteConsent(consents: Map<string, Consent> | undefined, visitorId: string, consent: Consent): void {
  const known = consents?.get(visitorId)
  if (!known || known.at <= consent.at) consents?.set(visitorId, consent)
}

/** The visitor's clock serves only to tell how long before the sending it was, held within the last 24 hours. */
function timeOf({ at }: VisitorEvent, { sentAt, receivedAt }: Arrival): number {
  return Math.round(receivedAt - Math.max(0, Math.min(DAY, sentAt - at)))
}

function mayFollowVisitor(site: Site, consent: Consent | undefined): boolean {
  return consent ? consent.choice === 'granted' : !site.requireConsent
}

function refusalOf(event: VisitorEvent, site: Site, mayFollow: boolean): string | null {
  const isBrowsing = event.type === 'page' || event.type === 'engage' || event.type === 'track'
  if (isBrowsing && !mayFollow) return 'no consent: browsing is not recorded'
  if ('url' in event && site.excludedHosts.includes(new URL(event.url).host)) return 'excluded host'
  return null
}

function claimOf(event: VisitorEvent, visitorId: string): Claim | null {
  if (event.type !== 'form' && event.type !== 'identify') return null
  const given = event.type === 'form' ? (event.fields.email ?? '') : event.email
  const email = normalizeEmail(given)
  if (email === null) return null
  const isForm = event.type === 'form'
  return {
    eventId: event.id,
    visitorId,
    at: event.at,
    email,
    form: isForm ? event.form : null,
    others: isForm ? otherFieldsOf(event.fields) : null,
  }
}

const NAMES = ['firstName', 'lastName', 'name']

/** The fields beside the address as one text, equal for equal fields; null where no name is among them. */
function otherFieldsOf({ email: _, ...others }: Record<string, string>): string | null {
  return NAMES.some((name) => others[name]) ? JSON.stringify(Object.entries(others).sort()) : null
}

function refusalsOf({
  arrival,
  events,
  rejected,
}: {
  arrival: Arrival
  events: NewEvent[]
  rejected: Arrival['rejected']
}) {
  const refusals: Refusal[] = rejected.map(({ reason, sample }) => ({ siteId: arrival.site.id, reason, sample }))
  if (!arrival.bot) return refusals
  return [...refusals, ...events.map(() => ({ siteId: arrival.site.id, reason: BOT, sample: null }))]
}

/** Events of bots are kept and counted under this word, and not scored. */
const BOT = 'bot'

function hostOf(events: VisitorEvent[]): string | null {
  const event = events.find((event) => 'url' in event)
  return event && 'url' in event ? new URL(event.url).host : null
}
