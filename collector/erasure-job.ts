/** The job: keeps file and database in agreement, and finishes erasures. */
import { clear, type Disk, erase, LOOK_AGAIN_AFTER, lookAgain, reconcile, type Whom } from './erasure.ts'
import type { Database } from './store/database.ts'
import type { Tombstones } from './tombstones.ts'

const EVERY = 5 * 1000

export class ErasureJob {
  readonly tombstones: Tombstones
  readonly #database: Database
  readonly #disk: Disk
  readonly #clock: () => number
  readonly #onError: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #emptied = 0

  constructor(
    database: Database,
    tombstones: Tombstones,
    disk: Disk,
    clock: () => number,
    onError: (error: unknown) => void,
  ) {
    this.#database = database
    this.tombstones = tombstones
    this.#disk = disk
    this.#clock = clock
    this.#onError = onError
    this.#timer = setInterval(() => this.carryOn(), EVERY)
  }

  erase(whom: Whom): Promise<void> {
    return erase(this.#database, this.tombstones, whom, this.#clock())
  }

  /** Ends after the round that is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  /** Resolves once whatever is due has been tried. */
  carryOn(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<void> {
    const now = this.#clock()
    try {
      await reconcile(this.#database, this.tombstones, now - LOOK_AGAIN_AFTER, now)
      await lookAgain(this.#database, now)
      this.#emptied = await clear(this.#database, this.#disk, this.#emptied, now)
    } catch (error) {
      // Nothing is lost: what is open is still in the database and the file, and the timer tries again.
      this.#onError(error)
    }
  }
}
