/** What an engine's error means, where neither the statement nor its values are at fault. */
/**
 * `passing`: a lock held elsewhere, a connection lost; it passes by itself. `full`: no room on the disk. `unwritable`: the
 * disk is read-only or fails. `damaged`: what is read makes no sense, and nothing more must be told from it.
 */
export type Trouble = 'passing' | 'full' | 'unwritable' | 'damaged'

/** By its code, which is all that comes over from another thread. @see https://sqlite.org/rescode.html */
export function troubleInSqlite(error: unknown): Trouble | null {
  const { code } = error as { code?: unknown }
  if (typeof code !== 'string') return null
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'passing'
  // Not only SQLite writes to its disk (`tombstones.ts`).
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return 'full'
  if (/^SQLITE_(READONLY|IOERR|CANTOPEN|PERM)/.test(code)) return 'unwritable'
  return /^SQLITE_(CORRUPT|NOTADB)/.test(code) ? 'damaged' : null
}

/**
 * By the classes of its error codes: 08, 40, 53 and 57 are a connection lost, a server starting, stopping or out of
 * something, a deadlock or serialization failure. Of a connection that breaks in the middle, its client says so in words only.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function troubleInPostgres(error: unknown): Trouble | null {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code !== 'string') {
    return /Connection terminated|not queryable|trying to connect/.test(String(message)) ? 'passing' : null
  }
  if (code === '53100') return 'full'
  if (code === '25006' || code === '58030') return 'unwritable'
  if (/^XX00[12]$/.test(code)) return 'damaged'
  return /^(08|40|53|57|ECONN|EPIPE|ETIMEDOUT)/.test(code) ? 'passing' : null
}
