/** How many leads stand in which list. To count them takes a while where there are many, so it is done in a thread. */

import type { Shelf } from './domain/shelf.ts'
import { SHELVES } from './domain/sums.ts'

/** Whoever asks sooner is told what was counted before. */
const COUNTED_EVERY = 5 * 60 * 1000

export class Census {
  readonly #count: () => Promise<Map<Shelf, number>>
  #counts: Map<Shelf, number> | undefined
  #counting: Promise<void> | undefined
  #countedAt = Number.NEGATIVE_INFINITY

  /** @param count counts, however long it takes */
  constructor(count: () => Promise<Map<Shelf, number>>) {
    this.#count = count
  }

  /** @returns undefined where it could not be told yet */
  async leads(): Promise<Map<Shelf, number> | undefined> {
    if (performance.now() - this.#countedAt > COUNTED_EVERY) this.#counting ??= this.#countAgain()
    // Only the first one waits.
    if (!this.#counts) await this.#counting
    return this.#counts
  }

  async #countAgain(): Promise<void> {
    this.#countedAt = performance.now()
    try {
      const counts = await this.#count()
      this.#counts = new Map(SHELVES.map((shelf) => [shelf, counts.get(shelf) ?? 0]))
    } catch {
      // What was counted before is still the best that can be told; the next one who asks later makes it try again.
    }
    this.#counting = undefined
  }
}
