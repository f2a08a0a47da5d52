/**
 * Whose history is it? A browser proves nothing; what changes is only the map visitor → lead, with its dates, and that
 * map is a pure function of the e-mails claimed: it does not depend on the order in which they arrived.
 */
import { inOrder } from './history.ts'

const DAY = 24 * 60 * 60 * 1000

/** The first address a visitor gives makes so much of its earlier history part of the lead's. */
const LOOK_BACK = 30 * DAY
/** A typing mistake is corrected when the same form comes again within … */
const CORRECTION_TIME = 10 * 60 * 1000
/** … with an address that differs by at most so many letters. */
const CORRECTION_LETTERS = 2
/** RFC 5321 carries no longer address. */
const MOST_CHARACTERS = 254

/** A visitor gave an e-mail address: by a form or by `identify` in the browser. */
export interface Claim {
  eventId: string
  visitorId: string
  at: number
  /** When the collector took it in; unlike `at`, nobody outside can date it back. */
  receivedAt: number
  /** Did the site's own server prove it (level 2)? */
  signed: boolean
  /** When somebody with this address was last erased: nothing up to then comes along. 0: never. */
  since: number
  /** Normalized. */
  email: string
  /** The form's name; null for `identify`. */
  form: string | null
  /** The other fields, as one text that is equal for equal fields; null if there is no name among them. */
  others: string | null
}

/**
 * What a user did to the map: a link taken back is as though the address had never been claimed by that visitor; a merge
 * lets another lead's history count as this one's. All of it as long as nobody undoes it.
 */
export interface MapEdit {
  id: string
  kind: 'unlink' | 'release' | 'merge'
  /** How many links it concerns, and the visitor where it is one. */
  links: number
  visitorId: string | null
  /** The lead that went into this one. */
  other: { id: string; email: string | null } | null
  at: number
  by: string
  undone: { at: number; by: string } | null
}

/** A time during which a visitor's events belong to the lead with an address. */
export interface Span {
  email: string
  /** Inclusive. */
  from: number
  /** Exclusive; null: until now. */
  until: number | null
}

/**
 * The spans of one visitor, oldest first. Before the first span its events are an unknown visitor's.
 * @param claims the visitor's own
 * @param claimedElsewhereBefore had another visitor claimed this address before then?
 */
export function spansOf(
  claims: readonly Claim[],
  claimedElsewhereBefore: (email: string, at: number) => boolean,
): Span[] {
  const spans: Span[] = []
  let last: Claim | undefined
  const inTime = [...claims].sort((a, b) => inOrder({ at: a.at, id: a.eventId }, { at: b.at, id: b.eventId }))
  const lookedBackTo = (inTime[0]?.at ?? 0) - LOOK_BACK
  for (const [index, claim] of inTime.entries()) {
    const current = spans.at(-1)
    if (!current || !last) {
      spans.push({ email: claim.email, from: Math.max(lookedBackTo, claim.since + 1), until: null })
    } else if (claim.email !== current.email) {
      const isCorrection =
        corrects(claim, last) &&
        !inTime.slice(0, index - 1).some(({ email }) => email === current.email || email === claim.email) &&
        !claimedElsewhereBefore(last.email, claim.at) &&
        !claimedElsewhereBefore(claim.email, claim.at)
      if (isCorrection) {
        current.email = claim.email
        current.from = Math.max(spans.length === 1 ? lookedBackTo : current.from, claim.since + 1)
      } else {
        // Of several addresses given at one instant only the last has a time of its own.
        if (current.from >= claim.at) spans.pop()
        else current.until = claim.at
        const former = spans.at(-1)
        if (former?.email === claim.email) former.until = null
        else spans.push({ email: claim.email, from: claim.at, until: null })
      }
    }
    last = claim
  }
  return spans
}

/** Might `claim` put right a typing mistake in `before`? What others claimed decides the rest. */
export function corrects(claim: Claim, before: Claim): boolean {
  return (
    claim.form !== null &&
    claim.form === before.form &&
    claim.others !== null &&
    claim.others === before.others &&
    claim.at - before.at <= CORRECTION_TIME &&
    damerauLevenshtein(claim.email, before.email) <= CORRECTION_LETTERS
  )
}

/**
 * An address as it is compared: trimmed, NFC, lower case, its domain in ASCII. Dots and plus signs stay.
 * @returns null for what is no address; `null`, `undefined`, `test`, `[object Object]` and their like, which forms and
 * scripts send for want of a value, are none
 */
export function normalizeEmail(text: string): string | null {
  const trimmed = text.trim().normalize('NFC').toLowerCase()
  if (trimmed.length > MOST_CHARACTERS || HIDDEN.test(trimmed)) return null
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, at)
  const domain = asciiDomain(trimmed.slice(at + 1))
  if (at < 1 || local.length > 64 || !domain || /[\s@<>(),;:"\\[\]]/.test(local)) return null
  const email = `${local}@${domain}`
  return email.length > MOST_CHARACTERS ? null : email
}

/** Control and bidirectional characters, which show one thing and hold another. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Taking an address apart as browsers do takes longer than all else that is done with an e-mail address. */
function asciiDomain(domain: string): string | null {
  const known = domains.get(domain)
  if (known !== undefined) return known
  const ascii = askedDomain(domain)
  if (domains.size >= MOST_DOMAINS) domains.clear()
  domains.set(domain, ascii)
  return ascii
}

const domains = new Map<string, string | null>()
const MOST_DOMAINS = 10_000

function askedDomain(domain: string): string | null {
  if (/[\s/?#:@[\]\\%]/.test(domain) || !URL.canParse(`http://${domain}`)) return null
  const ascii = new URL(`http://${domain}`).hostname
  return /^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(ascii) ? ascii : null
}

/**
 * Letters to add, drop, change or swap with a neighbour to make one text of the other (optimal string alignment):
 * "ada@gmial.com" and "ada@gmail.com" are one apart.
 */
export function damerauLevenshtein(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min((row[j - 1] as number) + 1, (last[j] as number) + 1, (last[j - 1] as number) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] as number) + 1)
      }
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] as number
}
