/**
 * START HERE. The entry of the ES module `braise/tracker`, for sites that bundle their scripts. On a server, where there is no
 * page, nothing of it does anything.
 */
import type { Call } from './commands.ts'
import { start } from './start.ts'

/** As the attributes of the script tag, which README.md describes. */
export interface TrackerOptions {
  /** Where the collector is: `https://stats.example.com` */
  collector: string
  /** The site's public key. */
  site?: string
  /** Where to post, if not to `/e` of the collector. */
  api?: string
  consent?: 'required'
  /** Further parameters that addresses may keep. */
  query?: string[]
  /** The domain whose cookie keeps the visitor; empty for the collector's own host. */
  cookie?: string
  dnt?: boolean
  hash?: boolean
  manual?: boolean
  forms?: boolean
  debug?: boolean
}

/** Names of Segment's specification. */
export interface Traits {
  firstName?: string
  lastName?: string
  name?: string
  company?: string
  title?: string
  phone?: string
  industry?: string
  employees?: string | number
  country?: string
  website?: string
}

/** Begins to watch the page. A second call does nothing. */
export function init({ collector, query, forms, dnt, hash, manual, debug, ...texts }: TrackerOptions): void {
  if (typeof document === 'undefined') return
  const switches = Object.entries({ dnt, hash, manual, debug }).filter(([, on]) => on)
  const attributes = { ...texts, query: query?.join(), ...(forms === false && { forms: 'off' }) }
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
  const dataset = Object.fromEntries([...given, ...switches.map(([name]) => [name, ''])])
  start({ dataset, src: new URL(collector).href })
}

/** A page view, now. */
export function page(options?: { title?: string }): void {
  call('page', options)
}

export function track(name: string, properties?: Record<string, string | number | boolean>): void {
  call('track', name, properties)
}

/** @param options `proof`: signed by the site's own server */
export function identify(email: string, traits?: Traits, options?: { proof?: string }): void {
  call('identify', email, traits, options)
}

/** Reports a form: its element, its data, or an object. The e-mail address is found among the fields. */
export function submit(form: HTMLFormElement | FormData | Record<string, unknown>, options?: { form?: string }): void {
  call('submit', form, options)
}

/** @param options `text`: which version of which text was shown, `tool`: by which tool, `proof`: what it gave as evidence */
export function consent(
  choice: 'granted' | 'denied',
  options?: { text?: string; tool?: string; proof?: string },
): void {
  call('consent', choice, options)
}

/** Calls back with the visitor's id once there may be one, to have an identity signed. */
export function visitor(callback: (visitorId: string) => void): void {
  call('visitor', callback)
}

/** Forgets this visitor: for shared computers. */
export function reset(): void {
  call('reset')
}

/** What is called before `init` waits for it. */
function call(...details: [command: string, ...details: unknown[]]): void {
  if (typeof window === 'undefined') return
  if (!window.braise) {
    const early: Call[] = []
    window.braise = Object.assign(
      (...later: unknown[]) => void early.push(Object.assign(later, { time: Date.now() })),
      { q: early },
    )
  }
  window.braise(...details)
}
