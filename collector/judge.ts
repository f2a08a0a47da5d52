/** What of a batch is to be recorded, and whose it is: decided from values alone, before anything is written. */
import type { VisitorEvent } from '../tracker/protocol.ts'
import { globsOf } from './domain/glob.ts'
import type { Whereabouts } from './domain/history.ts'
import { type Claim, normalizeEmail } from './domain/identity.ts'
import { isProven } from './proof.ts'
import type { Consent, NewEvent, Recorded } from './store/events.ts'
import type { Refusal } from './store/refusals.ts'
import type { Site } from './store/sites.ts'

const DAY = 24 * 60 * 60 * 1000

/** A batch at the door: checked, from a known site. */
export interface Arrival {
  site: Site
  visitorId: string | undefined
  sentAt: number
  events: VisitorEvent[]
  /** Events that were no events, each with its reason. */
  rejected: { id: string | null; reason: string; sample: string }[]
  bot: boolean
  whereabouts: Whereabouts
  receivedAt: number
  /** By which the site's own server signs identities. */
  secrets: readonly string[]
}

/** The arrivals of a checked batch, one for each visitor; what was rejected comes with the first. */
export function arrivalsOf(
  batch: { sentAt: number; visits: Pick<Arrival, 'visitorId' | 'events'>[]; rejected: Arrival['rejected'] },
  circumstances: Pick<Arrival, 'site' | 'bot' | 'whereabouts' | 'receivedAt' | 'secrets'>,
): Arrival[] {
  const { sentAt, rejected } = batch
  const visits = batch.visits.length > 0 ? batch.visits : [{ visitorId: undefined, events: [] }]
  return visits.map((visit, i) => ({ ...circumstances, ...visit, sentAt, rejected: i === 0 ? rejected : [] }))
}

export interface Judged {
  arrival: Arrival
  events: NewEvent[]
  rejected: Arrival['rejected']
  /** How many were of somebody who was erased. */
  forgotten: number
  /** How many came with a proof that proves nothing; they count as what a browser only says. */
  unproven: number
}

/** Who was erased. */
export interface Erased {
  ofVisitor(siteId: string, visitorId: string): object | undefined
  /** When the person with this address last was. */
  ofEmail(siteId: string, email: string): { at: number } | undefined
}

export const NOBODY_ERASED: Erased = { ofVisitor: () => undefined, ofEmail: () => undefined }

/** What each visitor last said about consent, by site and visitor. */
export type Consents = Map<string, Map<string, Consent>>

/** Sorts the events of a batch into those to record and those the site does not want. */
export function judge(arrival: Arrival, consents: Consents, erased: Erased): Judged {
  const { site, visitorId, bot, whereabouts } = arrival
  const events: NewEvent[] = []
  const rejected = [...arrival.rejected]
  if (visitorId !== undefined && erased.ofVisitor(site.id, visitorId)) {
    return { arrival, events, rejected, forgotten: arrival.events.length, unproven: 0 }
  }
  let forgotten = 0
  let unproven = 0
  for (const sent of arrival.events) {
    const event: Recorded = { ...sent, at: timeOf(sent, arrival) }
    if (event.type === 'consent' && visitorId !== undefined) noteConsent(consents.get(site.id), visitorId, event)
    const mayFollow = mayFollowVisitor(
      site,
      visitorId === undefined ? undefined : consents.get(site.id)?.get(visitorId),
    )
    const reason = refusalOf(event, site, mayFollow)
    if (reason !== null) {
      rejected.push({ id: event.id, reason, sample: JSON.stringify({ type: event.type, at: event.at }) })
    } else {
      // Without consent a form stands alone: its own id takes the visitor's place, and no history comes with it.
      const itself = (event.type === 'form' && event.after) || event.id
      const owner = visitorId !== undefined && (mayFollow || event.type === 'consent') ? visitorId : itself
      const proof = event.type === 'identify' ? event.proof : undefined
      if (event.type === 'identify') {
        delete event.proof
        const proven = { site: site.id, visitorId: owner, email: event.email }
        if (proof !== undefined && isProven(proof, proven, arrival.secrets, arrival.receivedAt)) event.signed = true
        else if (proof !== undefined) unproven++
      }
      const claim = claimOf(event, owner, arrival.receivedAt)
      if (claim) claim.since = erased.ofEmail(site.id, claim.email)?.at ?? 0
      // What happened before somebody was erased may arrive after it.
      if (claim && claim.at <= claim.since) forgotten++
      else
        events.push({
          siteId: site.id,
          visitorId: owner,
          event,
          bot,
          whereabouts,
          claim,
          receivedAt: arrival.receivedAt,
        })
    }
  }
  return { arrival, events, rejected, forgotten, unproven }
}

/** The latest choice stands, also where an earlier one arrives after it. */
function noteConsent(consents: Map<string, Consent> | undefined, visitorId: string, consent: Consent): void {
  const known = consents?.get(visitorId)
  if (!known || known.at <= consent.at) consents?.set(visitorId, consent)
}

/** The visitor's clock serves only to tell how long before the sending it was, held within the last 24 hours. */
function timeOf({ at }: VisitorEvent, { sentAt, receivedAt }: Arrival): number {
  return Math.round(receivedAt - Math.max(0, Math.min(DAY, sentAt - at)))
}

function mayFollowVisitor(site: Site, consent: Consent | undefined): boolean {
  return consent ? consent.choice === 'granted' : !site.requireConsent
}

function refusalOf(event: VisitorEvent, site: Site, mayFollow: boolean): string | null {
  const isBrowsing = event.type === 'page' || event.type === 'engage' || event.type === 'track'
  if (isBrowsing && !mayFollow) return 'no consent: browsing is not recorded'
  if ('url' in event && globsOf(site.excludedHosts)(new URL(event.url).host)) return 'excluded host'
  return null
}

function claimOf(event: Recorded, visitorId: string, receivedAt: number): Claim | null {
  if (event.type !== 'form' && event.type !== 'identify') return null
  const given = event.type === 'form' ? (event.fields.email ?? '') : event.email
  const email = normalizeEmail(given)
  if (email === null) return null
  const isForm = event.type === 'form'
  return {
    eventId: event.id,
    visitorId,
    at: event.at,
    receivedAt,
    signed: event.type === 'identify' && event.signed === true,
    since: 0,
    email,
    form: isForm ? event.form : null,
    others: isForm ? otherFieldsOf(event.fields) : null,
  }
}

const NAMES = ['firstName', 'lastName', 'name']

/** The fields beside the address as one text, equal for equal fields; null where no name is among them. */
function otherFieldsOf({ email: _, ...others }: Record<string, string>): string | null {
  return NAMES.some((name) => others[name]) ? JSON.stringify(Object.entries(others).sort()) : null
}

export function refusalsOf({ arrival, events, rejected, forgotten, unproven }: Judged): Refusal[] {
  const siteId = arrival.site.id
  const refusals: Refusal[] = rejected.map(({ reason, sample }) => ({ siteId, reason, sample }))
  for (let i = 0; i < forgotten; i++) refusals.push({ siteId, reason: ERASED, sample: null })
  for (let i = 0; i < unproven; i++) refusals.push({ siteId, reason: UNPROVEN, sample: null })
  if (!arrival.bot) return refusals
  return [...refusals, ...events.map(() => ({ siteId, reason: BOT, sample: null }))]
}

/** The identity counts as what a browser only says. */
const UNPROVEN = 'a proof of identity is forged or expired'

/** Events of bots are kept and counted under this word, and not scored. */
const BOT = 'bot'
const ERASED = 'of somebody who was erased'
