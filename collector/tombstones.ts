/**
 * Who was erased, as keyed hashes, in a file outside the database: a restored backup of the database does not know of
 * them, and this file makes it forget them again. The key lies in another file, or in the environment: without it, the
 * hashes of addresses, which can be guessed, tell nothing.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Person } from './store/person.ts'

/** One line of the file. */
export interface Tombstone {
  id: string
  siteId: string
  at: number
  /** Which key the hashes were made with. */
  key: string
  /** Null for a visitor who gave no address. */
  email: string | null
  visitors: string[]
}

/** Where and by which key; without a key, one is made beside the file when the first is needed. */
export interface Graveyard {
  path: string
  key: string | null
}

export class Tombstones {
  readonly #path: string
  #key: string | null
  readonly #all = new Map<string, Tombstone>()
  readonly #byVisitor = new Map<string, Tombstone>()
  readonly #byEmail = new Map<string, Tombstone>()

  /** @throws where the file is damaged, or its hashes were made with another key */
  constructor({ path, key }: Graveyard) {
    this.#path = path
    this.#key = key ?? (existsSync(keyPathOf(path)) ? readFileSync(keyPathOf(path), 'utf8').trim() || null : null)
    for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
      // A crash in the middle of a line: nobody was told that it was done.
      if (!line.endsWith('}')) continue
      const tombstone = JSON.parse(line) as Tombstone
      this.#refuseOtherKey(tombstone)
      this.#bury(tombstone)
    }
  }

  has(id: string): boolean {
    return this.#all.has(id)
  }

  all(): Tombstone[] {
    return [...this.#all.values()]
  }

  /** Adds somebody, on disk before it returns. @returns the line */
  add(id: string, { siteId, email, lastIds }: Person, now: number): string {
    this.#key ??= makeKey(this.#path)
    const tombstone: Tombstone = {
      id,
      siteId,
      at: now,
      key: nameOf(this.#key),
      email: email === null ? null : this.#hash(siteId, 'email', email),
      visitors: lastIds.map((visitorId) => this.#hash(siteId, 'visitor', visitorId)),
    }
    const line = JSON.stringify(tombstone)
    this.keep(line)
    return line
  }

  /** Keeps a line that another collector wrote. @throws where it was made with another key */
  keep(line: string): void {
    const tombstone = JSON.parse(line) as Tombstone
    if (this.has(tombstone.id)) return
    this.#refuseOtherKey(tombstone)
    // First: what could not be written down was not done, and must not go on as though it were.
    appendLine(this.#path, line)
    this.#bury(tombstone)
  }

  ofVisitor(siteId: string, visitorId: string): Tombstone | undefined {
    return this.#byVisitor.size > 0 ? this.#byVisitor.get(this.#hash(siteId, 'visitor', visitorId)) : undefined
  }

  /** The last one of the person with this address. */
  ofEmail(siteId: string, email: string): Tombstone | undefined {
    return this.#byEmail.size > 0 ? this.#byEmail.get(this.#hash(siteId, 'email', email)) : undefined
  }

  #refuseOtherKey({ key }: Tombstone): void {
    if (this.#key !== null && key === nameOf(this.#key)) return
    throw new Error(
      `Somebody was erased with another key than this one: every collector of a database needs the same ERASED_KEY ` +
        `(one that made its own keeps it in ${keyPathOf(this.#path)})`,
    )
  }

  #bury(tombstone: Tombstone): void {
    this.#all.set(tombstone.id, tombstone)
    for (const visitor of tombstone.visitors) this.#byVisitor.set(visitor, tombstone)
    const { email, at } = tombstone
    if (email !== null && at >= (this.#byEmail.get(email)?.at ?? 0)) this.#byEmail.set(email, tombstone)
  }

  #hash(siteId: string, kind: 'email' | 'visitor', text: string): string {
    const hash = createHmac('sha256', this.#key as string)
    return hash.update(JSON.stringify([siteId, kind, text])).digest('base64url')
  }
}

const keyPathOf = (path: string) => `${path}.key`

/** Tells keys apart and tells nothing of them. */
function nameOf(key: string): string {
  return createHmac('sha256', key).update('name').digest('base64url').slice(0, 12)
}

function makeKey(path: string): string {
  const key = randomBytes(32).toString('base64url')
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Whole or not there: by half a key, or none, addresses could be guessed.
  writeDurably(openSync(`${keyPathOf(path)}-new`, 'w', 0o600), key)
  renameSync(`${keyPathOf(path)}-new`, keyPathOf(path))
  return key
}

function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Begins on a line of its own also where a crash has left half of one.
  writeDurably(openSync(path, 'a', 0o600), `\n${line}\n`)
}

function writeDurably(file: number, text: string): void {
  try {
    // Unlike `writeSync`, until all of it is written.
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
