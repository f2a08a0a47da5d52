/** What intake does, counted and measured as it happens; since the start, and by this collector alone. */
import { CANARY } from './canary.ts'
import type { Commit } from './intake.ts'
import { Counter, Histogram } from './prometheus.ts'

export class Meters {
  /** Events that were answered: kept and scored, kept only because a bot sent them, or rejected one by one. */
  readonly events = new Counter('outcome', ['accepted', 'bot', 'rejected'])
  /** Requests to `/e`, by the status of the answer. */
  readonly requests = new Counter('status', ['202', '429', '503'])
  readonly commitSeconds = new Histogram([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])
  readonly commitEvents = new Histogram([1, 3, 10, 30, 100, 300, 1000, 2000])

  committed({ arrivals, receipts, ms }: Commit): void {
    this.commitSeconds.observe(ms / 1000)
    let events = 0
    receipts.forEach(({ accepted, rejected }, i) => {
      const arrival = arrivals[i]
      events += accepted
      // It is nobody's.
      if (arrival?.site.id === CANARY) return
      this.events.add(arrival?.bot ? 'bot' : 'accepted', accepted)
      this.events.add('rejected', rejected.length)
    })
    this.commitEvents.observe(events)
  }
}
