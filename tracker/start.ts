/** From the attributes of a script tag, or the options of the module, to everything that is watched. */
import { BEAT, countBeat, forgetView, lookAround, report } from './autotrack.ts'
import { type Call, run } from './commands.ts'
import { watchGestures } from './gestures.ts'
import { guarded, listen } from './guard.ts'
import { type Options, options, setOptions } from './options.ts'
import { CONSENT, forgetAll, IGNORE, mayRemember, recall } from './storage.ts'
import { flush } from './transport.ts'
import { forgetCookie } from './visitor.ts'

interface Braise {
  (command: string, ...details: unknown[]): void
  /** Calls made before the script had loaded; `null` from the real function. */
  q?: Call[] | null
}
declare global {
  interface Window {
    braise?: Braise
  }
}

/** Starts to watch the page; once, whoever asks. @param src where the script is from: the second file is beside it */
export const start = guarded((script: { dataset: Options; src: string }) => {
  let { q: early = [] }: Partial<Braise> = window.braise || {}
  if (!early) return // The tag is on the page twice.
  window.braise = (...call) => {
    early ? early.push(call) : run(call)
  }
  window.braise.q = null
  setOptions(script)
  if (!mayRemember()) forgetAll() // What was kept while other rules were in force.
  const isStaff = /#braise-(ignore|count)$/.test(location as unknown as string)
  // What only the owner needs, visitors do not load.
  if (isStaff || 'debug' in options)
    import(
      /* webpackIgnore: true */ /* @vite-ignore */ new URL(
        `braise-debug.js#${options.site}`,
        script.src,
      ) as unknown as string
    )

  // Listeners tell of what cannot wait; all else waits for the next beat, so that the page is left alone in between.
  const beat = guarded((urgent?: Event) => {
    if (isStaff || recall(IGNORE)) {
      // Nothing is told of the site's own people.
    } else if (early) {
      forgetView()
      // A page that was rendered ahead or opened in a background tab is not visited, nor anything said, until it is seen;
      // save a choice and `reset`, in their order: held back, they would undo what was chosen in another tab meanwhile.
      if (document.hidden) {
        // What is said once the page is seen is said then, whatever its time.
        early = early.filter((call) => (/^(reset|consent)/.test(call[0] as string) ? run(call) : delete call.time))
      } else {
        watchGestures()
        // biome-ignore lint/suspicious/noAssignInExpressions: before the first of them runs, which may call in turn
        early.forEach(run, (early = null))
        lookAround()
        // Tells of every way to navigate and leaves the page's own functions alone (Chrome 102, Safari 26.2, Firefox 147);
        // elsewhere this throws, and the beat notices: https://developer.mozilla.org/docs/Web/API/Navigation/currententrychange_event
        navigation.addEventListener('currententrychange', lookAround)
      }
    } else {
      lookAround()
      if (!urgent) countBeat()
      // On phones nothing later is certain to be told: https://developer.chrome.com/docs/web-platform/page-lifecycle-api
      report(urgent)
      flush(urgent)
    }
  })
  // From the back-forward cache: another visit to the page, as if it had been loaded again.
  listen('pageshow', (event: PageTransitionEvent) => event.persisted && forgetView())
  listen('pagehide', beat)
  listen('online', beat)
  listen('visibilitychange', beat)
  setInterval(beat, BEAT)
  beat()
  // An answer that came after a refusal, when its page was gone, brought the cookie back. Where no choice is known, one that has
  // outlived our storage waits for it.
  if (recall(CONSENT) && !mayRemember()) forgetCookie()
})
