import type { Deed } from './history.ts'

/**
 * How much a browser is believed that proves nothing (level 1), by the time of receipt, which nobody outside can choose.
 * What is beyond is quarantined: stored, shown, not scored, until a person releases it.
 */
const DAY = 24 * 60 * 60 * 1000

/** New visitors that one lead takes in … */
export const MOST_VISITORS = 5
export const VISITORS_WITHIN = 7 * DAY
/** … and addresses that one visitor gives in so long. Those beyond count too: whoever goes on and on gets nowhere. */
export const MOST_ADDRESSES = 3
export const ADDRESSES_WITHIN = DAY
/** … and how far apart decision events of one lead are received that count. */
const DECISION_EVERY = DAY

/** Which limit a link exceeds. */
export type Beyond = 'visitors' | 'addresses'

/** When a visitor first claimed an address; the event breaks a tie. */
export interface FirstClaim {
  eventId: string
  receivedAt: number
  /** When it was first received with a proof, if ever: what is proven asks for no room within the limits. */
  signedAt: number | null
}

/**
 * @param toAddress those of other visitors to the same address
 * @param byVisitor those of the same visitor to other addresses
 */
export function limitExceeded(
  claim: FirstClaim,
  toAddress: readonly FirstClaim[],
  byVisitor: readonly FirstClaim[],
): Beyond | null {
  if (claim.signedAt !== null) return null
  if (countBefore(claim, byVisitor, ADDRESSES_WITHIN) >= MOST_ADDRESSES) return 'addresses'
  return countBefore(claim, toAddress, VISITORS_WITHIN) >= MOST_VISITORS ? 'visitors' : null
}

/** What a lead's decision events have used of the limit. */
export interface Decided {
  /** Visitors who have proven who they are by then: no limit is asked of them. */
  proven: string[]
  /** When those were received that count, as far back as it matters. */
  receivedAt: number[]
  /** The events beyond the limit; a fold that goes on from a bookmark has not seen those before it. */
  beyond: string[]
}

export function noneDecided(): Decided {
  return { proven: [], receivedAt: [], beyond: [] }
}

/**
 * Takes the next decision event, in order. Of two that are received within a day the first by `(at, id)` counts, whichever
 * came first, so that nothing depends on the order of arrival; those beyond the limit use none of it, or a stranger who
 * goes on and on would keep the real one out.
 * @returns whether it counts
 */
export function decides(decided: Decided, { id, at, visitorId, delayMs = 0 }: Deed): boolean {
  if (decided.proven.includes(visitorId)) return true
  // Nothing is received before it happens: what was received a day before this is a day before all that follow.
  decided.receivedAt = decided.receivedAt.filter((other) => other > at - DECISION_EVERY)
  const counts = hasRoom(decided, at + delayMs)
  if (counts) decided.receivedAt.push(at + delayMs)
  else decided.beyond.push(id)
  return counts
}

/** Would a decision event count that is received then, from a browser that proves nothing? */
export function hasRoom({ receivedAt }: Decided, at: number): boolean {
  return receivedAt.every((other) => Math.abs(other - at) >= DECISION_EVERY)
}

function countBefore({ eventId, receivedAt }: FirstClaim, others: readonly FirstClaim[], within: number): number {
  return others.filter((other) => {
    const isBefore = other.receivedAt < receivedAt || (other.receivedAt === receivedAt && other.eventId < eventId)
    const wasProven = other.signedAt !== null && other.signedAt <= receivedAt
    return isBefore && !wasProven && other.receivedAt > receivedAt - within
  }).length
}
