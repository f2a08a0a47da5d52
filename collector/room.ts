/** How much room there is on the disk that holds the database, and a ballast that is thrown off when there is none. */
import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from './log.ts'

const LOOKED_EVERY = 5000
/** Below this share of the disk, or of what it had, the operator is told: then there is still time. */
const LOW = 0.1
/** The ballast takes so much, or this share of a small disk. */
const BALLAST = 32 * 1024 * 1024
const BALLAST_SHARE = 0.05
/** It is laid down where there is plenty. */
const PLENTY = 10
const CHUNK = 1024 * 1024

export class Room {
  /** Bytes and share of the disk that are free; null: the system does not say. */
  free: { bytes: number; share: number } | null = null
  /**
   * A write has found no room. The ballast is thrown off then, and no events are taken in until there is room again: what
   * it gave back is for those who delete, because deleting writes as well.
   */
  isFull = false
  readonly #ballast: string
  readonly #folder: string
  readonly #unusedBytes: () => number
  readonly #log: Log
  readonly #timer: NodeJS.Timeout
  #wasLow = false

  /** @param unusedBytes how much room there is within the database file itself */
  constructor(path: string, unusedBytes: () => number, log: Log) {
    this.#ballast = `${path}-ballast`
    this.#folder = dirname(path)
    this.#unusedBytes = unusedBytes
    this.#log = log
    this.#timer = setInterval(() => this.look(), LOOKED_EVERY).unref()
    this.look()
  }

  get isLow(): boolean {
    return this.isFull || (this.free !== null && this.free.share < LOW)
  }

  /** A write has found no room. */
  giveWay(): void {
    if (!this.isFull) this.#log.error('The disk is full: no events are taken in until there is room')
    this.isFull = true
    rmSync(this.#ballast, { force: true })
  }

  look(): void {
    try {
      const { bavail, blocks, bsize } = statfsSync(this.#folder)
      this.free = { bytes: bavail * bsize, share: blocks === 0 ? 1 : bavail / blocks }
      const size = Math.min(BALLAST, blocks * bsize * BALLAST_SHARE)
      if (this.isFull && this.free.bytes + this.#unusedBytes() > 2 * size) {
        this.isFull = false
        this.#log.info('There is room again: events are taken in')
      }
      if (!this.isFull && this.free.bytes > PLENTY * size && !existsSync(this.#ballast)) this.#layDown(size)
    } catch (err) {
      this.free = null
      this.#log.error({ err }, 'It cannot be told how much room there is')
    }
    if (this.isLow && !this.#wasLow) this.#log.warn({ free: this.free }, 'The disk is nearly full')
    this.#wasLow = this.isLow
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #layDown(size: number): void {
    const file = openSync(this.#ballast, 'w', 0o600)
    try {
      // Not zeros: a file system may keep those without room.
      const chunk = Buffer.alloc(CHUNK, crypto.getRandomValues(new Uint8Array(CHUNK / 16)))
      for (let left = size; left > 0; left -= CHUNK) writeSync(file, chunk, 0, Math.min(CHUNK, Math.ceil(left)))
    } finally {
      closeSync(file)
    }
  }
}
