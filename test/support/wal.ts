import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** https://sqlite.org/fileformat2.html#walformat */
const HEADER = 32
const FRAME_HEADER = 24

/** Where each frame of a write-ahead log begins, and at last where the log ends. */
export function framesOf(wal: string): number[] {
  const bytes = readFileSync(wal)
  const frame = FRAME_HEADER + bytes.readUInt32BE(8)
  return Array.from({ length: Math.floor((bytes.length - HEADER) / frame) + 1 }, (_, i) => HEADER + i * frame)
}

/** A copy, as a crash has left it. Read from the original it would be mended. @returns the path of the copy */
export function copyOf(path: string): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'braise-copy-')), basename(path))
  for (const end of ['', '-wal', '-mark', '-owner']) copyFileSync(path + end, copy + end)
  return copy
}
