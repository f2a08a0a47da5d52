import { closeSync, fdatasync, openSync, realpathSync } from 'node:fs'

/**
 * The log of a SQLite file (WAL), to be taken to the disk beside everything else. Told to sync, SQLite would do it within the
 * commit, and the whole process would wait for the disk each time.
 *
 * It is the same promise: with `synchronous=NORMAL` a commit writes the same pages in the same order and leaves out its last
 * step, a sync of the log. Whoever does that step before acknowledging anything has what `FULL` gives; a log that begins
 * anew, and checkpoints, SQLite syncs itself. https://sqlite.org/pragma.html#pragma_synchronous
 */
export class Wal {
  readonly #descriptor: number
  #last: Promise<void> = Promise.resolve()
  #isClosed = false

  /** @param path of the database, which has been read: then its log is there */
  constructor(path: string) {
    this.#descriptor = openSync(`${realpathSync(path)}-wal`, 'r+')
  }

  /** @returns once everything that was committed before is on the disk; one after the other, in the order of the calls */
  sync(): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('The database is closed'))
    this.#last = this.#last.then(() => this.#sync())
    return this.#last
  }

  /** Resolves once no sync is under way that somebody has asked for by now. */
  get synced(): Promise<void> {
    return this.#last
  }

  /** Waits for those under way: another file may bear the number of this one by then. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#last
    closeSync(this.#descriptor)
  }

  #sync(): Promise<void> {
    return new Promise((resolve) => {
      fdatasync(this.#descriptor, (error) => {
        // The process ends here. What the system could not write it may have dropped, and a further sync would say nothing
        // of it; the commit stands meanwhile, so that an event sent once more would be acknowledged as known. Whoever
        // starts next writes what the log holds to the file itself (`copyLog`). https://lwn.net/Articles/752063/
        if (error) throw error
        resolve()
      })
    })
  }
}
