/** A batch arrives: check → record → commit → 202. What it is worth is worked out a moment later, in standings.ts. */
import type { Receipt, VisitorEvent } from '../tracker/protocol.ts'
import { DailyLimit } from './daily.ts'
import { type Arrival, type Consents, type Erased, type Judged, judge, NOBODY_ERASED, refusalsOf } from './judge.ts'
import type { Database, Db } from './store/database.ts'
import { findConsents, recordEvents } from './store/events.ts'
import { type Refusal, recordRefusals } from './store/refusals.ts'
import { recordFirstEvent, recordLastEvent } from './store/sites.ts'

/** What may wait for a commit at the same time; beyond that the answer is "later". */
const MOST_EVENTS_WAITING = 20_000
const MOST_BYTES_WAITING = 16 * 1024 * 1024
/** Nor does anybody join who would wait for longer: the tracker keeps its events, and this machine its temper. */
const LONGEST_WAIT = 500
/** Events in one commit: enough to share a sync among many, few enough to keep it short. */
const EVENTS_A_COMMIT = 2000
/** A storm of refusals costs one commit in this time. */
const REFUSALS_EVERY = 200
const MOST_REFUSALS = 2000
/** As precisely as anybody asks when somebody last came. */
const LAST_EVENT_EVERY = 60 * 1000

/** The queue is full or the database cannot be written to: the sender may try again. */
export class Unavailable extends Error {}

/** A commit, and what was answered to each batch in it. */
export interface Commit {
  arrivals: readonly Arrival[]
  receipts: readonly Receipt[]
  ms: number
}

interface Waiting {
  arrival: Arrival
  bytes: number
  since: number
  resolve(receipt: Receipt): void
  reject(error: unknown): void
}

/** Takes batches in; those that arrive together share one commit, and each is answered after it. */
export class Intake {
  #waiting: Waiting[] = []
  #events = 0
  #bytes = 0
  #committing: Promise<void> | undefined
  #refusals: Refusal[] = []
  #refusing: Promise<void> | undefined
  readonly #database: Database
  readonly #onCommit: (commit: Commit) => void
  readonly #erased: Erased
  readonly #daily = new DailyLimit()

  /** @param onCommit told after each commit */
  constructor(database: Database, onCommit: (commit: Commit) => void, erased = NOBODY_ERASED) {
    this.#database = database
    this.#onCommit = onCommit
    this.#erased = erased
  }

  /**
   * @param bytes how much it takes while it waits, where it came from outside
   * @returns once every accepted event is committed and synced to disk
   * @throws Unavailable where it could not be
   */
  takeIn(arrival: Arrival, bytes = 0): Promise<Receipt> {
    if (this.isFull()) return Promise.reject(new Unavailable('Too much is waiting'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ arrival, bytes, since: performance.now(), resolve, reject })
      this.#events += arrival.events.length
      this.#bytes += bytes
      this.#committing ??= this.#commitAll()
    })
  }

  /** Whether nothing more is taken in for now: to be asked before a body is read. */
  isFull(): boolean {
    const [first] = this.#waiting
    const isLate = first !== undefined && performance.now() - first.since > LONGEST_WAIT
    return isLate || this.#events >= MOST_EVENTS_WAITING || this.#bytes >= MOST_BYTES_WAITING
  }

  /** What waits for a commit. */
  get waiting(): { events: number; bytes: number } {
    return { events: this.#events, bytes: this.#bytes }
  }

  /** Counts a request that could not be taken at all, a moment later, with others. */
  refuse(refusal: Refusal, now: number): void {
    if (this.#refusals.length < MOST_REFUSALS) this.#refusals.push(refusal)
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
    try {
      while (this.#waiting.length > 0) await this.#commit(this.#nextGroup())
    } finally {
      this.#committing = undefined
    }
  }

  /** Answers each of them, whatever happens. */
  async #commit(group: Waiting[]): Promise<void> {
    const admitted: Arrival[] = []
    const from = performance.now()
    let receipts: Receipt[]
    try {
      for (const { arrival } of group) admitted.push(this.#daily.admit(arrival))
      receipts = await this.#database.transact((tx) => takeInAll(tx, admitted, this.#erased))
      group.forEach(({ resolve }, i) => {
        resolve(receipts[i] as Receipt)
      })
    } catch (error) {
      for (const arrival of admitted) this.#daily.giveBack(arrival)
      for (const { reject } of group) reject(new Unavailable('It could not be committed', { cause: error }))
      return
    }
    this.#onCommit({ arrivals: admitted, receipts, ms: performance.now() - from })
  }

  #nextGroup(): Waiting[] {
    let events = 0
    const end = this.#waiting.findIndex(({ arrival }) => {
      events += arrival.events.length
      return events > EVENTS_A_COMMIT
    })
    const group = this.#waiting.splice(0, end < 0 ? this.#waiting.length : Math.max(1, end))
    for (const { arrival, bytes } of group) {
      this.#events -= arrival.events.length
      this.#bytes -= bytes
    }
    return group
  }
}

/** Records what may be recorded of each batch, in one transaction. @returns a receipt for each */
async function takeInAll(tx: Db, arrivals: Arrival[], erased: Erased): Promise<Receipt[]> {
  const consents = await consentsOf(tx, arrivals)
  const judged = arrivals.map((arrival) => judge(arrival, consents, erased))
  const now = Math.max(...arrivals.map(({ receivedAt }) => receivedAt))
  await recordEvents(
    tx,
    judged.flatMap(({ events }) => events),
    now,
  )
  await recordRefusals(tx, judged.flatMap(refusalsOf), now)
  await noteWhen(tx, judged)
  return judged.map(({ events, rejected, forgotten }) => ({
    // Nobody must learn from an answer who was known here and is not any more.
    accepted: events.length + forgotten,
    rejected: rejected.map(({ id, reason }) => ({ id, reason })),
  }))
}

/** Of each site when somebody was first heard of, and when last. */
async function noteWhen(tx: Db, judged: readonly Judged[]): Promise<void> {
  const last = new Map<string, number>()
  for (const { arrival, events } of judged) {
    const { site, receivedAt } = arrival
    if (events.every(({ bot }) => bot)) continue
    if (site.firstEventAt === null) await recordFirstEvent(tx, site.id, receivedAt, hostOf(arrival.events))
    if (receivedAt - (site.lastEventAt ?? 0) >= LAST_EVENT_EVERY) last.set(site.id, receivedAt)
  }
  for (const siteId of [...last.keys()].sort()) await recordLastEvent(tx, siteId, last.get(siteId) as number)
}

/** Whoever is new has said nothing yet. */
function consentsOf(tx: Db, arrivals: Arrival[]): Promise<Consents> {
  const visitors = new Map<string, { siteId: string; visitorId: string }>()
  for (const { site, visitorId } of arrivals) {
    if (visitorId !== undefined) visitors.set(`${site.id} ${visitorId}`, { siteId: site.id, visitorId })
  }
  return findConsents(tx, [...visitors.values()])
}

function hostOf(events: VisitorEvent[]): string | null {
  const event = events.find((event) => 'url' in event)
  return event && 'url' in event ? new URL(event.url).host : null
}
