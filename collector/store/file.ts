/**
 * What is done to a SQLite file itself, over connections of its own, while whoever owns it goes on. It needs the driver
 * alone, so that a thread for it takes little memory.
 */
import Sqlite from 'better-sqlite3'

/** It has a thread of its own to block. */
const VACUUM_WAITS_MS = 10 * 1000
/** For a moment between two commits. */
const EMPTYING_WAITS_MS = 1000
/** 4 MiB: a sync of the file for less would be felt by those who wait for a sync of the log. */
const PAGES_WORTH_COPYING = 1000

/**
 * Writes the file anew: others can read meanwhile, not write. `secure_delete` alone is not enough: where rows move from page
 * to page to make room, copies stay in the space that a page does not use.
 */
export function vacuum(path: string): void {
  const file = new Sqlite(path, { timeout: VACUUM_WAITS_MS })
  file.exec('pragma secure_delete = on; vacuum')
  file.close()
}

/** Reads everything. @returns what makes no sense; null: nothing was found */
export function findDamage(path: string): string | null {
  const file = new Sqlite(path, { readonly: true })
  const found = file.pragma('quick_check(3)') as { quick_check: string }[]
  file.close()
  const lines = found.map(({ quick_check }) => quick_check)
  return lines[0] === 'ok' ? null : lines.join('; ')
}

/** The log of the file: whoever commits meanwhile does not wait for the disk to take it. */
export interface SqliteLog {
  /** Copies what commits have left there into the file itself. @returns whether there was enough to be worth it */
  copy(): boolean
  /**
   * Empties it of former pages, which it keeps until it begins anew.
   * @returns false where somebody still reads what was before, or writes
   */
  empty(): boolean
}

/** In pages; those that have been copied are in the log still. */
interface State {
  busy: number
  log: number
  checkpointed: number
}

export function openLog(path: string): SqliteLog {
  const file = new Sqlite(path, { timeout: 0 })
  const look = file.prepare<[], State>('pragma wal_checkpoint(noop)')
  const copy = file.prepare('pragma wal_checkpoint(passive)')
  const empty = file.prepare<[], State>('pragma wal_checkpoint(truncate)')
  return {
    copy() {
      const { log, checkpointed } = look.get() as State
      const isWorthIt = log - checkpointed >= PAGES_WORTH_COPYING
      if (isWorthIt) copy.get()
      return isWorthIt
    },
    empty() {
      file.exec(`pragma busy_timeout = ${EMPTYING_WAITS_MS}`)
      const { busy } = empty.get() as State
      file.exec('pragma busy_timeout = 0')
      return busy === 0
    },
  }
}
