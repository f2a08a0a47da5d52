/** The JS API, `window.braise`: what a page may call, and what each call does. */
import { BEAT, forgetView, lookAround, report, viewPage } from './autotrack.ts'
import { submit } from './forms.ts'
import { guarded } from './guard.ts'
import { options } from './options.ts'
import { CONSENT, forget, forgetAll, keep, local, recall, recallAnyway, storeMemory } from './storage.ts'
import { send, tell } from './transport.ts'
import { holdVisitorId, VISITOR } from './visitor.ts'

/** What the page passed, `arguments` or a list, and when, by `Date.now()`, if it tells. */
export type Call = Iterable<unknown> & { time?: number }

interface Options {
  title?: string
  form?: string
  proof?: string
  text?: string
  tool?: string
}

/**
 * All others are `track`, `identify` and what makes no sense: they are told as they are, and the collector refuses what it does
 * not know, so that the owner sees it in the list of refused events.
 */
// biome-ignore lint/suspicious/noExplicitAny: whatever the page passes
const commands: Record<string, (...details: any[]) => void> = {
  __proto__: null as never, // There is no command `constructor`.

  submit,

  page: viewPage,

  consent(choice: 'granted' | 'denied', given?: Options) {
    const visitorId = recall(VISITOR)
    if (choice === recallAnyway(CONSENT)) return // Consent tools repeat it on every page: only a change is news.
    if (choice === 'denied') {
      forgetAll()
      forgetView()
    } else if (choice !== 'granted') return tell('consent', choice, given)
    keep(CONSENT, choice, local)
    if (!visitorId) forgetView() // Who was known already goes on reading.
    send({ type: 'consent', details: [choice, given] }, visitorId)
    storeMemory()
  },

  visitor(callback: (visitorId: string) => void) {
    const visitorId = holdVisitorId()
    if (visitorId) callback(visitorId)
    else setTimeout(run, BEAT, ['visitor', callback])
  },

  reset() {
    report(true)
    forgetView()
    forget(VISITOR)
    // The next person is asked anew; a refusal is not forgotten for them, because nothing is then.
    forget(CONSENT)
    // Where none is wanted, there is no such domain either, or no cookie may be touched.
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere, nor on plain http pages
    document.cookie = `braise=;max-age=0;path=/;domain=${options.cookie}`
  },
}

export const run = guarded((call: Call) => {
  const [name, ...details] = call as unknown as [string, ...unknown[]]
  lookAround(call.time) // The address may have changed a moment ago.
  commands[name] ? commands[name](...details) : tell(name, ...details)
})
