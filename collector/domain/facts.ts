/** An event as rules look at it, with what is known of its page and its session. */
import { digestOf } from './digest.ts'
import type { Deed } from './history.ts'
import { addressOf } from './location.ts'
import type { Facts } from './match.ts'
import { type PageView, type Sessions, sessionsWithin } from './session.ts'

const DAY = 24 * 60 * 60 * 1000

/**
 * @param sessions with the event in them
 * @param view the page view that engaged time is of
 */
export function factsOf(sessions: Sessions, event: Deed, view: PageView | undefined, sessionStart: boolean): Facts {
  const url = view?.url ?? ('url' in event ? event.url : '')
  const address = addressOf(url)
  const start = sessions.starts.at(-1) ?? event.at
  return {
    event: event.type,
    path: address?.path ?? '/',
    query: address?.query ?? NO_QUERY,
    title: view?.title ?? (event.type === 'page' ? (event.title ?? '') : ''),
    referrer: view?.referrer ?? (event.type === 'page' ? (event.referrer ?? '') : ''),
    form: event.type === 'form' ? event.form : '',
    fields: event.type === 'form' ? event.fields : {},
    name: event.type === 'track' ? event.name : '',
    properties: event.type === 'track' ? (event.properties ?? {}) : {},
    visibleMs: view?.visibleMs ?? 0,
    scrollDepth: view?.scrollDepth ?? 0,
    sessionStart,
    pagesInSession: sessions.pagesInCurrent,
    sessionsWithin: (days) => sessionsWithin(sessions, days, event.at),
    daysSincePreviousSession: sessions.previousEnd === null ? 0 : (start - sessions.previousEnd) / DAY,
  }
}

const NO_QUERY = new Map<string, string>()

/** What rules are first asked about: the address of a page, the name of a form or of what is tracked. */
export function subjectOf(event: Deed, view: PageView | undefined): string {
  if (event.type === 'page') return event.url
  if (event.type === 'engage') return view?.url ?? ''
  if (event.type === 'form') return event.form
  return event.type === 'track' ? event.name : ''
}

/** What stands for what a hit is about: a page by its host and path, a form by its name, a file by its address, else the event's name. */
export function objectOf(event: Deed, view: PageView | undefined): string {
  if (event.type === 'form') return digestOf(`form ${event.form}`)
  if (event.type === 'track') {
    return digestOf(`${event.name} ${event.properties?.href ?? event.properties?.campaign ?? ''}`)
  }
  return addressOf(subjectOf(event, view))?.digest ?? NO_PAGE
}

const NO_PAGE = digestOf('page /')
