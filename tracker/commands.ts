/** The JS API, `window.braise`: what a page may call, and what each call does. */
import { BEAT, forgetView, leavePlace, report, viewPage } from './autotrack.ts'
import { submit } from './forms.ts'
import { guarded } from './guard.ts'
import { track } from './links.ts'
import { CONSENT, decide, forget, keep, recall, recallAnyway } from './storage.ts'
import { send } from './transport.ts'
import { holdVisitorId, uuid, VISITOR } from './visitor.ts'

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
    viewPage(title)
  },

  identify(email: string, traits?: Record<string, string>, options?: Options) {
    send({ type: 'identify', email, traits, ...options })
  },

  consent(choice: 'granted' | 'denied', options?: Options) {
    const visitorId = recall(VISITOR)
    // Consent tools repeat the choice on every page: only a change is news.
    if (choice === recallAnyway(CONSENT) || !/ed$/.test(choice)) return
    decide(choice)
    forgetView()
    send({ type: 'consent', choice, ...options }, visitorId)
  },

  visitor(callback: (visitorId: string) => void) {
    const visitorId = holdVisitorId()
    if (visitorId) callback(visitorId)
    else setTimeout(run, BEAT, ['visitor', callback])
  },

  reset() {
    report(true)
    // The next person is asked anew; a refusal is not forgotten for them, because nothing is then.
    forget(CONSENT)
    keep(VISITOR, uuid()) // At once: a cookie may still hold the former one.
    leavePlace()
  },
}

export const run = guarded(([command, ...details]: Iterable<unknown>) => {
  // @ts-expect-error what is no command throws
  commands[command](...details)
})
