/** The JS API, `window.braise`: what a page may call, and what each call does. */
import { BEAT, forgetView, lookAround, report, viewPage } from './autotrack.ts'
import { submit } from './forms.ts'
import { guarded } from './guard.ts'
import { track } from './links.ts'
import { options } from './options.ts'
import { CONSENT, decide, forget, recall, recallAnyway } from './storage.ts'
import { send } from './transport.ts'
import { holdVisitorId, VISITOR } from './visitor.ts'

interface Options {
  title?: string
  form?: string
  proof?: string
}

/** Calls that make no sense throw, or are refused by the collector, whose list of refused events shows them to the owner. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the page passes
const commands: Record<string, (...details: any[]) => void> = {
  submit,
  track,

  page({ title }: Options = {}) {
    lookAround() // The address may have changed a moment ago.
    viewPage(title)
  },

  identify(email: string, traits?: Record<string, string>, given?: Options) {
    send({ type: 'identify', email, traits, ...given })
  },

  consent(choice: 'granted' | 'denied', given?: Options) {
    const visitorId = recall(VISITOR)
    // Consent tools repeat the choice on every page: only a change is news.
    if (choice === recallAnyway(CONSENT) || !/^(grant|deni)ed$/.test(choice)) return
    decide(choice)
    if (!visitorId || choice === 'denied') forgetView() // Who was known already goes on reading.
    send({ type: 'consent', choice, ...given }, visitorId)
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
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere, nor on plain http pages
    if ('cookie' in options) document.cookie = `braise=;max-age=0;path=/;domain=${options.cookie}`
    // The next person is asked anew; a refusal is not forgotten for them, because nothing is then.
    forget(CONSENT)
  },
}

export const run = guarded(([command, ...details]: Iterable<unknown>) => {
  // @ts-expect-error what is no command throws
  commands[command](...details)
})
