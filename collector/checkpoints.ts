import type { Database } from './store/database.ts'

const EVERY = 250

/**
 * The job: brings what SQLite has written to its log into the file, time and again. Left to whoever commits, it would hold
 * up everybody for as long as the disk takes.
 */
export class CheckpointJob {
  readonly #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  /** @param checkpoint does it, beside everything else */
  constructor({ path }: Database, checkpoint: () => Promise<void>, onError: (error: unknown) => void) {
    // Postgres sees to its log itself.
    if (path === null) return
    this.#timer = setInterval(() => {
      this.#running ??= checkpoint()
        .catch(onError)
        .finally(() => {
          this.#running = undefined
        })
    }, EVERY)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }
}
