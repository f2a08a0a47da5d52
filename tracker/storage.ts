/** What this browser keeps for the site, under names of its own in `localStorage`. */
import { options } from './options.ts'

/** Where storage is wanting (private windows, blocked cookies, sandboxed frames), and what must not outlive the page. */
const memory: Record<string, string> = {}

let local: Record<string, string> = {}
try {
  local = localStorage
} catch (_) {
  // Lost: remembering beyond this page.
}

export function recall(name: string): string | undefined {
  return memory[keyOf(name)] || local[keyOf(name)]
}

/** Keeps a text, for the life of the page only where storage is wanting or `fleeting`; without one, forgets it. */
export function keep(name: string, text?: string, fleeting?: boolean): void {
  const key = keyOf(name)
  delete memory[key]
  try {
    delete local[key]
    if (text && !fleeting) local[key] = text
  } catch (_) {
    fleeting = true // The storage is full, or locked.
  }
  if (text && fleeting) memory[key] = text
}

/** The names that begin like this under which something is kept. */
export function namesOf(beginning: string): string[] {
  return Object.keys(local)
    .concat(Object.keys(memory))
    .filter((key) => !key.indexOf(keyOf(beginning)))
    .map((key) => key.slice(keyOf('').length))
}

function keyOf(name: string): string {
  return `braise.${options.site}.${name}`
}
