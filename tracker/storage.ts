/** What this browser keeps for the site, under names of its own in `localStorage`, and whether it may. */
import { options, prefix } from './options.ts'

declare global {
  interface Navigator {
    globalPrivacyControl?: boolean
  }
}

/** Names of what is read whether anything may be kept or not. */
export const CONSENT = 'consent'
export const IGNORE = 'ignore'

/** For the life of the page only: what is kept while nothing may be. */
const memory: Record<string, string> = {}

let stored: Record<string, string> = {}
try {
  stored = window.localStorage || stored
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
    (recallAnyway(CONSENT) ||
      options.consent ||
      navigator.globalPrivacyControl ||
      ('dnt' in options && (navigator.doNotTrack as unknown as number) > 0) ||
      'granted') === 'granted'
  )
}

/** Nothing stays stored, whatever was in force. */
export function forgetAll(): void {
  for (const key in stored) if (key.startsWith(prefix)) delete stored[key]
  local = stored
}

/** Forms of before a consent are still to be delivered. Throws where storage is full. */
export function storeMemory(): void {
  Object.assign(shelf(), memory)
}

export function recallAnyway(name: string): string | undefined {
  return local[prefix + name]
}

/** What is kept under a name; nothing, if there is nothing. */
export function recall(name: string): string {
  return shelf()[prefix + name] as string
}

export function keep(name: string, text: string, place = shelf()): void {
  try {
    place[prefix + name] = text
  } catch (_) {
    // It is full. Lost: remembering beyond this page.
    local = { ...local, [prefix + name]: text }
  }
}

export function forget(name: string): void {
  delete shelf()[prefix + name]
}

/** The names of all that is kept, and an empty one for what is not ours. */
export function names(): string[] {
  return Object.keys(shelf()).map((key) => key.split(prefix)[1] || '')
}

function shelf(): Record<string, string> {
  return mayRemember() ? local : memory
}
