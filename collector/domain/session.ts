import { type Deed, SERVER_EVENTS } from './history.ts'

/** Visits less than this far apart are one session. */
const IDLE_LIMIT = 30 * 60 * 1000

/** The sessions of one lead so far: parallel browsers share them. */
export interface Sessions {
  /** How many there were: the number of the current one. */
  count: number
  /** When they began, oldest first; of old ones it may be forgotten (`bookmark.ts`). */
  starts: number[]
  /** The last moment known to belong to the current session. */
  lastAt: number
  /** When the session before the current one ended. */
  previousEnd: number | null
  pagesInCurrent: number
  /** The page views that `engage` events may name: where each stands, and what is known of it. */
  views: Map<string, PageView>
}

/** One page view, with the furthest that is known of it: the maximum so far. */
export interface PageView {
  url: string
  title: string
  referrer: string
  at: number
  visibleMs: number
  scrollDepth: number
  /** The number of the session it belongs to, 1 the first. */
  session: number
}

export function noSessions(): Sessions {
  return {
    count: 0,
    starts: [],
    lastAt: Number.NEGATIVE_INFINITY,
    previousEnd: null,
    pagesInCurrent: 0,
    views: new Map(),
  }
}

/**
 * Takes the next event, in order. Only pages, forms and track events open a session, and no e-mail that bounces or is
 * opened elsewhere; an `engage` event extends one from its page's start by the time the page was really looked at, so that
 * a tab left open overnight joins nothing.
 * @returns whether the event opened a session
 */
export function visit(sessions: Sessions, event: Deed): boolean {
  if (event.type === 'identify' || (event.type === 'track' && SERVER_EVENTS.includes(event.name))) return false
  if (event.type === 'engage') {
    extend(sessions, event)
    return false
  }
  const opens = sessionAt(sessions, event.at) > sessions.count
  if (opens) {
    if (sessions.count > 0) sessions.previousEnd = sessions.lastAt
    sessions.count += 1
    sessions.starts.push(event.at)
    sessions.pagesInCurrent = 0
  }
  sessions.lastAt = Math.max(sessions.lastAt, event.at)
  if (event.type === 'page') {
    sessions.pagesInCurrent += 1
    sessions.views.set(event.pageId, {
      url: event.url,
      title: event.title ?? '',
      referrer: event.referrer ?? '',
      at: event.at,
      visibleMs: 0,
      scrollDepth: 0,
      session: sessions.count,
    })
  }
  return opens
}

/** How many sessions began in the `days` days up to and including `at`. */
export function sessionsWithin(sessions: Sessions, days: number, at: number): number {
  const from = at - days * 24 * 60 * 60 * 1000
  let count = 0
  for (let i = sessions.starts.length - 1; i >= 0 && (sessions.starts[i] as number) > from; i--) count += 1
  return count
}

/** The number of the session that something at `at` falls in, 1 the first. */
export function sessionAt(sessions: Sessions, at: number): number {
  return sessions.count + (at - sessions.lastAt >= IDLE_LIMIT ? 1 : 0)
}

function extend(sessions: Sessions, event: Deed & { type: 'engage' }): void {
  const view = sessions.views.get(event.pageId)
  if (!view) return
  view.visibleMs = Math.max(view.visibleMs, event.visibleMs)
  view.scrollDepth = Math.max(view.scrollDepth, event.scrollDepth)
  if (view.session === sessions.count) {
    sessions.lastAt = Math.max(sessions.lastAt, Math.min(view.at + view.visibleMs, event.at))
  }
}
