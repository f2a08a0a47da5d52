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

function countBefore({ eventId, receivedAt }: FirstClaim, others: readonly FirstClaim[], within: number): number {
  return others.filter((other) => {
    const isBefore = other.receivedAt < receivedAt || (other.receivedAt === receivedAt && other.eventId < eventId)
    const wasProven = other.signedAt !== null && other.signedAt <= receivedAt
    return isBefore && !wasProven && other.receivedAt > receivedAt - within
  }).length
}
