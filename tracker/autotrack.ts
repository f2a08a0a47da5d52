/** What is seen unasked: pages, and how much of each was really read. */
import { clean, currentUrl, withoutEmail } from './address.ts'
import { options } from './options.ts'
import { mayRemember } from './storage.ts'
import { type Draft, send } from './transport.ts'
import { uuid } from './visitor.ts'

/** In milliseconds: how often the tracker looks around. What is read counts in such steps. */
export const BEAT = 1000
/** Single-page applications change the address first and the title a little later. */
const TITLE_DELAY = 400

/** The current page view, if there is one: the others tell of it. */
let view: (Extract<Draft, { type: 'page' }> & { id: string }) | undefined
let viewPlace = ''
let viewAt: number
let visibleMs: number
/** How much of it has been told; less than nothing: not even the page. */
let told: number
/** The furthest point seen, in pixels from the top. */
let bottom: number

/** Starts a page view where none has begun at this place: not the query, which filters and sorts, nor an anchor. */
export function lookAround(): void {
  const place = currentUrl().replace(/\?[^#]*/, '')
  if (place !== viewPlace && !('manual' in options)) {
    viewPage()
    viewPlace = place
  }
}

/** Starts a page view. `braise('page', { title })` right after the address changed is about the view that just began. */
export function viewPage(title?: string): void {
  if (!mayRemember()) return
  if (!title || !view || told >= 0) {
    report(true)
    view = {
      type: 'page',
      id: uuid(),
      url: currentUrl(),
      referrer: clean(view ? view.url : document.referrer),
    }
    viewAt = Date.now()
    visibleMs = bottom = 0
    told = -1
  }
  view.title = title
}

/** Ends the page view at this place; the next look around begins another, of nobody who was here before. */
export function leavePlace(): void {
  viewPlace = ''
}

export function forgetView(): void {
  view = undefined
  leavePlace()
}

/** The page was in front of somebody for one more beat. */
export function countBeat(): void {
  if (!document.hidden && document.hasFocus()) visibleMs += BEAT
}

/**
 * Tells the page once, as soon as its title is to be believed. Whoever leaves is told of with what has been read, too.
 */
export function report(isLeaving?: unknown): void {
  if (!view) return
  bottom = Math.max(bottom, scrollY + innerHeight)
  if (told < 0 && (isLeaving || Date.now() - viewAt > TITLE_DELAY)) {
    told = 0
    view.title = withoutEmail(view.title || document.title)
    send(view)
  }
  if (isLeaving && visibleMs > told) {
    send({
      type: 'engage',
      pageId: view.id,
      visibleMs,
      scrollDepth: (bottom * 100) / document.body.scrollHeight,
    })
    told = visibleMs
  }
}
