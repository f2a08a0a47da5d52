/** Whoever asks for more than this many at a time is not remembered one by one. */
const MOST_KEYS = 10_000

interface Bucket {
  tokens: number
  at: number
}

/** So many a second for each key, with bursts, in bounded memory (a token bucket). 0 a second: as many as like. */
export class Allowance {
  readonly #buckets = new Map<string, Bucket>()
  readonly #perSecond: number
  readonly #burst: number

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond
    this.#burst = burst
  }

  /** @returns 0 if this one is allowed, else in how many seconds the next one is */
  take(key: string, now: number): number {
    if (this.#perSecond === 0) return 0
    const known = this.#buckets.get(key)
    // A clock that was set back takes nothing away.
    const passed = known ? Math.max(0, now - known.at) : 0
    const grown = known ? known.tokens + (passed / 1000) * this.#perSecond : this.#burst
    const tokens = Math.min(this.#burst, grown)
    // Deleted and set again: the map's order is that of last use, and the one unused for longest goes first.
    this.#buckets.delete(key)
    if (this.#buckets.size >= MOST_KEYS) this.#buckets.delete(this.#buckets.keys().next().value as string)
    this.#buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now })
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / this.#perSecond))
  }
}
