/** What the collector knows of its own condition. */
import type { Log } from './log.ts'
import { Room } from './room.ts'
import type { Database, Trouble } from './store/database.ts'

/** Trouble that goes on is told again after so long: each request that it fails would fill the log. */
const SAID_EVERY = 60 * 1000

export class Condition {
  /**
   * What is wrong with the database, once something of it made no sense. From then on nothing is told from it and nothing
   * is taken into it: senders keep their events, and a backup can be restored.
   */
  damage: string | null = null
  /** Commits that were acknowledged before the last start and are gone. */
  readonly lostCommits: number
  /** Null: a server keeps the database. */
  readonly room: Room | null
  readonly #database: Database
  readonly #log: Log
  readonly #silentUntil: Partial<Record<Trouble, number>> = {}

  constructor(database: Database, log: Log) {
    this.#database = database
    this.#log = log
    const { path, engine } = database
    this.room = path === null ? null : new Room(path, () => engine.unusedBytes(), log)
    this.lostCommits = database.found.lostCommits
    if (this.lostCommits > 0) {
      log.error({ lostCommits: this.lostCommits }, 'The disk has lost commits that were acknowledged before this start')
    }
  }

  /** Why no events are taken in, before anybody tries; null: they are. */
  get refusal(): Trouble | null {
    if (this.damage !== null) return 'damaged'
    return this.room?.isFull ? 'full' : null
  }

  /** Looks whether an error tells of trouble with the database; it may be the cause of another one. */
  note(error: unknown): Trouble | null {
    const trouble = this.#database.engine.troubleOf(error)
    if (trouble === null) return error instanceof Error && error.cause !== undefined ? this.note(error.cause) : null
    if (trouble === 'full') this.room?.giveWay()
    if (trouble === 'damaged') this.declareDamaged((error as Error).message)
    else if (performance.now() > (this.#silentUntil[trouble] ?? 0)) {
      this.#silentUntil[trouble] = performance.now() + SAID_EVERY
      this.#log.error({ err: error, trouble }, 'The database cannot be written to')
    }
    return trouble
  }

  declareDamaged(damage: string): void {
    if (this.damage === null) this.#log.fatal({ damage }, 'The database is damaged: restore a backup')
    this.damage ??= damage
  }
}
