/**
 * An event that the collector sends itself, the way everybody's go: taken in, committed, scored. It belongs to a site that
 * has rules and no row, so that nobody sees it and nobody else can send to it, and it is swept away once it has come back.
 */
import { randomUUID } from 'node:crypto'
import type { Intake } from './intake.ts'
import type { StandingsJob } from './standings-job.ts'
import { ensureRules, isScored, sweepSite } from './store/canary.ts'
import type { Database } from './store/database.ts'
import { newId } from './store/id.ts'
import type { Site } from './store/sites.ts'

const SENT_EVERY = 20 * 1000
/** Later than this, something is stuck: it takes a second. */
const BACK_WITHIN = 60 * 1000
const ASKED_EVERY = 200

/** The key of its site, which no other can have. */
export const CANARY = '~canary'

const SITE: Site = {
  ...{
    id: CANARY,
    name: '',
    origins: [],
    excludedHosts: [],
    requireConsent: false,
    firstEventAt: 0,
    lastEventAt: Number.POSITIVE_INFINITY,
    firstHost: null,
  },
}

export class Canary {
  readonly #database: Database
  readonly #intake: Intake
  readonly #standings: StandingsJob
  readonly #clock: () => number
  readonly #timer: NodeJS.Timeout
  #flying: Promise<void> | undefined
  #cameBackAt = performance.now()
  #stopped = false

  constructor(database: Database, intake: Intake, standings: StandingsJob, clock: () => number) {
    this.#database = database
    this.#intake = intake
    this.#standings = standings
    this.#clock = clock
    this.#timer = setInterval(() => this.#send(), SENT_EVERY).unref()
  }

  get isLate(): boolean {
    return performance.now() - this.#cameBackAt > BACK_WITHIN
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#flying
  }

  #send(): void {
    // What keeps one from coming back is told by its being late, whatever it is.
    this.#flying ??= this.#fly().catch(() => {})
    this.#flying.finally(() => {
      this.#flying = undefined
    })
  }

  async #fly(): Promise<void> {
    const { db } = this.#database
    const now = this.#clock()
    const visitorId = randomUUID()
    await this.#database.transact((tx) => ensureRules(tx, SITE.id, now))
    const event = { id: newId(now), type: 'page' as const, at: now, pageId: newId(now), url: 'https://canary.invalid/' }
    await this.#intake.takeIn({
      ...{ site: SITE, visitorId, sentAt: now, events: [event], rejected: [] },
      ...{ bot: false, whereabouts: {}, receivedAt: now, secrets: [] },
    })
    while (!(await isScored(db, SITE.id, visitorId))) {
      if (this.#stopped || this.isLate) break
      this.#standings.wake()
      await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY))
    }
    if (await isScored(db, SITE.id, visitorId)) this.#cameBackAt = performance.now()
    await this.#database.transact((tx) => sweepSite(tx, SITE.id, visitorId, now))
  }
}
