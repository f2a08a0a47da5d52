/**
 * START HERE. The entry of `braise-debug.js`, which only the site's owner loads: with `data-debug` it says in the console
 * what is sent, and why not; with `#braise-ignore` it takes this browser out of the count, with `#braise-count` in again.
 */
import { complaintAbout, isAddress } from './calls.ts'
import type { Receipt } from './protocol.ts'

const site = new URL(import.meta.url).hash.slice(1)
const [, request] = /^#braise-(ignore|count)$/.exec(location.hash) ?? []

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
  window.fetch = async (...call) => {
    const told = toldIn(call[1]?.body)
    if (!told) return fetch(...call)
    for (const [words, event] of told) {
      say(`sends ${words}.`, event)
      if (event.type === 'form' && !Object.values(event.fields ?? {}).some(isAddress))
        say('makes no lead of this form: no field that may be told holds an e-mail address.')
    }
    try {
      const response = await fetch(...call)
      const receipt = response.ok ? ((await response.clone().json()) as Receipt) : undefined
      say(answerIn(response.status))
      for (const { id, reason } of receipt?.rejected ?? []) say(`was refused event ${id}: ${reason}.`)
      return response
    } catch (error) {
      say('got no answer: the collector cannot be reached, or something blocks it. The events are kept and sent again.')
      throw error
    }
  }
}

/** An event as this tracker posts it, or as earlier ones did: with a name for each of its details. */
type Told = Partial<Record<'url' | 'form' | 'name' | 'href' | 'choice', string>> & {
  type: string
  visibleMs?: number
  fields?: Record<string, string>
  details?: unknown[]
}

/** The events of a post with the words for each. Never throws: what waits is posted whether there are words for it or not. */
function toldIn(body: unknown): [words: string, event: Told][] | undefined {
  try {
    const [common, ...lines] = String(body)
      .split('\n')
      .map((line) => JSON.parse(line))
    if (common.site !== site) return undefined
    const events: Told[] = common.events ?? lines
    return events.map((event) => [wordsFor(event), event])
  } catch {
    return undefined // Somebody else's post.
  }
}

function wordsFor(event: Told): string {
  const [first, second] = event.details ?? [event.name ?? event.href ?? event.choice, event.visibleMs]
  switch (event.type) {
    case 'page':
      return `a page view of ${event.url}`
    case 'engage':
      return `that the page was read for ${Math.round(Number(second) / 1000)} s`
    case 'form':
      return `the form "${calledIn(event) || event.form || 'form'}" with ${
        Object.keys(event.fields ?? {})
          .map(nameOf)
          .join(', ') || 'none of its fields'
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

/** What whoever reported a form calls it. */
function calledIn({ details = [] }: Told): string | undefined {
  return (details[4] as { form?: string } | null | undefined)?.form
}

/** The page's own name of a field, in what describes it. */
function nameOf(description: string): string {
  return description.split('|')[2] || description
}

function answerIn(status: number): string {
  if (status < 300) return 'was heard: the events are stored.'
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
