/** An event as rules look at it, with what is known of its page and its session. */
import type { Deed } from './history.ts'
import { addressOf, type Facts } from './match.ts'
import { type Sessions, sessionsWithin } from './session.ts'

const DAY = 24 * 60 * 60 * 1000

/** @param sessions with the event in them */
export function factsOf(sessions: Sessions, event: Deed, sessionStart: boolean): Facts {
  const view = event.type === 'engage' ? sessions.views.get(event.pageId) : undefined
  const url = view?.url ?? ('url' in event ? event.url : '')
  const address = addressOf(url)
  const start = sessions.starts.at(-1) ?? event.at
  return {
    event: event.type,
    host: address?.host ?? '',
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

/** What a hit is about: a page by its host and path, a form by its name, a file by its address, else the event's name. */
export function objectOf(event: Deed, facts: Facts): string {
  if (event.type === 'form') return `form ${event.form}`
  if (event.type === 'track') return `${event.name} ${event.properties?.href ?? event.properties?.campaign ?? ''}`
  return `page ${facts.host}${facts.path}`
}
