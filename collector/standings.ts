/**
 * What is taken in is worth something: for each visitor touched, stitch; for each lead concerned, once: hold → fold → save.
 * It runs at most a second behind the commit. What a crash left behind is still marked in the database, and caught up.
 */
import { countLeads } from './count.ts'
import type { Database, Db } from './store/database.ts'
import { findTouched, type Touched, takeFresh } from './store/fresh.ts'
import { holdWithLeads } from './store/holding.ts'
import { findDue, holdDueLeads, holdOrCreateLeads, postponeLead } from './store/leads.ts'
import { postponeTouched, stitch } from './store/spans.ts'

/**
 * Seen to in one round. What one visitor did since the last round costs hardly more than a single event, so a round takes
 * what there is; rounds that come one after another find it bounded.
 */
const TOUCHES_A_ROUND = 4000
const LEADS_A_ROUND = 1000
/** In one transaction: enough to share its cost, few enough to let everything else in between. */
const VISITORS_AT_ONCE = 100
const LEADS_AT_ONCE = 50
/**
 * What happened is counted by the first round that begins after it; whom that touches by the second, and those that they
 * count as part of by the third.
 */
const ROUNDS_TO_COUNT = 3

/** What fails by itself is tried again after so long: by then it may be mended, and meanwhile it keeps nobody waiting. */
const POSTPONEMENT = 60 * 60 * 1000

export interface Round {
  /** How many visitors and leads were seen to; 0: everything is up to date. */
  seen: number
  /** Is there more to do at once? */
  isMore: boolean
  /** May events that were there before it began still not be counted? */
  isBehind: boolean
  /** Is there more to do at once but what merely fades by now, or is counted anew after an upgrade? */
  isPending: boolean
}

/** Counts whatever is not counted yet and moves whatever fades by `now`. */
export async function updateStandings(
  database: Database,
  now: number,
  onError: (error: unknown) => void,
): Promise<Round> {
  const { db } = database
  const { touched, touches } = await findTouched(db, now, TOUCHES_A_ROUND)
  const byVisitor = touched.toSorted((a, b) => (a.visitorId < b.visitorId ? -1 : 1))
  const known = byVisitor.filter(({ known }) => known)
  const doubtful = byVisitor.filter(({ known }) => !known)
  const stitching = {
    async alone(tx: Db, { siteId, visitorId }: Touched) {
      await stitch(tx, siteId, visitorId, now)
      return undefined
    },
    postpone: ({ siteId, visitorId }: Touched) => postponeTouched(db, siteId, visitorId, now + POSTPONEMENT),
    onError,
  }
  const countFresh = async (tx: Db, visitors: Touched[]) => countLeads(tx, await holdFresh(tx, visitors, now), now)
  await seeTo(database, known, VISITORS_AT_ONCE, {
    act: countFresh,
    // Those beside the one that fails are not stitched: they would be counted from their whole histories.
    alone: (tx, visitor) => countFresh(tx, [visitor]),
    // Its leads are due then: if they fail again, it is told, and they are postponed.
    postpone: ({ siteId, visitorId }) => database.transactUnsynced((tx) => stitch(tx, siteId, visitorId, now)),
    onError() {},
  })
  await seeTo(database, doubtful, VISITORS_AT_ONCE, {
    async act(tx, visitors) {
      await holdWithLeads(
        tx,
        visitors.map(({ siteId, visitorId }) => ({ site_id: siteId, visitor_id: visitorId })),
      )
      for (const { siteId, visitorId } of visitors) await stitch(tx, siteId, visitorId, now)
      return undefined
    },
    ...stitching,
  })
  const due = await findDue(db, now, LEADS_A_ROUND)
  const countDue = async (tx: Db, leads: typeof due) => countLeads(tx, await holdDueLeads(tx, leads, now), now)
  await seeTo(database, due, LEADS_AT_ONCE, {
    act: countDue,
    alone: (tx, lead) => countDue(tx, [lead]),
    postpone: ({ siteId, leadId }) => postponeLead(db, siteId, leadId, now + POSTPONEMENT),
    onError,
  })
  const isFull = touches === TOUCHES_A_ROUND
  const [next] = await findDue(db, now, 1)
  // Whose leads were found anew may have touched others, and what is part of a lead makes it due.
  const isPending = isFull || doubtful.length > 0 || next?.dueAt === 0
  return {
    seen: touched.length + due.length,
    isMore: isPending || next !== undefined,
    isPending,
    // Of those that only fade there may be many at once, and no event waits for them.
    isBehind: isFull || (due.length === LEADS_A_ROUND && due.at(-1)?.dueAt === 0),
  }
}

