/**
 * START HERE. The entry of `braise-debug.js`, which only the site's owner loads: with `data-debug` it says in the console
 * what is sent, and why not; with `#braise-ignore` it takes this browser out of the count, with `#braise-count` in again.
 */
import { complaintAbout, isAddress } from './calls.ts'
import type { Receipt } from './protocol.ts'

const site = new URL(import.meta.url).hash.slice(1)
const [, request] = /#braise-(ignore|count)$/.exec(location.hash) ?? []

if (request) heedStaff(request === 'ignore')
else {
  say(`watches this page for the site "${site}". Calls from before this line are not checked.`)
  const silence = reasonForSilence()
  if (silence) say(`sends nothing, because ${silence}.`)
  watchCalls()
  watchPosts()
}

/** The dashboard waits for the word that it worked. `'*'`, because it may be anywhere, and has asked for what it is told. */
function heedStaff(ignore: boolean): void {
  if (ignore) localStorage.setItem(keyOf('ignore'), '1')
  else localStorage.removeItem(keyOf('ignore'))
  window.opener?.postMessage({ braise: ignore ? 'ignored' : 'counted' }, '*')
}

function reasonForSilence(): string | undefined {
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean }
  const tag = document.querySelector<HTMLScriptElement>('script[data-debug]')
  const choice = recall('consent')
  if (recall('ignore')) return 'this browser is one of your own: open the page with #braise-count to be counted'
  if (document.hidden) return 'nobody has seen the page yet'
  if (choice === 'granted') return undefined
  if (choice === 'denied') return 'consent was refused; a form that is submitted is sent, without the visitor'
  if (globalPrivacyControl) return 'the browser asks not to be tracked (Global Privacy Control)'
  if (tag?.dataset.dnt !== undefined && doNotTrack === '1') return 'the browser asks not to be tracked (Do Not Track)'
  if (tag?.dataset.consent !== undefined) return 'consent is required and not given yet'
  return undefined
}

/** Looks over the shoulder of `braise`, too; what was called before this file came has been done without us. */
function watchCalls(): void {
  const { braise } = window
  if (!braise) return
  const watched = (...call: [command: string, ...details: unknown[]]) => {
    const complaint = complaintAbout(call)
    if (complaint) say(complaint)
    braise(...call)
  }
  window.braise = Object.assign(watched, braise)
}

/** Looks over the shoulder of `fetch`, for this page only. */
function watchPosts(): void {
  const { fetch } = window
  window.fetch = (...call) => {
    const told = toldIn(call[1]?.body)
    for (const [words, event] of told) {
      say(`sends ${words}.`, event)
      if (event.type === 'form' && !Object.values(fieldsIn(event)).some(isAddress))
        say('makes no lead of this form: no field that may be told holds an e-mail address.')
    }
    const posted = fetch(...call)
    if (told.length > 0) hear(posted, told)
    return posted
  }
}

/** Whoever posted gets the very answer, no later than without us. */
async function hear(posted: Promise<Response>, told: Told[]): Promise<void> {
  let response: Response
  try {
    response = await posted
  } catch {
    say('got no answer: the collector cannot be reached, or something blocks it. The events are kept and sent again.')
    return
  }
  try {
    say(response.ok ? storedBy(await response.clone().json(), told) : answerIn(response.status))
  } catch {
    say(`was answered (${response.status}), but not by a collector. The events are dropped.`)
  }
}

/** @throws TypeError where it is no receipt */
function storedBy({ accepted, rejected }: Receipt, told: Told[]): string {
  const stored = `was heard: ${accepted} ${accepted === 1 ? 'event is' : 'events are'} stored${accepted ? notScored() : ''}`
  const refused = rejected.map(({ id, reason }) => `${called(id, told)} (${reason})`)
  return refused.length > 0 ? `${stored}; refused: ${refused.join(', ')}.` : `${stored}.`
}

/** The words for the event with this id, which the collector may write in full: its end is the same then. */
function called(id: string | null, told: Told[]): string {
  const [words] = told.find(([, event]) => id && event.id?.slice(-17) === id.slice(-17)) ?? []
  return words ?? `event ${id}`
}

/** The collector goes by the user agent alone: it cannot know that a program controls the browser. A CUBOT is a telephone. */
function notScored(): string {
  if (/headless|crawl|spider|(^|[^u])bot\b/i.test(navigator.userAgent))
    return ', but never scored, because by its user agent this browser is a bot'
  if (navigator.webdriver) return ', but never scored if the user agent says that a program controls this browser'
  return ''
}

/** An event with the words for it. */
type Told = [words: string, event: Posted]

/** An event as this tracker posts it, or as earlier ones did: with a name for each of its details. */
type Posted = Partial<Record<'id' | 'url' | 'form' | 'name' | 'href' | 'choice', string>> & {
  type: string
  visibleMs?: number
  fields?: Record<string, string>
  details?: unknown[]
}

/** The events of a post with the words for each. Never throws: what waits is posted whether there are words for it or not. */
function toldIn(body: unknown): Told[] {
  try {
    const [common, ...lines] = String(body)
      .split('\n')
      .map((line) => JSON.parse(line))
    if (common.site !== site) return []
    const events: Posted[] = common.events ?? lines
    return events.map((event) => [wordsFor(event), event])
  } catch {
    return [] // Somebody else's post.
  }
}

function wordsFor(event: Posted): string {
  const [first, second] = event.details ?? [event.name ?? event.href ?? event.choice, event.visibleMs]
  switch (event.type) {
    case 'page':
      return `a page view of ${event.url}`
    case 'engage':
      return `that the page was read for ${Math.round(Number(second) / 1000)} s`
    case 'form':
      return `the form "${calledIn(event)}" with ${
        Object.keys(fieldsIn(event)).map(nameOf).join(', ') || 'none of its fields'
      }`
    case 'identify':
      return 'who the visitor is'
    case 'track':
      return first ? `"${first}"` : 'an event without a name'
    case 'link':
      return `a click on the link to ${first}`
    case 'consent':
      return `that consent was ${first}`
    default:
      return `"${event.type}", which the collector does not know`
  }
}

/** What whoever reported a form calls it, or else the form itself. */
function calledIn({ form, details = [] }: Posted): unknown {
  return (details[4] as { form?: string } | null | undefined)?.form || details[5] || form || 'form'
}

function fieldsIn({ fields, details = [] }: Posted): Record<string, string> {
  return fields ?? (details[6] as Record<string, string> | undefined) ?? {}
}

/** The page's own name of a field, in what describes it. */
function nameOf(description: string): string {
  return description.split('|')[2] || description
}

function answerIn(status: number): string {
  if (status === 403) return 'was turned away: this website is not among those allowed for the site. Tries again later.'
  if (status === 404) return `was turned away: the collector knows no site "${site}". Tries again later.`
  if (status === 429 || status >= 500) return `was told to come later (${status}). The events are kept and sent again.`
  return `was refused (${status}). The events are dropped.`
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(keyOf(name))
  } catch {
    return null // No storage here.
  }
}

function keyOf(name: string): string {
  return `braise.${site}.${name}`
}

function say(words: string, ...details: unknown[]): void {
  console.info(`Braise ${words}`, ...details)
}
