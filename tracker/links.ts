/** Links that leave the site or fetch a file. The click itself is left alone: navigation never waits for us. */
import { clean, currentUrl } from './address.ts'
import { listen } from './guard.ts'
import type { TrackEvent } from './protocol.ts'
import { send } from './transport.ts'

const FILE = /\.(pdf|docx?|xlsx?|pptx?|csv|zip|rar|gz|dmg|exe|mp\d)$/i

export function watchLinks(): void {
  listen('click', reportLink) // By keyboard too.
  listen('auxclick', reportLink)
}

/** Reports an event by its name: of a link, or what the page itself calls one. */
export function track(name: string, properties?: TrackEvent['properties']): void {
  send({ type: 'track', url: currentUrl(), name, properties })
}

function reportLink(event: MouseEvent): void {
  // The path, because a click within a shadow root is said to have hit its host.
  const link = event.composedPath().find((node) => (node as HTMLAnchorElement).href) as HTMLAnchorElement
  // A link within an SVG holds its address in an object: https://developer.mozilla.org/docs/Web/API/SVGAElement/href
  const { host, pathname, href } = new URL(
    (link.href as unknown as SVGAnimatedString).baseVal || link.href,
    location.href,
  )
  if (event.button > 1) return // The right button opens a menu.
  const isFile = FILE.test(pathname) || link.hasAttribute('download')
  if (isFile || (host !== location.host && /^(http|mailto|tel)/.test(href)))
    track(isFile ? 'File Downloaded' : 'Link Clicked', { href: clean(href) })
}
