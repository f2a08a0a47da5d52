/**
 * A SQLite file has one owner, a process. Beside the file stand two small ones: `…-owner` is held while the process lives
 * and says who it is, `…-mark` says how many commits were acknowledged.
 */
import { closeSync, existsSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import Sqlite from 'better-sqlite3'

/** One that is just ending, or that looks who owns it, is waited for. */
const WAIT = 1000

/** Another process owns the file. */
export class Owned extends Error {}

export interface Ownership {
  /** Did the one before end without giving it up? */
  wasUnclean: boolean
  /** Gives it up, after a clean end. */
  release(): void
}

interface OwnerRow {
  process: number
  host: string
  since: string
  ended: number
}

/**
 * Holds the file for this process. The system takes the hold away when the process dies, however it dies: it is SQLite's
 * own lock for a writer, on a database with one row, which others can still read.
 * @throws Owned, with the name of who holds it
 */
export function own(path: string): Ownership {
  const file = new Sqlite(`${realPathOf(path)}-owner`, { timeout: WAIT })
  const find = () => {
    return file.prepare('select process, host, since, ended from owner').get() as OwnerRow | undefined
  }
  try {
    file.exec('create table if not exists owner (process integer, host text, since text, ended integer)')
    file.exec('begin immediate')
    const before = find()
    file.exec('delete from owner')
    file
      .prepare('insert into owner values (?, ?, ?, 0)')
      .run(process.pid, hostname(), new Date().toISOString().slice(0, 19))
    // Committed, so that others can read it; then held again. Should another one be quicker, it is the owner.
    file.exec('commit')
    file.exec('begin immediate')
    return {
      wasUnclean: before !== undefined && before.ended === 0,
      release() {
        file.exec('update owner set ended = 1')
        file.exec('commit')
        file.close()
      },
    }
  } catch (error) {
    const owner = (error as { code?: string }).code === 'SQLITE_BUSY' ? find() : undefined
    file.close()
    if (!owner) throw error
    throw new Owned(
      `${path} is in use by process ${owner.process} on ${owner.host}, since ${owner.since} UTC: stop that one first, ` +
        'or give this one another DATABASE_URL',
    )
  }
}

/** Commits are counted in 31 bits, and then from the beginning. */
const COMMITS_KNOWN = 2 ** 31
/** 0 is a new file, and 1 one of a version that did not count, and did not overwrite what it deleted. */
const FIRST_COMMIT = 2

export const nextCommit = (commit: number): number => Math.max(FIRST_COMMIT, (commit + 1) % COMMITS_KNOWN)

/**
 * The number of the last commit that was acknowledged. It is written without a sync of its own: a crash leaves it, a power
 * cut may take it, and its absence proves nothing. But a file that has come to less than the mark says has lost commits.
 */
export class Mark {
  readonly #descriptor: number
  /** How many acknowledged commits the file has lost. */
  readonly lost: number

  /** @param commit what the file has come to */
  constructor(path: string, commit: number) {
    const mark = markOf(path)
    const written = existsSync(mark) ? Number(readFileSync(mark, 'utf8').trim() || Number.NaN) : Number.NaN
    const ahead = (written - commit + COMMITS_KNOWN) % COMMITS_KNOWN
    this.lost = ahead < COMMITS_KNOWN / 2 ? ahead : 0
    this.#descriptor = openSync(mark, existsSync(mark) ? 'r+' : 'w', 0o600)
    this.set(commit)
  }

  set(commit: number): void {
    try {
      // Always of one length, over itself: it needs no room on a full disk.
      writeSync(this.#descriptor, String(commit).padStart(10), 0)
    } catch {
      // Then a loss after this moment goes unnoticed.
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

/** Another file takes this one's place, and may have come to less. */
export function forgetMark(path: string): void {
  rmSync(markOf(path), { force: true })
}

const markOf = (path: string) => `${realPathOf(path)}-mark`

/** The same file by another name has the same owner. */
function realPathOf(path: string): string {
  return existsSync(path) ? realpathSync(path) : path
}
