/** The JS API, `window.braise`: what a page may call, and what each call does. */
import { reportEngagement, viewNewPlace, viewPage } from './autotrack.ts'
import { submit } from './forms.ts'
import { guarded } from './guard.ts'
import { track } from './links.ts'
import { CONSENT, forget, keep, mayRemember, names, recall } from './storage.ts'
import { send } from './transport.ts'
import { holdVisitorId, uuid, VISITOR } from './visitor.ts'

interface Options {
  title?: string
  form?: string
  proof?: string
}

let waiting: ((visitorId: string) => void)[] = []

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
    if (choice === recall(CONSENT) || !/^(granted|denied)$/.test(choice)) return
    if (choice === 'denied') names().forEach(forget)
    keep(CONSENT, choice)
    send({ type: 'consent', choice, ...options }, visitorId)
    viewNewPlace()
    tellVisitor()
  },

  visitor(callback: (visitorId: string) => void) {
    waiting.push(guarded(callback))
    tellVisitor()
  },

  reset() {
    reportEngagement()
    // The next person is asked anew; a refusal is not forgotten for them.
    if (mayRemember()) forget(CONSENT)
    forget(VISITOR)
    if (mayRemember()) keep(VISITOR, uuid()) // At once: a cookie may still hold the former one.
    viewNewPlace(true)
  },
}

export function run([command, ...details]: Iterable<unknown>): void {
  const call = commands[command as string]
  if (call) call(...details)
}

function tellVisitor(): void {
  if (mayRemember()) waiting = waiting.filter((callback) => callback(holdVisitorId()))
}
