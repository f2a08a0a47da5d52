/** What this browser keeps for the site, under names of its own in `localStorage`, and whether it may. */
import { options, prefix } from './options.ts'

declare global {
  interface Navigator {
    globalPrivacyControl?: boolean
  }
}

export const CONSENT = 'consent'
export const IGNORE = 'ignore'

/** For the life of the page only: what may not be stored yet, or finds no room. */
let memory: Record<string, string> = {}

/** What is stored, for all tabs. */
export let local: Record<string, string> = {}
try {
  local = localStorage || local
} catch (_) {
  // Lost: remembering beyond this page (private windows, blocked cookies, sandboxed frames).
}

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
 * memory because it may not be stored stays: forms of nobody.
 */
export function forgetAll(): void {
  if (mayRemember()) memory = {}
  names().map((name) => name > IGNORE && delete local[prefix + name])
}

/** What is kept under a name; nothing, if there is nothing. What is stored was said to all tabs, and outweighs the rest. */
export function recall(name: string): string {
  return (local[prefix + name] || memory[prefix + name]) as string
}

/** In one place only: what stood in another from before would be found again. */
export function keep(name: string, text: string, place = mayRemember() ? local : memory): void {
  forget(name)
  try {
    place[prefix + name] = text
  } catch (_) {
    // It is full. Lost: remembering beyond this page.
    memory[prefix + name] = text
  }
}

export function forget(name: string): void {
  delete local[prefix + name]
  delete memory[prefix + name]
}

/** Stores what had to wait in memory, forms of before consent. Throws where there is no room: then it waits there. */
export function storeMemory(): void {
  Object.assign(local, memory)
  memory = {}
}

/**
 * The names of all that is kept. What is kept by others, by the site `acme.fr` beside `acme` too, gives names under which nothing
 * is kept for this site, or which stand for what is its own.
 */
export function names(): string[] {
  return Object.keys(local)
    .concat(Object.keys(memory))
    .map((key) => key.split('.').pop() as string)
}
