/**
 * What is taken in is worth something: for each visitor touched, stitch; for each lead concerned, once: hold → fold → save.
 * It runs at most a second behind the commit. What a crash left behind is still marked in the database, and caught up.
 */
import { scoreLead } from './domain/score.ts'
import { companyOf, nameOf } from './domain/traits.ts'
import type { Database, Db } from './store/database.ts'
import { historyOf } from './store/history.ts'
import { findDue, hideLead, holdDueLead, markDue, postponeLead, removeLead, saveLead } from './store/leads.ts'
import { hasMapEdits } from './store/map.ts'
import { mergedInto } from './store/merges.ts'
import { hasNotes } from './store/notes.ts'
import { findKeptRulesets } from './store/rulesets.ts'
import type { LeadTable } from './store/schema.ts'
import { findTouched, hasQuarantined, postponeTouched, stitch } from './store/spans.ts'
import { recordRules, recordStages } from './store/stagelog.ts'
import { findFormer, removeFormer, saveWorth } from './store/standings.ts'
import { firstSeenAt, lastSeenAt, worthOf } from './worth.ts'

/** In one transaction: enough to share a sync, few enough to let intake in between. */
const VISITORS_AT_ONCE = 100
const LEADS_AT_ONCE = 50

/** What fails by itself is tried again after so long: by then it may be mended, and meanwhile it keeps nobody waiting. */
const POSTPONEMENT = 60 * 60 * 1000

/**
 * Counts whatever is not counted yet and moves whatever fades by `now`.
 * @returns how many visitors and leads it saw to; 0: everything is up to date
 */
export async function updateStandings(
  database: Database,
  now: number,
  onError: (error: unknown) => void,
): Promise<number> {
  const { db } = database
  const touched = await findTouched(db, now, VISITORS_AT_ONCE)
  await seeTo(database, touched, {
    async act(tx, visitors) {
      for (const { siteId, visitorId } of visitors) await stitch(tx, siteId, visitorId, now)
    },
    postpone: ({ siteId, visitorId }) => postponeTouched(db, siteId, visitorId, now + POSTPONEMENT),
    onError,
  })
  const due = await findDue(db, now, LEADS_AT_ONCE)
  const updated = await seeTo(database, due, {
    act: (tx, leads) => updateLeads(tx, leads, now),
    postpone: ({ siteId, leadId }) => postponeLead(db, siteId, leadId, now + POSTPONEMENT),
    onError,
  })
  for (const [siteId, leadIds] of updated.flatMap((moved) => [...moved])) await database.tell({ siteId, leadIds })
  return touched.length + due.length
}

interface Work<T, R> {
  act(tx: Db, some: T[]): Promise<R>
  postpone(one: T): Promise<void>
  onError(error: unknown): void
}

/** Sees to all in one transaction; where that fails, to each in its own, and postpones those that fail again. */
async function seeTo<T, R>(database: Database, some: T[], work: Work<T, R>): Promise<R[]> {
  const [first] = some
  if (first === undefined) return []
  try {
    return [await database.transact((tx) => work.act(tx, some))]
  } catch (error) {
    // Nobody's fault: all of it is tried again in a moment.
    if (database.engine.troubleOf(error)) throw error
    if (some.length === 1) {
      work.onError(error)
      await work.postpone(first)
      return []
    }
  }
  const results: R[] = []
  for (const one of some) results.push(...(await seeTo(database, [one], work)))
  return results
}

/** @returns the leads whose standing was worked out, by site */
async function updateLeads(
  tx: Db,
  due: { siteId: string; leadId: string }[],
  now: number,
): Promise<Map<string, string[]>> {
  const held: LeadTable[] = []
  // In the order of their ids, so that two collectors never wait for each other in a ring.
  for (const { siteId, leadId } of due.sort((a, b) => (a.leadId < b.leadId ? -1 : 1))) {
    const lead = await holdDueLead(tx, siteId, leadId, now)
    if (lead) held.push(lead)
  }
  const moved = new Map<string, string[]>()
  const rulesets = new Map<string, Rulesets>()
  for (const lead of held) {
    const { site_id, lead_id } = lead
    // Read after the leads are held: a version asked for before that is seen, one asked for after it waits for them.
    const rules = rulesets.get(site_id) ?? (await findRulesets(tx, site_id))
    rulesets.set(site_id, rules)
    await updateLead(tx, lead, rules, now)
    moved.set(site_id, [...(moved.get(site_id) ?? []), lead_id])
  }
  return moved
}

type Rulesets = Awaited<ReturnType<typeof findRulesets>>

async function findRulesets(tx: Db, siteId: string) {
  const rulesets = await findKeptRulesets(tx, siteId)
  const [former] = await findFormer(tx, siteId, rulesets.live.version, 1)
  return { ...rulesets, hasFormer: former !== undefined }
}

/** Works a lead out by the live rules, and by those that are on their way. */
async function updateLead(tx: Db, lead: LeadTable, { live, next, hasFormer }: Rulesets, now: number): Promise<void> {
  const { site_id, lead_id } = lead
  const root = lead.email === null ? undefined : await mergedInto(tx, site_id, lead_id)
  if (root !== undefined) {
    await hideLead(tx, lead)
    return markDue(tx, site_id, [root], now)
  }
  const history = await historyOf(tx, site_id, lead_id)
  if (history.length === 0 && !(await isKept(tx, lead))) return removeLead(tx, lead)
  if (hasFormer) {
    // What the switch did to it must be in its log before anything else.
    for (const { stage } of await removeFormer(tx, site_id, [lead_id], live.version)) {
      await recordRules(tx, site_id, lead_id, stage, live)
    }
  }
  const score = scoreLead(history, live.ruleset, now, live.publishes)
  const worths = [worthOf(score, history, live.version, lead)]
  if (next) worths.push(worthOf(scoreLead(history, next.ruleset, now, next.publishes), history, next.version, lead))
  await recordStages(tx, lead, score.stage.changes, history, live, now)
  for (const worth of worths) await saveWorth(tx, lead, worth)
  await saveLead(tx, lead, {
    name: nameOf(score.traits),
    company: companyOf(score.traits),
    version: live.version,
    first_seen_at: firstSeenAt(history) ?? lead.first_seen_at,
    last_seen_at: lastSeenAt(history) ?? lead.last_seen_at,
    next_change_at: Math.min(...worths.map(({ next_change_at }) => next_change_at)),
  })
}

/** Of whom nothing counts: is there anything that somebody wrote or did, or may still undo or release? */
async function isKept(tx: Db, { site_id, lead_id }: LeadTable): Promise<boolean> {
  if (await hasNotes(tx, site_id, lead_id)) return true
  return (await hasQuarantined(tx, site_id, lead_id)) || (await hasMapEdits(tx, site_id, lead_id))
}

/** The job: runs after each commit, and once a second for what is due by time or was taken in elsewhere. */
export class StandingsJob {
  readonly #database: Database
  readonly #clock: () => number
  readonly #onError: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(database: Database, clock: () => number, onError: (error: unknown) => void) {
    this.#database = database
    this.#clock = clock
    this.#onError = onError
    this.#timer = setInterval(() => this.wake(), EVERY)
    this.wake()
  }

  /** Something happened. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#run()
  }

  /** Resolves once everything committed before is counted. */
  async upToDate(): Promise<void> {
    this.wake()
    await this.#running
  }

  /** Ends after the round that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        while (!this.#stopped && (await updateStandings(this.#database, this.#clock(), this.#onError)) > 0) {
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
}

const EVERY = 1000
