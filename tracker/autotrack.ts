/** What is seen unasked: pages, and how much of each was really read. */
import { clean, currentUrl, place, withoutEmail } from './address.ts'
import { after, guarded, listen } from './guard.ts'
import { options } from './options.ts'
import { mayRemember } from './storage.ts'
import { type Draft, send, timeOfNext } from './transport.ts'
import { uuid } from './visitor.ts'

/** Single-page applications change the address first and the title a little later; sooner than events are sent. */
const TITLE_DELAY = 400
/** In milliseconds and pixels: a page that goes away is told so twice, some milliseconds apart, and that is no news. */
const WORTH_REPORTING = 100

type View = Extract<Draft, { type: 'page' }>

/** The current page view, if there is one: the others tell of it. */
let view: View | undefined
let viewPlace: string
/** When it began, by `performance.now()`. */
export let viewSince = 0
let visibleMs: number
/** The furthest point seen, in pixels from the top. */
let bottom: number
/** From how much of the two on there is something to report. */
let nextReport: number
let referrer: string
let engagedSince = 0

export function watchPages(): void {
  referrer = document.referrer
  listen('focus', countEngaged)
  listen('blur', countEngaged)
  listen('scroll', measureScroll)
  listen('pageshow', (event: PageTransitionEvent) => event.persisted && viewNewPlace(true))
  viewNewPlace()
  // The Navigation API tells of every way to navigate and leaves the page's own functions alone (Chrome 102,
  // Safari 26.2, Firefox 147): https://developer.mozilla.org/docs/Web/API/Navigation/currententrychange_event
  const { navigation } = window as { navigation?: EventTarget }
  const noticed = guarded(() => viewNewPlace())
  if (navigation) listen('currententrychange', noticed, navigation)
  else {
    listen('popstate', noticed)
    for (const name of ['pushState', 'replaceState'] as const) {
      const original = history[name]
      history[name] = function (this: History, ...args) {
        const result = original.apply(this, args) // What it throws is the page's to know.
        noticed()
        return result
      }
    }
  }
}

/** Starts a page view where none has begun at this place, as when the address changes or consent is given. */
export function viewNewPlace(isNew = place() !== viewPlace): void {
  if (!('manual' in options) && isNew) viewPage()
}

/** Starts a page view. `braise('page', { title })` right after the address changed is about the view that just began. */
export function viewPage(title?: string): void {
  const url = currentUrl()
  if (!mayRemember()) return
  if (!title || !view || view.id) {
    reportEngagement()
    const started: View = { type: 'page', at: timeOfNext(), pageId: uuid(), url, referrer: clean(referrer) }
    view = started
    referrer = url
    viewPlace = place()
    viewSince = performance.now()
    visibleMs = bottom = nextReport = 0
    measureScroll()
    after(TITLE_DELAY, () => sendPage(started))
  }
  view.title = title
}

/** Sends what has been read of the current view since the last report, if anything has. */
export function reportEngagement(): void {
  countEngaged()
  if (!view) return
  sendPage(view)
  if (visibleMs + bottom > nextReport)
    send({
      type: 'engage',
      pageId: view.pageId,
      visibleMs,
      scrollDepth: (bottom * 100) / document.documentElement.scrollHeight,
    })
  nextReport = visibleMs + bottom + WORTH_REPORTING
}

/** Queues the view's page event, once: it has an id then. */
function sendPage(event: View): void {
  if (event.id) return
  event.title = withoutEmail(event.title || document.title)
  send(event)
}

/** Adds the time since the last call if the page was engaged with then, and notes whether it is now. */
function countEngaged(): void {
  // Not `Date.now()`, which jumps when the clock is set, and counts a night with the lid closed.
  const now = performance.now()
  if (engagedSince) visibleMs += now - engagedSince
  engagedSince = !document.hidden && document.hasFocus() ? now : 0
}

function measureScroll(): void {
  bottom = Math.max(bottom, scrollY + innerHeight)
}
