import { currentUrl, endView, pageHides, pageShows, restartView, viewPage, watchPages } from './autotrack.ts'
import { type FormSource, sendHeldForm, submit, watchForms } from './forms.ts'
import { guarded, listen } from './guard.ts'
import type { TrackEvent } from './protocol.ts'
import { dropQueue, enqueue, flush, openTransport, send } from './transport.ts'
import {
  findVisitorId,
  heedStaff,
  holdVisitorId,
  isIgnored,
  keep,
  mayRemember,
  mint,
  openVisitor,
  recall,
} from './visitor.ts'

/** START HERE. The entry of `braise.js`: reads its own script tag, answers `window.braise`, reports. */

type Command = (...details: never[]) => void
interface Braise {
  (command: string, ...details: unknown[]): void
  /** Calls made before the script had loaded. */
  q?: Iterable<ArrayLike<unknown>>
  /** The real function and not the page's stub. */
  ready?: boolean
}
declare global {
  interface Window {
    braise?: Braise
  }
}

const NAME_LENGTH = 200
const TEXT_LENGTH = 500
const PROPERTIES = 50

const commands: Record<string, Command> = {
  page(options?: { title?: unknown }) {
    viewPage(textOf(options, 'title'))
  },

  track(name: unknown, properties?: unknown) {
    if (typeof name !== 'string' || !name.trim()) return
    send(
      mint({
        type: 'track',
        url: currentUrl(),
        name: name.trim().slice(0, NAME_LENGTH),
        properties: primitives(properties),
      }),
    )
  },

  identify(email: unknown, traits?: unknown, options?: unknown) {
    if (typeof email !== 'string' || !/^\s*\S+@\S+\s*$/.test(email) || email.length > 254) return
    const known: Record<string, string> = {}
    const given = primitives(traits)
    for (const name of Object.keys(given)) known[name] = `${given[name]}`
    send(mint({ type: 'identify', email: email.trim(), traits: known, ...proofIn(options) }), true)
  },

  submit(source: FormSource, options?: unknown) {
    submit(source, textOf(options, 'form'))
  },

  consent(choice: unknown, options?: unknown) {
    // Consent tools repeat the choice on every page: only a change is news.
    if ((choice !== 'granted' && choice !== 'denied') || choice === recall('consent')) return
    const counted = mayRemember()
    const event = mint({ type: 'consent', choice, ...proofIn(options) })
    if (choice === 'granted') {
      keep('consent', choice)
      send(event)
      if (!counted) restartView()
      for (const callback of waitingForId.splice(0)) callback(holdVisitorId())
    } else {
      const visitorId = findVisitorId()
      dropQueue()
      keep('visitor', null)
      keep('consent', choice)
      if (visitorId) enqueue(event, visitorId, false)
    }
    flush(true)
  },

  visitor(callback: (visitorId: string) => void) {
    const safe = guarded(callback)
    if (mayRemember()) safe(holdVisitorId())
    else waitingForId.push(safe)
  },

  reset() {
    endView()
    sendHeldForm()
    flush(true)
    keep('visitor', null)
    // The next person is asked anew; a refusal is not forgotten for them.
    if (recall('consent') === 'granted') keep('consent', null)
  },
}

const waitingForId: ((visitorId: string) => void)[] = []

guarded(start)()

function start(): void {
  const stub: Partial<Braise> = window.braise || {}
  if (stub.ready) return // The tag is on the page twice.
  const tag = (document.currentScript || document.querySelector('script[data-site]')) as HTMLScriptElement
  const { site = 'default', api, consent, hash, manual, forms, cookie } = tag.dataset
  heedStaff()
  const ignored = isIgnored()
  let early: unknown[][] | undefined = Array.from(stub.q || [], (call) => Array.from(call))
  const braise: Braise = guarded((...call: unknown[]) => {
    if (early && !ignored) early.push(call)
    else if (!ignored) run(call)
  })
  braise.ready = true
  window.braise = braise

  if (ignored) return

  const begin = guarded(() => {
    openVisitor(site, consent === 'required')
    openTransport(site, new URL(api || '/e', tag.src || location.href).href, cookie !== undefined)
    if (forms !== 'off') watchForms()
    listen(document, 'visibilitychange', () => (document.visibilityState === 'visible' ? shown() : hidden()))
    listen(window, 'pagehide', hidden)
    listen(window, 'online', () => flush(true))
    watchPages(hash !== undefined, manual !== undefined)
    const calls = early || []
    early = undefined
    for (const call of calls) guarded(run)(call)
  })
  // A page that the browser renders ahead, and that nobody may ever see, has not been visited.
  if ((document as { prerendering?: boolean }).prerendering) listen(document, 'prerenderingchange', begin)
  else begin()
}

function run([command, ...details]: unknown[]): void {
  ;(commands[command as string] as (...details: unknown[]) => void)(...details)
}

function shown(): void {
  pageShows()
  flush(true)
}

/** The last chance: on phones nothing else is certain to be told (https://developer.chrome.com/docs/web-platform/page-lifecycle-api). */
function hidden(): void {
  sendHeldForm()
  pageHides()
  flush(true)
}

function textOf(options: unknown, key: string): string | undefined {
  const text = options && (options as Record<string, unknown>)[key]
  return typeof text === 'string' && text ? text.slice(0, TEXT_LENGTH) : undefined
}

function proofIn(options: unknown): { proof?: string } {
  const proof = textOf(options, 'proof')
  return proof ? { proof } : {}
}

function primitives(properties: unknown): NonNullable<TrackEvent['properties']> {
  const kept: NonNullable<TrackEvent['properties']> = {}
  for (const name of Object.keys(properties || {}).slice(0, PROPERTIES)) {
    const value = (properties as Record<string, unknown>)[name]
    if (typeof value === 'string') kept[name] = value.slice(0, TEXT_LENGTH)
    else if (typeof value === 'number' || typeof value === 'boolean') kept[name] = value
  }
  return kept
}
