/**
 * The wire: what the tracker posts to the collector's `POST /e`. Types only, so that the browser pays nothing for them.
 * Times are milliseconds since 1970 by the visitor's clock; only `at − sentAt` is ever used of them.
 */

export interface Batch<Event = SentEvent> {
  /** The site's public key, from `data-site`. */
  site: string
  /** UUID v7 of this browser, where the events do not say it themselves; absent where consent is wanting. */
  visitorId?: string
  sentAt: number
  /** `data-query`: further parameters that addresses may keep, with commas between them. */
  query?: string
  /** `data-cookie`: the domain whose cookie shall keep the visitor's id; empty for the collector's own host. */
  cookie?: string
  events: Event[]
}

interface Minted {
  /** UUID v7, made in the browser, so that a resend is harmless. */
  id: string
  at: number
}

export interface PageEvent extends Minted {
  type: 'page'
  /** UUID of this page view, which later `engage` events name. */
  pageId: string
  url: string
  title?: string
  referrer?: string
}

/** How much of a page view was really read. Cumulative: each one replaces the one before. */
export interface EngageEvent extends Minted {
  type: 'engage'
  pageId: string
  /** Time visible and focused so far. */
  visibleMs: number
  /** Furthest point seen, in per cent of the page's height, 0…100. */
  scrollDepth: number
}

export interface FormEvent extends Minted {
  type: 'form'
  url: string
  /** The form's name: `data-braise-name`, else its name or id. The collector calls one without a name "form". */
  form: string
  /**
   * Captured values under what describes their fields: `email`, the name, or `type|tabIndex|name|autocomplete`; the
   * collector knows the lead traits among them, and gives the others their names.
   */
  fields: Record<string, string>
  /** How many fields the form offered, and how many of them were filled. */
  offered?: number
  filled?: number
  /** Since the page was opened. */
  filledMs?: number
  /** A field that people do not see was filled. */
  trapped?: boolean
  /** What the form element calls itself, if there is one that does; `form` may be what whoever reported it calls it. */
  own?: string
  /** The report before it, if that was on the same page a moment ago: both may be of one submission. */
  after?: string
}

export interface IdentifyEvent extends Minted {
  type: 'identify'
  email: string
  traits?: Record<string, string>
  /** `v1.<expires>.<hex>`, signed by the site's own server. */
  proof?: string
}

export interface TrackEvent extends Minted {
  type: 'track'
  url: string
  name: string
  properties?: Record<string, string | number | boolean>
}

export interface ConsentEvent extends Minted {
  type: 'consent'
  choice: 'granted' | 'denied'
  /** What the consent tool gave as evidence. */
  proof?: string
  /** Which version of which text the visitor was shown: `v3`. */
  text?: string
  /** Which tool asked: `tarteaucitron`. */
  tool?: string
}

/** A click on a link that leads to another site or fetches a file; the collector makes the `track` event of it that it is. */
export interface LinkEvent extends Minted {
  type: 'link'
  url: string
  href: string
}

export type VisitorEvent = PageEvent | EngageEvent | FormEvent | IdentifyEvent | TrackEvent | ConsentEvent

/**
 * An event as it is posted. A UUID may be short (`collector/domain/shortid.ts`), the time is the id's where `at` is absent, and
 * a page view that names no `pageId` is known by its event's id.
 */
export type SentEvent = Sent<VisitorEvent | LinkEvent>
type Sent<Event> = Event extends unknown
  ? Omit<Event, 'at' | 'pageId'> & { at?: number; pageId?: string; visitorId?: string | undefined }
  : never

/** What this tracker posts, a line of JSON each: what is common to all events, then these. Others post a `Batch`. */
export type Post = [common: Omit<Batch, 'events'>, ...events: PostedEvent[]]

/** Pages, and what is told in a few words: their places say what they are (`collector/http/details.ts`). */
export type PostedEvent =
  | Extract<SentEvent, { type: 'page' }>
  | {
      id: string
      type: Exclude<SentEvent['type'], 'page'>
      visitorId?: string | undefined
      /** Where the browser was when it was told. */
      url?: string
      details: unknown[]
    }

/** The body of a 202. */
export interface Receipt {
  accepted: number
  rejected: { id: string | null; reason: string }[]
}
