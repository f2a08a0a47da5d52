/** What this browser keeps for the site, under names of its own in `localStorage`, and whether it may. */
import { options } from './options.ts'

export const CONSENT = 'consent'

/** Where storage is wanting (private windows, blocked cookies, sandboxed frames), and what must not outlive the page. */
const memory: Record<string, string> = {}

let local: Record<string, string> = {}
try {
  local = window.localStorage || local
} catch (_) {
  // Lost: remembering beyond this page.
}

/**
 * Whether this browser may be given an identifier and keep anything. A call of `consent` outweighs the browser's
 * Global Privacy Control (https://w3c.github.io/gpc/), because it was said later and to this very site.
 */
export function mayRemember(): boolean {
  const choice = recall(CONSENT)
  const { globalPrivacyControl, doNotTrack } = navigator as Navigator & { globalPrivacyControl?: boolean }
  return choice
    ? choice === 'granted'
    : !(options.consent || globalPrivacyControl || ('dnt' in options && Number(doNotTrack)))
}

export function recall(name: string): string | undefined {
  return memory[keyOf(name)] || local[keyOf(name)]
}

/** Keeps a text; for the life of the page only where storage is wanting, full or not allowed. */
export function keep(name: string, text: string): void {
  memory[keyOf(name)] = text
  try {
    if (name !== CONSENT && !mayRemember()) return
    local[keyOf(name)] = text
    delete memory[keyOf(name)]
  } catch (_) {
    // Lost: as above.
  }
}

export function forget(name: string): void {
  delete memory[keyOf(name)]
  delete local[keyOf(name)]
}

/** The names of all that is kept, and an empty one for what is not ours. */
export function names(): string[] {
  return Object.keys(local)
    .concat(Object.keys(memory))
    .map((key) => key.split(keyOf(''))[1] || '')
}

function keyOf(name: string): string {
  return `braise.${options.site}.${name}`
}
