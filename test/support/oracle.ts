/**
 * Whose history is it, worked out a second time: slowly, from identity.md alone, and without a line of the collector's.
 * All events are known, sorted, and each visitor's addresses are walked once.
 */
import type { Deed } from '../../collector/domain/history.ts'
import { DAY, MINUTE } from './wire.ts'

interface Claim {
  deed: Deed
  email: string
}

interface Epoch {
  email: string
  from: number
}

/** When a visitor's first claim to an address was taken in: the only thing that deeds do not tell. */
export interface Receipt {
  visitorId: string
  email: string
  eventId: string
  receivedAt: number
}

/** What users made of the map. */
export interface Made {
  isUndone(visitorId: string, email: string): boolean
  isReleased(visitorId: string, email: string): boolean
  /** The address of the lead that the one with this address was merged into; its own where it was not. */
  rootOf(email: string): string
}

/**
 * Histories by the address of the lead, or by the visitor who is nobody yet. What a visitor did under an address that it is
 * not believed is nobody's; a lead that is left without anything has an empty history.
 */
export function historiesOf(deeds: readonly Deed[], receipts: readonly Receipt[], made: Made): Map<string, Deed[]> {
  const inTime = [...deeds].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const claims = inTime.flatMap((deed) => claimOf(deed) ?? [])
  const histories = new Map<string, Deed[]>()
  const epochs = new Map(inTime.map(({ visitorId }) => [visitorId, epochsOf(visitorId, claims, made)]))
  for (const deed of inTime) {
    const epoch = epochs.get(deed.visitorId)?.findLast(({ from }) => from <= deed.at)
    const owner = epoch ? made.rootOf(epoch.email) : deed.visitorId
    const isReleased = epoch && made.isReleased(deed.visitorId, epoch.email)
    if (epoch && !isReleased && isBeyondLimits(deed.visitorId, epoch.email, receipts)) {
      histories.set(owner, histories.get(owner) ?? [])
      continue
    }
    const told = claimOf(deed) ? withEmail(deed, epoch ? owner : '') : deed
    histories.set(owner, [...(histories.get(owner) ?? []), told])
  }
  for (const [owner, history] of histories) histories.set(owner, withSubmissionsOnce(history))
  return histories
}

/** What a page reports of a form once more, which here is never more than one report, adds to what was reported first. */
function withSubmissionsOnce(history: Deed[]): Deed[] {
  return history.flatMap((deed) => {
    if (deed.type !== 'form') return [deed]
    if (history.some(({ id }) => id === deed.after)) return []
    const fields = history.map((other) => (other.type === 'form' && other.after === deed.id ? other.fields : {}))
    return [{ ...deed, fields: Object.assign({}, deed.fields, ...fields) } as Deed]
  })
}

/** Rules 4, 5: the first address reaches thirty days back, a second one begins anew unless it corrects the first. */
export function epochsOf(visitorId: string, all: readonly Claim[], made: Made): Epoch[] {
  const epochs: Epoch[] = []
  const claims = all.filter(({ deed, email }) => deed.visitorId !== visitorId || !made.isUndone(visitorId, email))
  const own = claims.filter(({ deed }) => deed.visitorId === visitorId)
  for (const [i, claim] of own.entries()) {
    const epoch = epochs.at(-1)
    const before = own[i - 1]
    if (!epoch || !before) epochs.push({ email: claim.email, from: claim.deed.at - 30 * DAY })
    else if (epoch.email === claim.email) continue
    else if (isCorrection(before, claim, claims)) epoch.email = claim.email
    else epochs.push({ email: claim.email, from: claim.deed.at })
  }
  return epochs
}

/** Rule 8: five new visitors a week for a lead, three addresses a day for a visitor. */
export function isBeyondLimits(visitorId: string, email: string, receipts: readonly Receipt[]): boolean {
  const own = receipts.find((each) => each.visitorId === visitorId && each.email === email)
  if (!own) throw new Error(`It is not recorded when ${visitorId} claimed ${email}`)
  const earlier = receipts.filter(({ receivedAt, eventId }) => {
    return receivedAt < own.receivedAt || (receivedAt === own.receivedAt && eventId < own.eventId)
  })
  const newcomers = earlier.filter((each) => each.email === email && each.receivedAt > own.receivedAt - 7 * DAY)
  const addresses = earlier.filter((each) => each.visitorId === visitorId && each.receivedAt > own.receivedAt - DAY)
  return newcomers.length >= 5 || addresses.length >= 3
}

export function claimOf(deed: Deed): Claim | undefined {
  const typed = deed.type === 'identify' ? deed.email : deed.type === 'form' ? deed.fields.email : undefined
  return typed === undefined ? undefined : { deed, email: typed.trim().toLowerCase() }
}

function isCorrection(before: Claim, claim: Claim, claims: readonly Claim[]): boolean {
  const [first, second] = [before.deed, claim.deed]
  if (first.type !== 'form' || second.type !== 'form' || first.form !== second.form) return false
  const { email: _, ...others } = first.fields
  const { email: __, ...sameOthers } = second.fields
  const isUsedElsewhere = claims.some((other, i) => {
    if (other === before || (other.email !== before.email && other.email !== claim.email)) return false
    return other.deed.visitorId === second.visitorId ? i < claims.indexOf(claim) : other.deed.at < second.at
  })
  return (
    'firstName' in others &&
    JSON.stringify(others) === JSON.stringify(sameOthers) &&
    second.at - first.at <= 10 * MINUTE &&
    areNear(before.email, claim.email, 2) &&
    !isUsedElsewhere
  )
}

/** Can one text be made of the other by so many letters added, dropped, changed or swapped? */
function areNear(a: string, b: string, letters: number): boolean {
  if (a === b) return true
  if (a !== '' && a[0] === b[0]) return areNear(a.slice(1), b.slice(1), letters)
  if (letters === 0) return false
  const isSwapped = a.length > 1 && a[0] === b[1] && a[1] === b[0]
  return (
    areNear(a.slice(1), b, letters - 1) ||
    areNear(a, b.slice(1), letters - 1) ||
    areNear(a.slice(1), b.slice(1), letters - 1) ||
    (isSwapped && areNear(a.slice(2), b.slice(2), letters - 1))
  )
}

function withEmail(deed: Deed, email: string): Deed {
  if (deed.type === 'identify') return { ...deed, email }
  return deed.type === 'form' ? { ...deed, fields: { ...deed.fields, email } } : deed
}
