/** From the attributes of a script tag, or the options of the module, to everything that is watched. */
import { reportEngagement, watchPages } from './autotrack.ts'
import { run } from './commands.ts'
import { watchForms } from './forms.ts'
import { guarded, listen } from './guard.ts'
import { watchLinks } from './links.ts'
import { type Options, options, setOptions } from './options.ts'
import { recall } from './storage.ts'
import { flush, openTransport } from './transport.ts'

interface Braise {
  (command: string, ...details: unknown[]): void
  /** Calls made before the script had loaded; `null` from the real function. */
  q?: Iterable<unknown>[] | null
}
declare global {
  interface Window {
    braise?: Braise
  }
}

/** Starts to watch the page; once, whoever asks. @param base what `api` and the second file are relative to */
export function start(given: Options, base: string): void {
  let { q: early = [] }: Partial<Braise> = window.braise || {}
  if (!early) return // The tag is on the page twice.
  const braise: Braise = guarded((...call: unknown[]) => {
    if (early) early.push(call)
    else run(call)
  })
  braise.q = null
  window.braise = braise
  setOptions({ site: 'default', ...given })
  const isStaff = /#braise-/.test(location.href)
  // What only the owner needs, visitors do not load.
  if (isStaff || 'debug' in options)
    document.head.appendChild(document.createElement('script')).src = new URL(
      `braise-debug.js#${options.site}`,
      base,
    ).href
  if (isStaff || recall('ignore')) return

  const turn = () => {
    // A page that was rendered ahead or opened in a background tab has not been visited until somebody sees it.
    if (early && !document.hidden) {
      const calls = early
      early = null
      openTransport(new URL(options.api || '/e', base))
      if (options.forms !== 'off') watchForms()
      watchLinks()
      guarded(watchPages)()
      calls.forEach(guarded(run))
    } else if (!early) {
      // On phones nothing later is certain to be told: https://developer.chrome.com/docs/web-platform/page-lifecycle-api
      reportEngagement()
      flush(true)
    }
  }
  listen('visibilitychange', turn)
  listen('pagehide', turn)
  listen('online', turn)
  turn()
}
