import { after, guarded, listen } from './guard.ts'
import type { PageEvent } from './protocol.ts'
import { send } from './transport.ts'
import { mint, uuid } from './visitor.ts'

interface View {
  _page: PageEvent
  /** The page event waits for its title. */
  _titled: boolean
  _sent: boolean
  _since: number
  _visibleMs: number
  _scrollDepth: number
  /** How far the two above had grown when last reported. */
  _reported: number
}

/** Single-page applications change the address first and the title a little later. */
const TITLE_DELAY = 100
const SCROLL_PAUSE = 250
/** A page that goes away is told so twice, some milliseconds apart; less than this, or a per cent, is no news. */
const WORTH_REPORTING = 100
const URL_LENGTH = 2000
const TITLE_LENGTH = 500
/** The rest of a query may hold what a form of the page put there by GET, e-mail addresses included. */
const KEPT_PARAMETER = /^(utm_\w+|gclid|fbclid|msclkid|ref)=(?!.*(@|%40))/i

let view: View | undefined
/** A view that starts once the page is visible. */
let awaited: (() => void) | undefined
let place: string
let previousUrl: string | undefined
let engagedSince = 0
let scrolling = false
let hashCounts: boolean

export function watchPages(withHash: boolean, manual: boolean): void {
  hashCounts = withHash
  listen(window, 'focus', countEngaged)
  listen(window, 'blur', countEngaged)
  listen(document, 'scroll', () => {
    // Reading heights makes the browser lay the page out: a few times a second, not at every frame.
    if (!scrolling) after(SCROLL_PAUSE, measureScroll)
    scrolling = true
  })
  if (manual) return
  listen(window, 'pageshow', (event: PageTransitionEvent) => {
    if (!event.persisted) return
    view = undefined // Its engagement was reported as it went into the back-forward cache.
    previousUrl = ''
    viewPage()
  })
  viewPage()
  guarded(watchNavigation)() // Throws where a page has frozen its history.
}

/** Starts a page view, now or as soon as the page is seen. */
export function viewPage(title?: string): void {
  place = placeOf()
  // A prerendered page is hidden until it is activated, a background tab until somebody turns to it.
  if (document.visibilityState !== 'visible') {
    awaited = () => viewPage(title)
    return
  }
  awaited = undefined
  const url = currentUrl()
  // `braise('page', { title })` right after the address changed is about the view that just began by itself.
  if (view && !view._titled && view._page.url === url) {
    if (title) view._page.title = title
    return
  }
  reportEngagement()
  const referrer = previousUrl === undefined ? cleanUrl(document.referrer) : previousUrl
  previousUrl = url
  view = {
    _page: mint({ type: 'page', pageId: uuid(), url, ...(title && { title }), ...(referrer && { referrer }) }),
    _titled: false,
    _sent: false,
    _since: performance.now(),
    _visibleMs: 0,
    _scrollDepth: 0,
    _reported: 0,
  }
  after(TITLE_DELAY, sendPage)
  after(1000, measureScroll)
}

/** Counts the current view anew, as if it began now: consent does not reach back. */
export function restartView(): void {
  if (!view) return
  const { title, referrer } = view._page
  view = undefined
  previousUrl = referrer
  viewPage(title)
  sendPage()
}

/** Ends the current view; nothing is counted until the next one. */
export function endView(): void {
  reportEngagement()
  view = undefined
}

/** The page is seen again, or for the first time. */
export function pageShows(): void {
  if (awaited) awaited()
  else countEngaged()
}

export function pageHides(): void {
  measureScroll()
  reportEngagement()
}

/** When the current page view began, by `performance.now()`. */
export function viewedSince(): number {
  return view ? view._since : 0
}

/** This page's address as it may be told. */
export function currentUrl(): string {
  return cleanUrl(location.href)
}

/** Sends what has been read of the current view since the last report, if anything has. */
function reportEngagement(): void {
  sendPage()
  countEngaged()
  if (!view) return
  const visibleMs = Math.round(view._visibleMs)
  const scrollDepth = view._scrollDepth
  const grown = visibleMs + scrollDepth * WORTH_REPORTING
  if (!view._sent || grown - view._reported < WORTH_REPORTING) return
  view._reported = grown
  send(mint({ type: 'engage', pageId: view._page.pageId, visibleMs, scrollDepth }))
}

function sendPage(): void {
  if (!view || view._titled) return
  view._titled = true
  const page = view._page
  page.title = (page.title || document.title).slice(0, TITLE_LENGTH)
  view._sent = send(page)
}

/** Adds the time since the last call if the page was engaged with then, and notes whether it is now. */
function countEngaged(): void {
  // Not `Date.now()`, which jumps when the clock is set, and counts a night with the lid closed.
  const now = performance.now()
  if (view && engagedSince) view._visibleMs += now - engagedSince
  engagedSince = document.visibilityState === 'visible' && document.hasFocus() ? now : 0
}

function measureScroll(): void {
  scrolling = false
  const seen = Math.round(((scrollY + innerHeight) / document.documentElement.scrollHeight) * 100)
  if (view) view._scrollDepth = Math.max(view._scrollDepth, Math.min(seen, 100) || 0)
}

function watchNavigation(): void {
  // The Navigation API tells of every way to navigate and leaves the page's own functions alone (Chrome 102,
  // Safari 26.2, Firefox 147): https://developer.mozilla.org/docs/Web/API/Navigation/currententrychange_event
  const { navigation } = window as { navigation?: EventTarget }
  if (navigation) {
    listen(navigation, 'currententrychange', viewNewPlace)
    return
  }
  listen(window, 'popstate', viewNewPlace)
  const noticed = guarded(viewNewPlace)
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name]
    history[name] = function (this: History, ...args) {
      const result = original.apply(this, args) // What it throws is the page's to know.
      noticed()
      return result
    }
  }
}

function viewNewPlace(): void {
  if (placeOf() !== place) viewPage()
}

/** What makes another page: not the query, which filters and sorts, nor an anchor. */
function placeOf(): string {
  return location.pathname + (hashCounts ? location.hash : '')
}

/** An address without what may name a person. Rebuilt from its parts, which leaves out a user name and password. */
function cleanUrl(href: string): string {
  if (!href) return ''
  const { protocol, host, pathname, search, hash } = new URL(href)
  const kept = search
    .slice(1)
    .split('&')
    .filter((parameter) => KEPT_PARAMETER.test(parameter))
  const url = `${protocol}//${host}${pathname}${kept.length ? '?' : ''}${kept.join('&')}`
  // `#access_token=…` and `#/page?email=…` are queries too.
  return (hashCounts ? url + hash.split(/[?&=]/)[0] : url).slice(0, URL_LENGTH)
}
