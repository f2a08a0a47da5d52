/**
 * What is past its time is deleted, once a day, in transactions so small that nobody waits for them. A clock that has
 * jumped would have it delete what is still young: then it refuses to run until somebody says that the clock is right.
 */
import { cutoffOf, hasJumped, KINDS, type Kind, type Retention } from './domain/retention.ts'
import type { Log } from './log.ts'
import type { Database } from './store/database.ts'
import { findVisitors } from './store/erasures.ts'
import { purgeObjections } from './store/objections.ts'
import { purgeOptOuts } from './store/optouts.ts'
import {
  beginPurge,
  findLastSeenAt,
  findLeadsByAge,
  findPurge,
  findRetention,
  purgeAudit,
  purgeBots,
  purgeBrowsing,
  purgeLead,
  purgeRefusals,
  savePurge,
} from './store/retention.ts'
import { findSites } from './store/sites.ts'

const DAY = 24 * 60 * 60 * 1000
/** In one transaction. */
const ROWS_AT_ONCE = 500
const VISITORS_AT_ONCE = 100

/**
 * Deletes what is past its time on a site.
 * @param count told after each transaction; awaited, so that it may let others in, or throw to end it
 */
export async function purgeSite(
  database: Database,
  siteId: string,
  retention: Retention,
  now: number,
  count: (kind: Kind, deleted: number) => Promise<void>,
): Promise<void> {
  const { db } = database
  const before = Object.fromEntries(KINDS.map((kind) => [kind, cutoffOf(retention[kind], now)])) as Retention
  await count('refused', await database.transact((tx) => purgeRefusals(tx, siteId, before.refused)))
  for (const purge of [purgeOptOuts, purgeObjections, purgeBots]) {
    for (let deleted = ROWS_AT_ONCE; deleted === ROWS_AT_ONCE; await count('refused', deleted)) {
      deleted = await database.transact((tx) => purge(tx, siteId, before.refused, ROWS_AT_ONCE))
    }
  }
  for (let deleted = ROWS_AT_ONCE; deleted === ROWS_AT_ONCE; await count('audit', deleted)) {
    deleted = await database.transact((tx) => purgeAudit(tx, siteId, before.audit, ROWS_AT_ONCE))
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    const visitorIds: string[] = await findVisitors(db, siteId, after, VISITORS_AT_ONCE)
    after = visitorIds.at(-1)
    if (after === undefined) break
    await count('events', await database.transact((tx) => purgeBrowsing(tx, siteId, visitorIds, before.events, now)))
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    const leads: { leadId: string; isOld: boolean }[] = await findLeadsByAge(
      db,
      siteId,
      after,
      before.leads,
      ROWS_AT_ONCE,
    )
    for (const { leadId } of leads.filter(({ isOld }) => isOld)) {
      const isGone = await database.transact((tx) => purgeLead(tx, siteId, leadId, before.leads, now))
      await count('leads', isGone ? 1 : 0)
      if (isGone) await database.tell({ siteId, leadIds: [leadId] })
    }
    after = leads.at(-1)?.leadId
  }
}

/** The job: runs the purge once a day, on one of the collectors. */
export class RetentionJob {
  readonly #database: Database
  readonly #clock: () => number
  readonly #log: Log
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #stopped = false

  constructor(database: Database, clock: () => number, log: Log) {
    this.#database = database
    this.#clock = clock
    this.#log = log
    this.#timer = setInterval(() => this.carryOn(), EVERY)
  }

  /** Resolves once the purge has run, if it was due. */
  carryOn(): Promise<void> {
    this.#running ??= this.#run()
      // Nothing is lost: what is left is deleted by the next one.
      .catch((err) => {
        if (!this.#stopped) this.#log.error({ err }, 'Deleting what is past its time will be tried again')
      })
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  /** Ends after the transaction that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    const { db } = this.#database
    const now = this.#clock()
    const known = await findPurge(db)
    if (known.lastRunAt !== null && now - known.lastRunAt < DAY) return
    if (hasJumped(known.lastRunAt, known.lastRunAt === null ? await findLastSeenAt(db) : null, now)) {
      if (known.refusedAt !== null) return
      await savePurge(db, { ...known, refusedAt: now })
      this.#log.error(
        'The clock seems to have jumped: nothing is deleted until an admin says on the set-up page that it is right',
      )
      return
    }
    if (known.lastRunAt === null) await savePurge(db, known)
    if (!(await beginPurge(db, known.lastRunAt, now))) return
    const purge = { ...known, lastRunAt: now, finishedAt: null, refusedAt: null }
    const deleted = { events: 0, leads: 0, refused: 0, audit: 0 }
    let savedAt = 0
    const count = async (kind: Kind, rows: number) => {
      if (this.#stopped) throw new Error('The server stops')
      deleted[kind] += rows
      if (performance.now() - savedAt > SAVED_EVERY) {
        savedAt = performance.now()
        await savePurge(db, { ...purge, deleted })
      }
      // Everything else has its turn in between: SQLite answers at once, so that awaiting it lets nobody in.
      await new Promise(setImmediate)
    }
    for (const siteId of [...(await findSites(db)).map(({ id }) => id), OF_NO_SITE]) {
      await purgeSite(this.#database, siteId, await findRetention(db, siteId), now, count)
    }
    await savePurge(db, { ...purge, finishedAt: now, deleted })
    if (KINDS.some((kind) => deleted[kind] > 0)) this.#log.info({ deleted }, 'Deleted what is past its time')
  }
}

const EVERY = 60 * 1000
/** How far it has come is told so often. */
const SAVED_EVERY = 1000
/** Refusals and audit entries that are about none. */
const OF_NO_SITE = ''
