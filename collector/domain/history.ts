import type { EngageEvent, FormEvent, IdentifyEvent, PageEvent, TrackEvent } from '../../tracker/protocol.ts'

/** What a visitor did, as taken in: `at` is the collector's time, `visitorId` the browser it happened in. */
export type Deed = (PageEvent | EngageEvent | FormEvent | IdentifyEvent | TrackEvent) & { visitorId: string }

/** What a user of the dashboard did to a lead: dated and signed, and part of its history like everything else. */
export type Edit =
  | { type: 'traits'; id: string; at: number; author: string; traits: Record<string, string | null> }
  | { type: 'stage'; id: string; at: number; author: string; stage: ManualStage; note: string | null }

export type HistoryEvent = Deed | Edit

export const STAGES = ['visitor', 'lead', 'mql', 'sql', 'accepted', 'customer', 'lost', 'recycled'] as const
export type Stage = (typeof STAGES)[number]

export const MANUAL_STAGES = ['accepted', 'customer', 'lost', 'recycled'] as const
export type ManualStage = (typeof MANUAL_STAGES)[number]

const DAY = 24 * 60 * 60 * 1000

/** Pages, engaged time and track events count for thirteen months of 30.44 days; inside the function, so that purging them changes no score. */
export const HORIZON = 396 * DAY

/** The part of a history that counts at `t`, in the one order that everything is computed in: `(at, id)`. An id counts once. */
export function historyAt(history: readonly HistoryEvent[], t: number): HistoryEvent[] {
  const seen = new Set<string>()
  return history
    .filter((event) => event.at <= t && (!fadesFromHistory(event) || event.at > t - HORIZON))
    .sort(inOrder)
    .filter((event) => !seen.has(event.id) && seen.add(event.id))
}

export function inOrder(a: { at: number; id: string }, b: { at: number; id: string }): number {
  return a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

export function isEdit(event: HistoryEvent): event is Edit {
  return event.type === 'traits' || event.type === 'stage'
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
