import type { EngageEvent, FormEvent, IdentifyEvent, PageEvent, TrackEvent } from '../../tracker/protocol.ts'

/** What a visitor did, as taken in: `at` is the collector's time, `visitorId` the browser it happened in. */
export type Deed = (PageEvent | EngageEvent | FormEvent | IdentifyEvent | TrackEvent) & {
  visitorId: string
} & Whereabouts & {
    /** An identity that the site's own server signed. */
    signed?: true
    /** How long before it was taken in it says it was: absent where that is not kept, of pages and engaged time. */
    delayMs?: number
  }

/** What is kept of where a page, form or identity came from; neither the address nor the header it follows from is. */
export interface Whereabouts {
  /** ISO 3166-1 alpha-2 */
  country?: string
  /** ISO 639 */
  language?: string
}

/** What a user of the dashboard did to a lead: dated and signed, and part of its history like everything else. */
export type Edit = { id: string; at: number; author: string } & (
  | { type: 'traits'; traits: Record<string, string | null> }
  | { type: 'stage'; stage: ManualStage; note: string | null }
  | { type: 'spam'; verdict: Verdict }
  | { type: 'objection'; note: string | null }
  | { type: 'undo'; of: string }
)

/** An edit that is a decision, and may be taken back. */
export type Decision = Extract<Edit, { type: 'stage' | 'spam' | 'objection' }>

/** What a person says of a lead that looks like spam, or of one that does not: it stands until the next word. */
export type Verdict = 'released' | 'confirmed'

export type HistoryEvent = Deed | Edit

export const STAGES = ['visitor', 'lead', 'mql', 'sql', 'accepted', 'customer', 'lost', 'recycled'] as const
export type Stage = (typeof STAGES)[number]

export const MANUAL_STAGES = ['accepted', 'customer', 'lost', 'recycled'] as const
export type ManualStage = (typeof MANUAL_STAGES)[number]

const DAY = 24 * 60 * 60 * 1000

/** Pages, engaged time and track events count for thirteen months of 30.44 days; inside the function, so that purging them changes no score. */
export const HORIZON = 396 * DAY

/**
 * The part of a history that counts at `t`, in the one order that everything is computed in: `(at, id)`. An id counts once.
 * What was taken back by then is as though it had never been done; before, it counts as it did at the time.
 */
export function historyAt(history: readonly HistoryEvent[], t: number): HistoryEvent[] {
  const undone = undoneAt(history, t)
  const events: HistoryEvent[] = []
  let isInOrder = true
  for (const event of history) {
    if (event.at > t || (event.at <= t - HORIZON && fadesFromHistory(event)) || undone.has(event.id)) continue
    const before = events[events.length - 1]
    isInOrder &&= !before || inOrder(before, event) < 0
    events.push(event)
  }
  // As the store gives it, nearly always.
  if (isInOrder) return events
  const seen = new Set<string>()
  return events.sort(inOrder).filter((event) => !seen.has(event.id) && seen.add(event.id))
}

/** By their ids, the decisions that somebody has taken back by `t`, and when. */
export function undoneAt(history: readonly HistoryEvent[], t: number): Map<string, Edit> {
  const undone = new Map<string, Edit>()
  for (const event of history) if (event.type === 'undo' && event.at <= t) undone.set(event.of, event)
  return undone
}

export function inOrder(a: { at: number; id: string }, b: { at: number; id: string }): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

export function isEdit(event: HistoryEvent): event is Edit {
  return event.type === 'traits' || event.type === 'undo' || isDecision(event)
}

/** The last word on whether it is spam. It is a word on all that happened before, too: a request that waited in quarantine counts. */
export function verdictOf(history: readonly HistoryEvent[]): Verdict | null {
  return history.findLast((event) => event.type === 'spam')?.verdict ?? null
}

export function isDecision(event: HistoryEvent): event is Decision {
  return event.type === 'stage' || event.type === 'spam' || event.type === 'objection'
}

/** Does this event leave the history at the horizon? Forms, identities and what people decided stay. */
export function fadesFromHistory(event: HistoryEvent): boolean {
  return event.type === 'page' || event.type === 'engage' || event.type === 'track'
}

/** Track events that a browser could only claim: accepted from a server or the API alone. */
export const SERVER_EVENTS: readonly string[] = [
  ...['Email Opened', 'Email Link Clicked', 'Email Bounced', 'Unsubscribed'],
  ...['Social Liked', 'Social Shared', 'Social Commented', 'Webinar Registered', 'Webinar Attended'],
]
