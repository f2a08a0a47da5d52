import type { Server } from 'node:http'
import { createApp } from './app.ts'
import { Canary } from './canary.ts'
import { Census } from './census.ts'
import { CheckpointJob } from './checkpoints.ts'
import { steadyClock } from './clock.ts'
import { Condition } from './condition.ts'
import type { Config } from './config.ts'
import { reconcile } from './erasure.ts'
import { ErasureJob } from './erasure-job.ts'
import type { Collector } from './http/context.ts'
import { loadFiles } from './http/files.ts'
import { close, listen, portOf } from './http/server.ts'
import { pinTracker } from './http/tracker.ts'
import { openCountries } from './http/whereabouts.ts'
import { type Commit, Intake } from './intake.ts'
import { createLog, type Log } from './log.ts'
import { Loop } from './loop.ts'
import { Meters } from './meters.ts'
import { hashPassword, hashToken, newToken } from './password.ts'
import { Queue } from './queue.ts'
import { RescoringJob } from './rescoring.ts'
import { RetentionJob } from './retention.ts'
import { StandingsJob } from './standings-job.ts'
import { type Database, openDatabase } from './store/database.ts'
import { ensureSite } from './store/sites.ts'
import { createUser, hasUsers, recordLink } from './store/users.ts'
import {
  checkpointInThread,
  countShelvesInThread,
  diskInThreads,
  findDamageInThread,
  stopThreads,
  workOutInThread,
} from './threads.ts'
import { Tombstones } from './tombstones.ts'

/** A link for the first user is good for so long; each start prints a new one. */
const FIRST_LINK_LIFE = 24 * 60 * 60 * 1000

export interface Running {
  collector: Collector
  app: ReturnType<typeof createApp>
  /** `http://localhost:3000` */
  url: string
  /** The one-time link to sign up, as long as there is no user. */
  firstLink: string | null
  /** Answers what is under way, writes what is waiting, closes the database. */
  stop(): Promise<void>
}

/** Database → app → listen → jobs. @throws where one of them cannot be had */
export async function startCollector(config: Config, given?: () => number): Promise<Running> {
  const log = createLog()
  const clock =
    given ?? steadyClock((by) => log.warn({ by }, 'The clock has jumped: it is believed once that has lasted'))
  const findCountry = openCountries(config.countryDatabase)
  const database = await openDatabase(config.databaseUrl)
  try {
    await ensureSite(database.db, config.site, clock())
    if (config.admin && !(await hasUsers(database.db))) {
      const { email, password } = config.admin
      await createUser(database.db, email, await hashPassword(password), clock())
    }
    const tombstones = new Tombstones(config.erased)
    // Before anything is taken in or shown: a restored backup brings nobody back.
    await reconcile(database, tombstones, Number.POSITIVE_INFINITY, clock())
    const condition = new Condition(database, log)
    const onFailure = (job: string) => (err: unknown) => {
      if (condition.note(err) === null) log.error({ err }, `${job} will be tried again`)
    }
    const standings = new StandingsJob(database, clock, onFailure('Scoring'))
    const rescoring = new RescoringJob(database, workOutInThread(database), clock, onFailure('Publishing'))
    const checkpoints = new CheckpointJob(database, () => checkpointInThread(database), onFailure('Copying the log'))
    const ending = new AbortController()
    if (database.found.wasUnclean) checkFile(database, condition, log, ending.signal)
    const meters = new Meters()
    const onCommit = (commit: Commit) => {
      meters.committed(commit)
      standings.wake(commit.receipts.reduce((sum, { accepted }) => sum + accepted, 0))
    }
    const intake = new Intake(database, onCommit, tombstones)
    const files = new Map(
      ['dashboard', 'tracker', 'tracker-debug'].flatMap((target) => [...loadFiles(`dist/${target}`)]),
    )
    const collector: Collector = {
      config,
      database,
      standings,
      rescoring,
      previews: new Queue(),
      erasures: new ErasureJob(database, tombstones, diskInThreads(database), clock, onFailure('Erasing')),
      retention: new RetentionJob(database, clock, log),
      intake,
      canary: new Canary(database, intake, standings, clock),
      loop: new Loop(),
      meters,
      census: new Census(() => countShelvesInThread(database, ending.signal)),
      findCountry,
      condition,
      log,
      clock,
      files,
      pinnedTracker: await pinTracker(files, database, clock()),
      sawUntrustedProxy: false,
      isStopping: false,
    }
    const app = createApp(collector)
    const server = await listen(app.fetch, config.port, config.host)
    const url = `http://localhost:${portOf(server)}`
    const firstLink = await makeFirstLink(collector, config.publicUrl ?? url)
    log.info({ port: portOf(server), node: process.version }, 'Started')
    return { collector, app, url, firstLink, stop: () => stop(server, collector, checkpoints, ending) }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function makeFirstLink({ database, clock }: Collector, url: string): Promise<string | null> {
  if (await hasUsers(database.db)) return null
  const token = newToken()
  await recordLink(database.db, hashToken(token), { kind: 'first', email: null }, clock() + FIRST_LINK_LIFE)
  return `${url}/join#${token}`
}

/** After a process that ended without a word the file is read as a whole, beside the ordinary work. */
async function checkFile(database: Database, condition: Condition, log: Log, signal: AbortSignal): Promise<void> {
  try {
    const damage = await findDamageInThread(database, signal)
    if (damage !== null) condition.declareDamaged(damage)
  } catch (error) {
    if (!signal.aborted && condition.note(error) === null) log.error({ err: error }, 'The file could not be checked')
  }
}

async function stop(
  server: Server,
  collector: Collector,
  checkpoints: CheckpointJob,
  ending: AbortController,
): Promise<void> {
  const { log, condition, canary, loop, intake, standings, rescoring, erasures, retention, database } = collector
  log.info('Stopping')
  ending.abort()
  collector.isStopping = true
  await close(server)
  await canary.stop()
  await intake.drain()
  await standings.stop()
  await checkpoints.stop()
  await erasures.stop()
  await rescoring.stop()
  await retention.stop()
  condition.room?.stop()
  loop.stop()
  await stopThreads(database)
  await database.close()
  log.info('Stopped')
}
