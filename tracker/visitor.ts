import type { VisitorEvent } from './protocol.ts'

/** An event before it has its id and its time. */
export type Draft = VisitorEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'id' | 'at'>
    : never
  : never

const IGNORE_KEY = 'braise.ignore'
const UUID_SHAPE = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** What storage would not take. Private windows, blocked cookies and sandboxed frames throw on every access. */
const memory: Record<string, string | null> = {}

let prefix = ''
let consentRequired = false
let lastAt = 0

export function openVisitor(site: string, requireConsent: boolean): void {
  prefix = `braise.${site}.`
  consentRequired = requireConsent
}

/**
 * The dashboard opens the site with `#braise-ignore`, or `#braise-count`, which undoes it, and waits for the word that
 * it worked. `'*'`, because the dashboard may be anywhere; the word tells nothing that its opener did not ask for.
 */
export function heedStaff(): void {
  const { hash } = location
  const { opener } = window
  const ignore = hash === '#braise-ignore'
  if ((ignore || hash === '#braise-count') && store(IGNORE_KEY, ignore ? '1' : null) && opener) {
    opener.postMessage({ braise: ignore ? 'ignored' : 'counted' }, '*')
  }
}

/** Whether this browser belongs to the staff, and is not counted. */
export function isIgnored(): boolean {
  return !!fetchStored(IGNORE_KEY)
}

/**
 * Whether this browser may be given an identifier and keep anything. A call of `consent` outweighs the browser's
 * Global Privacy Control (https://w3c.github.io/gpc/), because it was said later and to this very site.
 */
export function mayRemember(): boolean {
  const choice = recall('consent')
  if (choice) return choice === 'granted'
  return !consentRequired && !(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
}

/** The visitor's id, made on first need. Ask `mayRemember` first. */
export function holdVisitorId(): string {
  const known = findVisitorId()
  if (known) return known
  const minted = uuid()
  keep('visitor', minted)
  return minted
}

export function findVisitorId(): string | null {
  const known = recall('visitor')
  return known && UUID_SHAPE.test(known) ? known : null
}

/** Gives an event its id and its time. */
export function mint<D extends Draft>(draft: D): D & { id: string; at: number } {
  // Events are ordered by (at, id), and ids of one millisecond are in no order: two events never share a time.
  lastAt = Math.max(Date.now(), lastAt + 1)
  return { ...draft, id: uuid(), at: lastAt }
}

/**
 * UUID v7 (RFC 9562): 48 bits of time, 74 random bits. Not `crypto.randomUUID`, which is v4 and is missing on plain
 * http pages: https://developer.mozilla.org/docs/Web/API/Crypto/randomUUID
 */
export function uuid(): string {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) =>
    (byte + 256).toString(16).slice(1),
  ).join('')
  const time = Date.now().toString(16).padStart(12, '0')
  // The variant's digit is binary 10xx: '8' to 'b', by two random bits.
  const variant = '89ab'[parseInt(random.slice(6, 7), 16) & 3]
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(-12)}`
}

/** Reads what `keep` kept for this site. */
export function recall(name: string): string | null {
  const key = prefix + name
  const held = memory[key]
  return held === undefined ? fetchStored(key) : held
}

/** Keeps a text for this site, or forgets it when it is null; for the life of the page where storage is wanting. */
export function keep(name: string, value: string | null): void {
  const key = prefix + name
  if (store(key, value)) delete memory[key]
  else memory[key] = value
}

/** The names that begin like this under which something is kept. */
export function namesOf(beginning: string): string[] {
  const start = prefix + beginning
  const keys = storedKeys().concat(Object.keys(memory))
  return keys.filter((key) => key.indexOf(start) === 0 && memory[key] !== null).map((key) => key.slice(prefix.length))
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage)
  } catch (_) {
    return [] // Lost: as below.
  }
}

function store(key: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
    return true
  } catch (_) {
    return false // Lost: remembering beyond this page.
  }
}

function fetchStored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch (_) {
    return null // Lost: what an earlier page kept, if storage was allowed then.
  }
}
