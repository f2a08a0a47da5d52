/** Copies of a SQLite file: made beside a running collector, and put back where none runs. */
import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { forgetMark, own } from './owner.ts'

/**
 * Copies the file as it is at one moment, and reads the copy as a whole before it bears its name.
 * @throws where there is such a file already, or what was copied makes no sense
 */
export async function backUp(path: string, to: string): Promise<void> {
  if (existsSync(to)) throw new Error(`${to} is there already`)
  await copyTo(path, `${to}.partial`)
  renameSync(`${to}.partial`, to)
}

/**
 * Puts a copy in the place of the file, which is kept under another name.
 * @returns that name; null: there was no file
 * @throws Owned where a collector runs on it; where the copy makes no sense
 */
export async function restore(path: string, from: string): Promise<string | null> {
  const ownership = own(path)
  try {
    await copyTo(from, `${path}-restoring`)
    const kept = existsSync(path) ? `${path}-replaced` : null
    for (const end of ['-wal', '']) {
      if (kept) rmSync(kept + end, { force: true })
      if (kept && existsSync(path + end)) renameSync(path + end, kept + end)
    }
    rmSync(`${path}-shm`, { force: true })
    renameSync(`${path}-restoring`, path)
    // The copy has come to less than the file had, and nothing of that is lost.
    forgetMark(path)
    return kept
  } finally {
    ownership.release()
  }
}

async function copyTo(path: string, to: string): Promise<void> {
  rmSync(to, { force: true })
  // Nobody else reads what is about people, not even while it is being written.
  closeSync(openSync(to, 'wx', 0o600))
  const file = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    // All pages at once: SQLite begins again whenever another process has written between two steps.
    await file.backup(to, { progress: () => EVERY_PAGE })
  } finally {
    file.close()
  }
  assertSound(to)
}

const EVERY_PAGE = 2 ** 31 - 1

function assertSound(path: string): void {
  const file = new Sqlite(path)
  try {
    // Then the copy is one file, without a log beside it.
    file.pragma('journal_mode = delete')
    const found = file.pragma('integrity_check(1)', { simple: true })
    if (found !== 'ok') throw new Error(`The copy makes no sense: ${found}`)
  } finally {
    file.close()
  }
  chmodSync(path, 0o600)
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
