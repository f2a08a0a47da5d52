/** The job: brings standings up to date after each commit, and once a second for what is due by time or was taken in elsewhere. */
import { updateStandings } from './standings.ts'
import type { Database } from './store/database.ts'

const EVERY = 1000
/** Half of the second that is promised: what was taken in until then must still be counted within the other half. */
const LONGEST_LAG = 500
/** With fewer it is the machine that is slow, not that too much arrives: to send somebody away would not help. */
const MOST_UNCOUNTED = 1000
/** Several events of one lead within this time are counted at once: it costs hardly more than counting one. */
const COALESCED_WITHIN = 250
/**
 * What happened is counted by the first round that begins after it; whom that touches by the second, and those that they
 * count as part of by the third.
 */
const ROUNDS_TO_COUNT = 3

export class StandingsJob {
  readonly #database: Database
  readonly #clock: () => number
  readonly #onError: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #waking: NodeJS.Timeout | undefined
  #again = false
  #stopped = false
  #behindSince: number | undefined
  #uncounted = 0
  #after = ''
  /** Told at the end of the round that begins next whether something is pending. */
  #waiting: ((isPending: boolean) => void)[] = []

  constructor(database: Database, clock: () => number, onError: (error: unknown) => void) {
    this.#database = database
    this.#clock = clock
    this.#onError = onError
    this.#timer = setInterval(() => this.#begin(), EVERY)
    this.#begin()
  }

  /**
   * Something happened: it is seen to in a moment, together with what happens until then.
   * @param events that were taken in
   */
  wake(events = 0): void {
    this.#uncounted += events
    this.#waking ??= setTimeout(() => this.#begin(), COALESCED_WITHIN)
  }

  /** Resolves once everything committed before is counted, and whatever fades by now has moved. */
  async upToDate(): Promise<void> {
    this.#begin()
    await this.#running
  }

  /** Resolves once what somebody did before is counted: they do not wait for a million leads that an upgrade counts anew. */
  async caughtUp(): Promise<void> {
    for (let rounds = 0; rounds < ROUNDS_TO_COUNT; rounds++) {
      const round = new Promise<boolean>((tell) => this.#waiting.push(tell))
      this.#begin()
      if (this.#running === undefined || !(await round)) return
    }
  }

  /** For how many milliseconds there have been events that are not counted. */
  get lag(): number {
    return this.#behindSince === undefined ? 0 : performance.now() - this.#behindSince
  }

  /** Events that this collector has taken in and that may not be counted yet. */
  get uncounted(): number {
    return this.#uncounted
  }

  /** Whether it has fallen so far behind that nothing more should be taken in until it has caught up. */
  get isBehind(): boolean {
    return this.lag > LONGEST_LAG && this.#uncounted > MOST_UNCOUNTED
  }

  #begin(): void {
    clearTimeout(this.#waking)
    this.#waking = undefined
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#run()
  }

  /** Ends after the round that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    clearTimeout(this.#waking)
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        // What came meanwhile wakes it again: by then more has come, which costs hardly more.
        while (!this.#stopped && (await this.#round())) {
          // Until nothing is left.
        }
      } catch (error) {
        // Nothing is lost: what was not seen to is still marked, and the timer tries again.
        this.#onError(error)
      }
    }
    this.#running = undefined
    tellAll(this.#waiting, false)
  }

  /** @returns whether there is more to do at once */
  async #round(): Promise<boolean> {
    this.#behindSince ??= performance.now()
    const before = this.#uncounted
    const waiting = this.#waiting.splice(0)
    const round = await updateStandings(this.#database, this.#clock, this.#onError, this.#after).catch((error) => {
      tellAll(waiting, false)
      throw error
    })
    tellAll(waiting, round.isPending)
    this.#after = round.after
    if (!round.isBehind) {
      this.#behindSince = undefined
      this.#uncounted -= before
    }
    return round.isMore
  }
}

function tellAll(waiting: ((isPending: boolean) => void)[], isPending: boolean): void {
  for (const tell of waiting.splice(0)) tell(isPending)
}
