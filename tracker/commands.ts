/** The JS API, `window.braise`: what a page may call, and what each call does. */
import { BEAT, forgetView, lookAround, report, viewPage } from './autotrack.ts'
import { submit } from './forms.ts'
import { guarded } from './guard.ts'
import { CONSENT, forget, forgetAll, keep, local, mayRemember, recall, storeMemory } from './storage.ts'
import { send, tell } from './transport.ts'
import { forgetCookie, holdVisitorId, VISITOR } from './visitor.ts'

/** What the page passed, `arguments` or a list, and when, by `Date.now()`, if it tells. */
export type Call = Iterable<unknown> & { 0?: unknown; time?: number }

interface Options {
  title?: string
  form?: string
  proof?: string
  text?: string
  tool?: string
}

/**
 * All others are `track`, `identify` and what makes no sense: they are told as they are, and the collector refuses what it does
 * not know, so that the owner sees it in the list of refused events; save what every object has, `constructor`, which does
 * nothing. Each is passed the whole call, its own name first.
 */
// biome-ignore lint/suspicious/noExplicitAny: whatever the page passes
const COMMANDS: Record<string, (...details: any[]) => void> = {
  page: viewPage,

  consent(type: 'consent', choice: 'granted' | 'denied', given?: Options) {
    // Consent tools repeat it on every page: only a change is news.
    if (choice !== recall(CONSENT)) {
      let visitorId: string | undefined
      if (choice !== 'granted') {
        if ((choice as string) !== 'denied') return tell(type, choice, given)
        visitorId = recall(VISITOR) // Whose the refusal is.
        forgetAll()
      }
      if (!mayRemember()) forgetView() // Who was known already goes on reading.
      keep(CONSENT, choice, local)
      send({ type, details: [choice, given] }, visitorId)
    }
    // What waits in this tab is stored also where it was chosen in another. No cookie knows who refuses, either.
    if (mayRemember()) storeMemory()
    else if (choice) reset()
  },

  reset,

  submit,

  visitor(name: string, callback: (visitorId: string) => void) {
    const visitorId = holdVisitorId()
    if (visitorId) callback(visitorId)
    else setTimeout(run, BEAT, [name, callback])
  },
}

export const run = guarded((call: Call) => {
  lookAround(call.time) // The address may have changed a moment ago.
  ;(COMMANDS[call[0] as string] || tell)(...(call as unknown as [string]))
})

/** Whoever comes next is somebody else. */
function reset(): void {
  report(!document.hidden) // What has only just begun, and nobody has seen, is no visit.
  forgetView()
  forget(VISITOR)
  // The next person is asked anew; a refusal is not forgotten for them, because nothing is then.
  if (mayRemember()) forget(CONSENT)
  forgetCookie()
  holdVisitorId() // At once, where there may be one: what is still to be told of who was here brings the old cookie back.
}
