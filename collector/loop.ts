/** How late the event loop is: everything that happens here waits for it. */
import { Histogram } from './prometheus.ts'

const LOOKED_EVERY = 20
/** A turn that takes longer than this keeps those waiting who have just asked. */
const LATE = 200

export class Loop {
  /** In seconds. */
  readonly delays = new Histogram([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5])
  readonly #timer: NodeJS.Timeout
  #lookedAt = performance.now()
  #lateTurns = 0

  constructor() {
    this.#timer = setInterval(() => this.#look(), LOOKED_EVERY).unref()
  }

  /** One late turn may be a pause, after which all goes on as before: a second one means that there is too much to do. */
  get isLate(): boolean {
    return this.#lateTurns > 1
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const now = performance.now()
    const delay = Math.max(0, now - this.#lookedAt - LOOKED_EVERY)
    this.#lookedAt = now
    this.#lateTurns = delay > LATE ? this.#lateTurns + 1 : 0
    this.delays.observe(delay / 1000)
  }
}