/** Of each lead that the visitors' new events belong to: its row, held, and those events. */
async function holdFresh(tx: Db, visitors: Touched[], now: number) {
  const fresh = await takeFresh(tx, visitors)
  const held = await holdOrCreateLeads(tx, fresh, now)
  const events = new Map(fresh.map((each) => [`${each.siteId} ${each.leadId}`, each.fresh]))
  return held.map((lead) => ({ lead, fresh: events.get(`${lead.site_id} ${lead.lead_id}`) ?? [] }))
}

type Moved = Awaited<ReturnType<typeof countLeads>> | undefined

interface Work<T> {
  /** @returns the leads that it moved, by site */
  act(tx: Db, some: T[]): Promise<Moved>
  /** The same for one, where that may help. */
  alone(tx: Db, one: T): Promise<Moved>
  postpone(one: T): Promise<void>
  onError(error: unknown): void
}

/** Sees to all, some at a time, lets everything else have its turn in between, and tells who moved. */
async function seeTo<T>(database: Database, all: T[], atOnce: number, work: Work<T>): Promise<void> {
  for (let from = 0; from < all.length; from += atOnce) {
    for (const moved of await seeToSome(database, all.slice(from, from + atOnce), work)) {
      for (const [siteId, leadIds] of moved ?? []) await database.tell({ siteId, leadIds })
    }
    // SQLite answers at once, so that awaiting it lets nobody in.
    await new Promise(setImmediate)
  }
}

/** Sees to some in one transaction; where that fails, to each in its own, and postpones those that fail again. */
async function seeToSome<T>(database: Database, some: T[], work: Work<T>): Promise<Moved[]> {
  try {
    return [await database.transactUnsynced((tx) => work.act(tx, some))]
  } catch (error) {
    // Nobody's fault: all of it is tried again in a moment.
    if (database.engine.troubleOf(error)) throw error
  }
  const results: Moved[] = []
  for (const one of some) {
    try {
      results.push(await database.transactUnsynced((tx) => work.alone(tx, one)))
    } catch (error) {
      if (database.engine.troubleOf(error)) throw error
      work.onError(error)
      await work.postpone(one)
    }
  }
  return results
}

/** The job: runs after each commit, and once a second for what is due by time or was taken in elsewhere. */
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
    const { isMore, isBehind, isPending } = await updateStandings(this.#database, this.#clock(), this.#onError).catch(
      (error) => {
        tellAll(waiting, false)
        throw error
      },
    )
    tellAll(waiting, isPending)
    if (!isBehind) {
      this.#behindSince = undefined
      this.#uncounted -= before
    }
    return isMore
  }
}

function tellAll(waiting: ((isPending: boolean) => void)[], isPending: boolean): void {
  for (const tell of waiting.splice(0)) tell(isPending)
}

const EVERY = 1000
/** Half of the second that is promised: what was taken in until then must still be counted within the other half. */
const LONGEST_LAG = 500
/** With fewer it is the machine that is slow, not that too much arrives: to send somebody away would not help. */
const MOST_UNCOUNTED = 1000
/** Several events of one lead within this time are counted at once: it costs hardly more than counting one. */
const COALESCED_WITHIN = 250
