import type { Arrival } from './judge.ts'

const DAY = 24 * 60 * 60 * 1000

/** Thrice what a person who reads all day long sends. */
const MOST_EVENTS_A_DAY = 2000
/** Of more visitors in a day, those not heard of for longest begin anew. */
const MOST_VISITORS = 100_000

/**
 * How much each visitor has sent today, by the time of receipt, in bounded memory. Each collector counts for itself since
 * its start: what is beyond was never recorded, so that nothing that is worked out depends on this count.
 */
export class DailyLimit {
  readonly #counts = new Map<string, number>()
  #day = 0

  /** Takes out what is beyond; a word on consent never is. */
  admit(arrival: Arrival): Arrival {
    const { visitorId, receivedAt } = arrival
    if (visitorId === undefined) return arrival
    const day = Math.floor(receivedAt / DAY)
    if (day !== this.#day) this.#counts.clear()
    this.#day = day
    const room = MOST_EVENTS_A_DAY - this.#countOf(arrival)
    const kept = arrival.events.filter(({ type }, i) => i < room || type === 'consent')
    this.#count(arrival, kept.length)
    if (kept.length === arrival.events.length) return arrival
    const beyond = arrival.events.filter((event) => !kept.includes(event))
    const rejected = beyond.map(({ id, type }) => ({ id, reason: BEYOND, sample: JSON.stringify({ type }) }))
    return { ...arrival, events: kept, rejected: [...arrival.rejected, ...rejected] }
  }

  /** What was admitted could not be recorded, and will be sent again. */
  giveBack(admitted: Arrival): void {
    if (admitted.visitorId !== undefined) this.#count(admitted, -admitted.events.length)
  }

  #countOf({ site, visitorId }: Arrival): number {
    return this.#counts.get(`${site.id} ${visitorId}`) ?? 0
  }

  #count(arrival: Arrival, events: number): void {
    const key = `${arrival.site.id} ${arrival.visitorId}`
    const count = Math.max(0, this.#countOf(arrival) + events)
    // Deleted and set again: the map's order is that of last use.
    this.#counts.delete(key)
    if (this.#counts.size >= MOST_VISITORS) this.#counts.delete(this.#counts.keys().next().value as string)
    this.#counts.set(key, count)
  }
}

const BEYOND = `more than ${MOST_EVENTS_A_DAY} events of one visitor in a day`
