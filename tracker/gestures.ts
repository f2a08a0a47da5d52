/** What a visitor does to links and forms. Nothing is held up: neither a navigation nor a submission waits for us. */
import { clean } from './address.ts'
import { submit } from './forms.ts'
import { guarded, listen } from './guard.ts'
import { options } from './options.ts'
import { tell } from './transport.ts'

/** It may be a file: the collector knows (`collector/domain/links.ts`). */
const EXTENSION = /\.\w+$/

export function watchGestures(): void {
  listen('click', notice) // By keyboard too.
  listen('focusin', notice)
  listen('auxclick', notice)
  listen('submit', notice)
}

const notice = guarded((event: Event) => {
  // What the page makes up by itself is no submission: it has `braise('submit')` for that.
  if (event.type === 'submit' && event.isTrusted && !('forms' in options))
    submit(event.type, event.target as HTMLFormElement)
  // The path, because a click within a shadow root is said to have hit its host.
  for (const node of event.composedPath() as (ShadowRoot & HTMLAnchorElement)[]) {
    // A submit event does not leave its shadow root, but the focus and the click before it do.
    if (node.mode) node.addEventListener('submit', notice, true) // The same listener twice is one.
    // The right button opens a menu, and a focus has no button.
    if (node.href && (event as MouseEvent).button < 2) {
      // A link within an SVG holds its address in an object: https://developer.mozilla.org/docs/Web/API/SVGAElement/href
      const url = new URL(
        (node.href as unknown as SVGAnimatedString).baseVal || node.href,
        location as unknown as string,
      )
      const isDownload = 'download' in node.attributes
      if (
        isDownload ||
        (url.host !== location.host
          ? /^[hmt]/.test(url as unknown as string) // http, mailto or tel; what else there is runs a script.
          : EXTENSION.test(url.pathname))
      )
        return tell('link', clean(url.href), isDownload) // Of the innermost: one click is one event.
    }
  }
})
