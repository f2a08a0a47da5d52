import type { Database } from './store/database.ts'

const EVERY = 250
/** While much is written: a little at a time disturbs those who wait for an answer less than much at once. */
const SOON = 50

/**
 * The job: brings what SQLite has written to its log into the file, time and again. Left to whoever commits, it would hold
 * up everybody for as long as the disk takes.
 */
export class CheckpointJob {
  readonly #checkpoint: () => Promise<boolean>
  readonly #onError: (error: unknown) => void
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #stopped = false

  /** @param checkpoint does it, beside everything else, and tells whether there was enough to be worth it */
  constructor({ path }: Database, checkpoint: () => Promise<boolean>, onError: (error: unknown) => void) {
    this.#checkpoint = checkpoint
    this.#onError = onError
    // Postgres sees to its log itself.
    if (path !== null) this.#wait(EVERY)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#running
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#run()
    }, ms)
  }

  async #run(): Promise<void> {
    let isBusy = false
    try {
      isBusy = await this.#checkpoint()
    } catch (error) {
      this.#onError(error)
    }
    if (!this.#stopped) this.#wait(isBusy ? SOON : EVERY)
  }
}
