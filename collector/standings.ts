/**
 * What is taken in is worth something: for each visitor touched, stitch; for each lead concerned, once: hold → fold → save.
 * It runs at most a second behind the commit. What a crash left behind is still marked in the database, and caught up.
 */
import { countLeads } from './count.ts'
import type { Database, Db } from './store/database.ts'
import { addLater, type Found, findTouched, type Touched, takeFresh } from './store/fresh.ts'
import { holdWithLeads } from './store/holding.ts'
import { findDue, holdDueLeads, holdOrCreateLeads, postponeLead } from './store/leads.ts'
import { findRecounts, recountObjectors } from './store/objections.ts'
import { postponeTouched, stitch } from './store/spans.ts'

/**
 * Seen to in one round. What one visitor did since the last round costs hardly more than a single event, so a round takes
 * what there is; rounds that come one after another find it bounded.
 */
const TOUCHES_A_ROUND = 4000
const LEADS_A_ROUND = 1000
/** Visitors or leads in one transaction: enough to share its cost, few enough to let everything else in between. */
const AT_ONCE = 30

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
  /** The site after which the next one is to begin, so that a busy site does not keep the others waiting. */
  after: string
}

/**
 * Counts whatever is not counted yet and moves whatever fades by now.
 * @param clock asked in each transaction: it finds what has been taken in since the round began, too, and on what is dated
 *   ahead of its time nothing can be counted
 */
export async function updateStandings(
  database: Database,
  clock: () => number,
  onError: (error: unknown) => void,
  after = '',
): Promise<Round> {
  const { db } = database
  const found = await findTouched(db, after, TOUCHES_A_ROUND, clock())
  const touched = [...found.touched.values()].sort((a, b) => (a.visitorId < b.visitorId ? -1 : 1))
  const known = touched.filter(({ known }) => known)
  const doubtful = touched.filter(({ known }) => !known)
  const stitching = {
    async alone(tx: Db, { siteId, visitorId }: Touched) {
      await stitch(tx, siteId, visitorId, clock())
      return undefined
    },
    postpone: ({ siteId, visitorId }: Touched) => postponeTouched(db, siteId, visitorId, clock() + POSTPONEMENT),
    onError,
  }
  const countFresh = async (tx: Db, visitors: Touched[]) => {
    const held = await holdFresh(tx, found, visitors, clock())
    return countLeads(tx, held, clock())
  }
  await seeTo(database, known, {
    act: countFresh,
    // Those beside the one that fails are not stitched: they would be counted from their whole histories.
    alone: (tx, visitor) => countFresh(tx, [visitor]),
    // Its leads are due then: if they fail again, it is told, and they are postponed.
    postpone: ({ siteId, visitorId }) => database.transactUnsynced((tx) => stitch(tx, siteId, visitorId, clock())),
    onError() {},
  })
  await seeTo(database, doubtful, {
    async act(tx, visitors) {
      await holdWithLeads(
        tx,
        visitors.map(({ siteId, visitorId }) => ({ site_id: siteId, visitor_id: visitorId })),
      )
      for (const { siteId, visitorId } of visitors) await stitch(tx, siteId, visitorId, clock())
      return undefined
    },
    ...stitching,
  })
  const recount = async (tx: Db, recounts: Awaited<ReturnType<typeof findRecounts>>) => {
    await recountObjectors(tx, recounts)
    return undefined
  }
  await seeTo(database, await findRecounts(db), {
    act: recount,
    alone: (tx, one) => recount(tx, [one]),
    // The next round tries it again.
    async postpone() {},
    onError,
  })
  const due = await findDue(db, clock(), LEADS_A_ROUND)
  const countDue = async (tx: Db, leads: typeof due) => {
    const held = await holdDueLeads(tx, leads, clock())
    return countLeads(tx, held, clock())
  }
  await seeTo(database, due, {
    act: countDue,
    alone: (tx, lead) => countDue(tx, [lead]),
    postpone: ({ siteId, leadId }) => postponeLead(db, siteId, leadId, clock() + POSTPONEMENT),
    onError,
  })
  const isFull = found.last !== null
  const [next] = await findDue(db, clock(), 1)
  // Whose leads were found anew may have touched others, and what is part of a lead makes it due.
  const isPending = isFull || doubtful.length > 0 || next?.dueAt === 0
  return {
    seen: touched.length + due.length,
    isMore: isPending || next !== undefined,
    isPending,
    // Of those that only fade there may be many at once, and no event waits for them.
    isBehind: isFull || (due.length === LEADS_A_ROUND && due.at(-1)?.dueAt === 0),
    after: found.last ?? '',
  }
}

/** Of each lead that the visitors' new events belong to: its row, held, and those events. */
async function holdFresh(tx: Db, found: Found, visitors: Touched[], now: number) {
  const siteIds = new Set(visitors.map(({ siteId }) => siteId))
  await addLater(tx, found, [...siteIds], now)
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
async function seeTo<T>(database: Database, all: T[], work: Work<T>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE) {
    for (const moved of await seeToSome(database, all.slice(from, from + AT_ONCE), work)) {
      for (const [siteId, leadIds] of moved ?? []) await database.tell({ siteId, leadIds })
    }
    await database.othersFirst()
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
