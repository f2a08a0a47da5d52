/** What is seen unasked: pages, and how much of each was really read. */
import { clean, withoutEmail } from './address.ts'
import { forgetReport } from './forms.ts'
import { guarded } from './guard.ts'
import { options } from './options.ts'
import { type Draft, send, tell } from './transport.ts'
import { holdVisitorId, setTime, uuid } from './visitor.ts'

/** In milliseconds: how often the tracker looks around. What is read counts in such steps. */
export const BEAT = 1000
/** Single-page applications change the address first and the title a little later. */
const TITLE_DELAY = 400

type View = Extract<Draft, { type: 'page' }> & { id: string }

/** The current page view; before the first one, where the visitor came from. */
let view: View | { url: string; title?: string; id?: undefined }
let viewPlace: unknown
let visibleMs: number
/** How much of the view has been told; since when not even the page has been, which is always more; no number, that there is none. */
let told: number
/** The furthest point seen, in pixels from the top. */
let bottom: number
/** Whose the view was when it was told. */
let viewer: string | undefined

/**
 * Starts a page view where none has begun at this place: not the query, which filters and sorts, nor an anchor.
 * @param time when there is something to tell, by `Date.now()`; absent: now
 */
export const lookAround = guarded((time?: unknown): void => {
  setTime(time as number)
  const place = clean().replace(/\?[^#]*/, '')
  if (place !== viewPlace && !('manual' in options)) {
    viewPage()
    viewPlace = place
  }
})

/** Starts a page view. `braise('page', { title })` right after the address changed is about the view that just began. */
export function viewPage(_name?: string, { title }: { title?: string } = {}): void {
  if (!title || !(told > visibleMs)) {
    report(true)
    view = { url: clean(), type: 'page', id: uuid(), referrer: clean(view.url) }
    visibleMs = bottom = 0
    told = Date.now()
  }
  view.title = title as string
}

export function forgetView(): void {
  view = { url: document.referrer }
  viewPlace = told = NaN
  forgetReport()
}

/** The page was in front of somebody for one more beat. What is hidden has no focus. */
export function countBeat(): void {
  if (document.hasFocus()) visibleMs += BEAT
}

/** Tells the page once, as soon as its title is to be believed. Whoever leaves is told of with what has been read, too. */
export function report(isLeaving?: unknown): void {
  if (told > visibleMs && (isLeaving || Date.now() - told > TITLE_DELAY)) {
    told = 0
    view.title = withoutEmail(view.title || document.title)
    viewer = holdVisitorId()
    send(view as View)
  }
  // Not before a beat has counted: to ask a page that is being built where it is makes it stop and lay itself out.
  if (visibleMs > told) {
    bottom = Math.max(bottom, scrollY + innerHeight)
    // Not of somebody else: another tab may have forgotten who this was, and the page's id would join the two.
    if (isLeaving && viewer === holdVisitorId()) {
      tell('engage', view.id, visibleMs, (bottom * 100) / document.body.scrollHeight)
      told = visibleMs
    }
  }
}
