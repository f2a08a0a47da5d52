/**
 * A published version of the rules works everybody out from their history, part by part, beside the standings that all
 * still see; then all see the new ones at once, and the former ones are cleared away. What a crash interrupts goes on
 * where the database says that it has come to. Several collectors may try: one works, and more would do no harm.
 */
import { randomUUID } from 'node:crypto'
import { countAll } from './domain/bookmark.ts'
import type { Database, Db } from './store/database.ts'
import { countLeadsOf, findHistories, findPart } from './store/histories.ts'
import { holdLeadRows } from './store/holding.ts'
import { holdLeads, markDue } from './store/leads.ts'
import { areMerged } from './store/merges.ts'
import {
  findRulesetOrThrow,
  findVersions,
  holdWork,
  type RulesetVersion,
  recordProgress,
  switchTo,
} from './store/rulesets.ts'
import { findSites } from './store/sites.ts'
import { recordRules } from './store/stagelog.ts'
import { addWorths, findFormer, removeFormer, type Worth } from './store/standings.ts'
import { seenIn, worthOf } from './worth.ts'

/** Leads worked out at a time. */
const LEADS_A_PART = 256
/**
 * Leads in one transaction: intake, which waits for it, waits hardly longer than for its own. Nobody waits for the disk:
 * what a power cut takes is worked out again, from where the database says that it has come to.
 */
const LEADS_A_COMMIT = 32
/** A collector that has not gone on for so long has died. */
const LEASE = 10 * 1000

/** Leads that follow each other, and what they are worth. */
export interface Part {
  /** The id of the last one; undefined where there is none any more. */
  to: string | undefined
  worths: { leadId: string; worth: Worth }[]
  /** Leads whose history cannot be scored. */
  failed: { leadId: string; error: unknown }[]
  /** How many leads there are in all; told with the first part. */
  total: number | undefined
}

/** Works out the part of a site's leads after this id. It may take a while; nothing is written. */
export type WorkOut = (siteId: string, version: number, after: string, now: number) => Promise<Part>

/** Works out a part where it stands. */
export function workOutOn(db: Db): WorkOut {
  // Read once, as it never changes: what is prepared of it serves all parts.
  let known: (RulesetVersion & { siteId: string }) | undefined

  return async (siteId, version, after, now) => {
    if (known?.siteId !== siteId || known.version !== version) {
      known = { ...(await findRulesetOrThrow(db, siteId, version)), siteId }
    }
    const leadIds = await findPart(db, siteId, after, null, LEADS_A_PART)
    const total = after === '' ? await countLeadsOf(db, siteId) : undefined
    const part: Part = { to: leadIds.at(-1), worths: [], failed: [], total }
    for (const { lead, history } of await findHistories(db, siteId, leadIds)) {
      try {
        const counted = countAll(history, known, now)
        part.worths.push({ leadId: lead.lead_id, worth: worthOf(counted, seenIn(history, lead, now), version) })
      } catch (error) {
        part.failed.push({ leadId: lead.lead_id, error })
      }
    }
    return part
  }
}

/**
 * Carries on what publishing has left to do, by one part.
 * @param worker who does it
 * @returns whether there was anything to do
 */
export async function carryOn(
  database: Database,
  workOut: WorkOut,
  worker: string,
  now: number,
  onError: (error: unknown) => void,
): Promise<boolean> {
  const { db } = database
  for (const { id: siteId } of await findSites(db)) {
    const versions = await findVersions(db, siteId)
    const live = versions.find(({ state }) => state === 'live')
    const next = versions.find(({ state }) => state === 'publishing')
    if (!live) continue
    const former = await findFormer(db, siteId, live.version, LEADS_A_PART)
    if (former.length === 0 && !next) continue
    if (!(await holdWork(db, siteId, next?.version ?? live.version, worker, now, now + LEASE))) continue
    for (let from = 0; from < former.length; from += LEADS_A_COMMIT) {
      const slice = former.slice(from, from + LEADS_A_COMMIT)
      await database.transactUnsynced((tx) =>
        clearAway(tx, siteId, slice, { version: live.version, liveAt: live.live_at }, now),
      )
      await database.othersFirst()
    }
    if (former.length > 0) return true
    if (!next) continue
    const part = await workOut(siteId, next.version, next.reached, now)
    if (part.to === undefined) await goLive(database, siteId, next.version, now)
    for (const slice of slicesOf(part)) {
      await database.transactUnsynced((tx) => keep(tx, siteId, next.version, slice, now))
      await database.othersFirst()
    }
    for (const { leadId, error } of part.failed) onError(new Error(`Lead ${leadId} cannot be scored`, { cause: error }))
    return true
  }
  return false
}

