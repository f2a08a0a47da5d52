/** What this browser keeps for the site, under names of its own in `localStorage`, and whether it may. */
import { options, prefix } from './options.ts'

declare global {
  interface Navigator {
    globalPrivacyControl?: boolean
  }
}

export const CONSENT = 'consent'
export const IGNORE = 'ignore'

/** For the life of the page only: what is kept while nothing may be stored. What is kept is found in both. */
const memory: Record<string, string> = {}

let stored: Record<string, string> = {}
try {
  stored = localStorage || stored
} catch (_) {
  // Lost: remembering beyond this page (private windows, blocked cookies, sandboxed frames).
}
/** What is stored, or a copy of it to go on with where storage is full. */
export let local = stored

/**
 * Whether this browser may be given an identifier and keep anything. A call of `consent` outweighs the browser's
 * Global Privacy Control (https://w3c.github.io/gpc/), because it was said later and to this very site.
 */
export function mayRemember(): boolean {
  return (
    (recall(CONSENT) ||
      options.consent ||
      navigator.globalPrivacyControl ||
      ('dnt' in options && (navigator.doNotTrack as unknown as number) > 0) ||
      'granted') === 'granted'
  )
}

/**
 * Nothing stays stored but a choice and that this browser is not counted, the two names that come first. What waits in
 * memory stays: forms of nobody, and a refusal, which says whose it is.
 */
export function forgetAll(): void {
  local = stored
  names().map((name) => name > IGNORE && delete stored[prefix + name])
}

/** What is kept under a name; nothing, if there is nothing. */
export function recall(name: string): string {
  return (local[prefix + name] || memory[prefix + name]) as string
}

export function keep(name: string, text: string, place = mayRemember() ? local : memory): void {
  try {
    place[prefix + name] = text
  } catch (_) {
    // It is full. Lost: remembering beyond this page.
    local = { ...local, [prefix + name]: text }
  }
}

export function forget(name: string): void {
  delete local[prefix + name]
  delete memory[prefix + name]
}

/** The names of all that is kept, and none for what is not ours. */
export function names(): string[] {
  return Object.keys(local)
    .concat(Object.keys(memory))
    .map((key) => key.split(prefix)[1] as string)
}
