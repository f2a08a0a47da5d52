/**
 * What is taken in is worth something: for each visitor touched, stitch; for each lead concerned, once: hold → fold → save.
 * It runs at most a second behind the commit. What a crash left behind is still marked in the database, and caught up.
 */
import { countLeads } from './count.ts'
import type { Database, Db } from './store/database.ts'
import { findTouched, type Touched, takeFresh } from './store/fresh.ts'
import { findDue, holdDueLeads, holdOrCreateLeads, postponeLead } from './store/leads.ts'
import { postponeTouched, stitch } from './store/spans.ts'

/** In one transaction: enough to share its cost, few enough to let everything else in between. */
const TOUCHES_AT_ONCE = 200
const LEADS_AT_ONCE = 50

/** What fails by itself is tried again after so long: by then it may be mended, and meanwhile it keeps nobody waiting. */
const POSTPONEMENT = 60 * 60 * 1000

/**
 * Counts whatever is not counted yet and moves whatever fades by `now`.
 * @returns how many visitors and leads it saw to; 0: everything is up to date. `isBehind`: events that were there before
 * it began may still not be counted
 */
export async function updateStandings(
  database: Database,
  now: number,
  onError: (error: unknown) => void,
): Promise<{ seen: number; isBehind: boolean }> {
  const { db } = database
  const touched = await findTouched(db, now, TOUCHES_AT_ONCE)
  const byVisitor = touched.toSorted((a, b) => (a.visitorId < b.visitorId ? -1 : 1))
  const stitching = {
    async alone(tx: Db, { siteId, visitorId }: Touched) {
      await stitch(tx, siteId, visitorId, now)
      return undefined
    },
    postpone: ({ siteId, visitorId }: Touched) => postponeTouched(db, siteId, visitorId, now + POSTPONEMENT),
    onError,
  }
  const counted = await seeTo(
    database,
    byVisitor.filter(({ known }) => known),
    { act: async (tx, visitors) => countLeads(tx, await holdFresh(tx, visitors, now), now), ...stitching },
  )
  await seeTo(
    database,
    byVisitor.filter(({ known }) => !known),
    {
      async act(tx, visitors) {
        for (const { siteId, visitorId } of visitors) await stitch(tx, siteId, visitorId, now)
      },
      ...stitching,
    },
  )
  const due = await findDue(db, now, LEADS_AT_ONCE)
  const countDue = async (tx: Db, leads: typeof due) => countLeads(tx, await holdDueLeads(tx, leads, now), now)
  const updated = await seeTo(database, due, {
    act: countDue,
    alone: (tx, lead) => countDue(tx, [lead]),
    postpone: ({ siteId, leadId }) => postponeLead(db, siteId, leadId, now + POSTPONEMENT),
    onError,
  })
  for (const [siteId, leadIds] of [...counted, ...updated].flatMap((moved) => [...(moved ?? [])])) {
    await database.tell({ siteId, leadIds })
  }
  const touches = touched.reduce((sum, { touchIds }) => sum + touchIds.length, 0)
  // Of those that only fade there may be many at once, and no event waits for them.
  const isBehind = touches === TOUCHES_AT_ONCE || (due.length === LEADS_AT_ONCE && due.at(-1)?.dueAt === 0)
  return { seen: touched.length + due.length, isBehind }
}

/** Of each lead that the visitors' new events belong to: its row, held, and those events. */
async function holdFresh(tx: Db, visitors: Touched[], now: number) {
  const fresh = await takeFresh(tx, visitors)
  const held = await holdOrCreateLeads(tx, fresh, now)
  const events = new Map(fresh.map((each) => [`${each.siteId} ${each.leadId}`, each.fresh]))
  return held.map((lead) => ({ lead, fresh: events.get(`${lead.site_id} ${lead.lead_id}`) ?? [] }))
}

interface Work<T, R> {
  act(tx: Db, some: T[]): Promise<R>
  /** The same for one, where that may help. */
  alone(tx: Db, one: T): Promise<R | undefined>
  postpone(one: T): Promise<void>
  onError(error: unknown): void
}

/** Sees to all in one transaction; where that fails, to each in its own, and postpones those that fail again. */
async function seeTo<T, R>(database: Database, some: T[], work: Work<T, R>): Promise<(R | undefined)[]> {
  if (some.length === 0) return []
  try {
    return [await database.transactUnsynced((tx) => work.act(tx, some))]
  } catch (error) {
    // Nobody's fault: all of it is tried again in a moment.
    if (database.engine.troubleOf(error)) throw error
  }
  const results: (R | undefined)[] = []
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

  constructor(database: Database, clock: () => number, onError: (error: unknown) => void) {
    this.#database = database
    this.#clock = clock
    this.#onError = onError
    this.#timer = setInterval(() => this.#begin(), EVERY)
    this.#begin()
  }

  /** Something happened: it is seen to in a moment, together with what happens until then. */
  wake(): void {
    this.#waking ??= setTimeout(() => this.#begin(), COALESCED_WITHIN)
  }

  /** Resolves once everything committed before is counted. */
  async upToDate(): Promise<void> {
    this.#begin()
    await this.#running
  }

  /** For how many milliseconds there have been events that are not counted. */
  get lag(): number {
    return this.#behindSince === undefined ? 0 : performance.now() - this.#behindSince
  }

  /** Whether it has fallen so far behind that nothing more should be taken in until it has caught up. */
  get isBehind(): boolean {
    return this.lag > LONGEST_LAG
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
        while (!this.#stopped && (await this.#round()) > 0) {
          // Everything else has its turn in between: SQLite answers at once, so that awaiting it lets nobody in.
          await new Promise(setImmediate)
        }
      } catch (error) {
        // Nothing is lost: what was not seen to is still marked, and the timer tries again.
        this.#onError(error)
      }
    }
    this.#running = undefined
  }

  async #round(): Promise<number> {
    this.#behindSince ??= performance.now()
    const { seen, isBehind } = await updateStandings(this.#database, this.#clock(), this.#onError)
    if (!isBehind) this.#behindSince = undefined
    return seen
  }
}

const EVERY = 1000
/** Half of the second that is promised: what was taken in until then must still be counted within the other half. */
const LONGEST_LAG = 500
/** Several events of one lead within this time are counted at once: it costs hardly more than counting one. */
const COALESCED_WITHIN = 100