/** A part, a few leads at a time, each slice as far as all before it have come; those that failed come first. */
function slicesOf({ to, worths, failed, total }: Part): Part[] {
  if (to === undefined) return []
  return Array.from({ length: Math.max(1, Math.ceil(worths.length / LEADS_A_COMMIT)) }, (_, i) => {
    const slice = worths.slice(i * LEADS_A_COMMIT, (i + 1) * LEADS_A_COMMIT)
    const isLast = (i + 1) * LEADS_A_COMMIT >= worths.length
    return { to: isLast ? to : slice.at(-1)?.leadId, worths: slice, failed: i === 0 ? failed : [], total }
  })
}

/** What somebody did meanwhile has been worked out by both versions already, and stands. */
async function keep(
  tx: Db,
  siteId: string,
  version: number,
  { worths, failed, to, total }: Part,
  now: number,
): Promise<void> {
  const held = await holdLeads(
    tx,
    siteId,
    worths.map(({ leadId }) => leadId),
  )
  const owners = new Map(held.map(({ lead_id, owner }) => [lead_id, owner]))
  // What was merged meanwhile counts as part of another.
  const merged = await areMerged(
    tx,
    held.map(({ lead_id }) => ({ site_id: siteId, lead_id })),
  )
  const there = worths.filter(({ leadId }) => owners.has(leadId) && !merged.has(leadId))
  await addWorths(
    tx,
    there.map(({ leadId, worth }) => ({
      site_id: siteId,
      lead_id: leadId,
      owner: owners.get(leadId) ?? null,
      ...worth,
    })),
  )
  // Those are tried again by themselves, and once more if need be.
  await markDue(
    tx,
    siteId,
    failed.map(({ leadId }) => leadId),
    now,
  )
  await recordProgress(tx, siteId, version, { leads: worths.length + failed.length, reached: to ?? '', total })
}

async function goLive(database: Database, siteId: string, version: number, now: number): Promise<void> {
  const isNew = await database.transact((tx) => switchTo(tx, siteId, version, now))
  if (isNew) await database.tell({ siteId, leadIds: [], version })
}

async function clearAway(
  tx: Db,
  siteId: string,
  leadIds: string[],
  live: { version: number; liveAt: number | null },
  now: number,
): Promise<void> {
  await holdLeadRows(
    tx,
    leadIds.map((lead_id) => ({ site_id: siteId, lead_id })),
  )
  const { moved, unknown } = await removeFormer(tx, siteId, leadIds, live.version)
  for (const { lead_id, stage } of moved) await recordRules(tx, siteId, lead_id, stage, live)
  // Whoever counted a new visitor from before the publish until after the last part saw neither it nor was seen by it.
  await markDue(tx, siteId, unknown, now)
}

/** The job: runs after each publish, and looks once a second for what another collector has left. */
export class RescoringJob {
  readonly #worker = randomUUID()
  readonly #database: Database
  readonly #workOut: WorkOut
  readonly #clock: () => number
  readonly #onError: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #stopped = false

  constructor(database: Database, workOut: WorkOut, clock: () => number, onError: (error: unknown) => void) {
    this.#database = database
    this.#workOut = workOut
    this.#clock = clock
    this.#onError = onError
    this.#timer = setInterval(() => this.wake(), EVERY)
    this.wake()
  }

  /** A version was published. */
  wake(): void {
    if (!this.#stopped) this.#running ??= this.#run()
  }

  /** Resolves once what is published is live, unless another collector works on it. */
  async done(): Promise<void> {
    await this.#running
    this.wake()
    await this.#running
  }

  /** Ends after the part that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopped) {
        if (!(await carryOn(this.#database, this.#workOut, this.#worker, this.#clock(), this.#onError))) break
        await this.#database.othersFirst()
      }
    } catch (error) {
      // Nothing is lost: what is not done is still to be done, and the timer tries again.
      this.#onError(error)
    }
    this.#running = undefined
  }
}

const EVERY = 1000
