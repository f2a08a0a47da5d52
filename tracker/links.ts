/** Links that leave the site or fetch a file. The click itself is left alone: navigation never waits for us. */
import { clean, currentUrl } from './address.ts'
import { listen } from './guard.ts'
import type { TrackEvent } from './protocol.ts'
import { send } from './transport.ts'

/** Anything but a page; which of them are files, the collector knows (`collector/domain/links.ts`). */
const FILE = /^\/.*\.(?!htm|php|asp|jsp|do$|cfm|cgi|\d+$)\w{2,4}$/

export function watchLinks(): void {
  listen('click', reportLink) // By keyboard too.
  listen('auxclick', reportLink)
}

/** Reports an event by its name. */
export function track(name: string, properties?: TrackEvent['properties']): void {
  send({ type: 'track', url: currentUrl(), name, properties })
}

function reportLink(event: MouseEvent): void {
  // The path, because a click within a shadow root is said to have hit its host.
  const link = event.composedPath().find((node) => (node as HTMLAnchorElement).href) as HTMLAnchorElement
  // A link within an SVG holds its address in an object: https://developer.mozilla.org/docs/Web/API/SVGAElement/href
  const url = new URL((link.href as unknown as SVGAnimatedString).baseVal || link.href, location.href)
  // The right button opens a menu.
  if (
    event.button < 2 &&
    (FILE.test(url.pathname) ||
      'download' in link.attributes ||
      // http, mailto or tel; what else there is runs a script.
      (url.host !== location.host && /^[hmt]/.test(url.href)))
  )
    send({ type: 'link', url: currentUrl(), href: clean(url.href) })
}
