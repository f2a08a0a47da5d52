import type { Canary } from '../canary.ts'
import type { Census } from '../census.ts'
import type { Condition } from '../condition.ts'
import type { Config } from '../config.ts'
import type { ErasureJob } from '../erasure-job.ts'
import type { Intake } from '../intake.ts'
import type { Log } from '../log.ts'
import type { Loop } from '../loop.ts'
import type { Meters } from '../meters.ts'
import type { Queue } from '../queue.ts'
import type { RescoringJob } from '../rescoring.ts'
import type { RetentionJob } from '../retention.ts'
import type { StandingsJob } from '../standings-job.ts'
import type { Database } from '../store/database.ts'
import type { User } from '../store/users.ts'
import type { File } from './files.ts'
import type { PinnedTracker } from './tracker.ts'
import type { FindCountry } from './whereabouts.ts'

/** What every route may need: a running collector's parts. */
export interface Collector {
  config: Config
  database: Database
  intake: Intake
  standings: StandingsJob
  rescoring: RescoringJob
  erasures: ErasureJob
  retention: RetentionJob
  /** One preview at a time has the machine. */
  previews: Queue
  findCountry: FindCountry
  condition: Condition
  canary: Canary
  loop: Loop
  meters: Meters
  census: Census
  log: Log
  /** Milliseconds since 1970. */
  clock: () => number
  /** What is served as it is, by path. */
  files: Map<string, File>
  pinnedTracker: PinnedTracker
  /** Set once an `X-Forwarded-For` arrived although no proxy is trusted. */
  sawUntrustedProxy: boolean
  isStopping: boolean
}

/** What the sign-in check leaves for the routes behind it. */
export interface SignedIn {
  Variables: { user: User }
}
