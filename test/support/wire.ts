/** What trackers post, as tests write it: times are those of the collector's clock unless a test says otherwise. */
import { newId } from '../../collector/store/id.ts'
import type { Batch, VisitorEvent } from '../../tracker/protocol.ts'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Monday, 4 May 2026, nine o'clock in Greenwich. */
export const START = Date.UTC(2026, 4, 4, 9)

const SITE = 'https://acme.example'

type Of<Type extends VisitorEvent['type']> = Extract<VisitorEvent, { type: Type }>

export function page(at: number, path = '/', more: Partial<Of<'page'>> = {}): Of<'page'> {
  return { type: 'page', id: newId(at), at, pageId: newId(at), url: SITE + path, ...more }
}

export function engage(at: number, pageId: string, visibleMs: number, scrollDepth = 0): Of<'engage'> {
  return { type: 'engage', id: newId(at), at, pageId, visibleMs, scrollDepth }
}

export function form(
  at: number,
  name: string,
  fields: Record<string, string>,
  more: Partial<Of<'form'>> = {},
): Of<'form'> {
  return { type: 'form', id: newId(at), at, url: `${SITE}/form`, form: name, fields, ...more }
}

export function identify(at: number, email: string, traits: Record<string, string> = {}): Of<'identify'> {
  return { type: 'identify', id: newId(at), at, email, traits }
}

export function track(at: number, name: string, properties: Record<string, string | number | boolean> = {}) {
  return { type: 'track' as const, id: newId(at), at, url: `${SITE}/`, name, properties }
}

export function consent(at: number, choice: 'granted' | 'denied', more: Partial<Of<'consent'>> = {}): Of<'consent'> {
  return { type: 'consent', id: newId(at), at, choice, ...more }
}

/** A batch as a browser of the default site sends it. */
export function batch(visitorId: string | undefined, sentAt: number, events: unknown[]): Batch {
  return { site: 'default', visitorId, sentAt, events: events as VisitorEvent[] }
}
