/** How long what is kept, and when the clock cannot be trusted with deleting. */
import { HORIZON } from './history.ts'

const DAY = 24 * 60 * 60 * 1000

/** Raw events; leads, after their last own action; what was refused or not confirmed, and events of bots; the audit log. */
export const KINDS = ['events', 'leads', 'refused', 'audit'] as const
export type Kind = (typeof KINDS)[number]

/** In days. */
export type Retention = Record<Kind, number>

/** Raw events as long as they count: to purge them then changes no score. */
export const DEFAULT_RETENTION: Retention = { events: HORIZON / DAY, leads: 1096, refused: 30, audit: 366 }

export const SHORTEST_DAYS = 1
export const LONGEST_DAYS = 3653

/** What is older than this is to go. */
export function cutoffOf(days: number, now: number): number {
  return now - days * DAY
}

/** A collector that was off over a long weekend goes on by itself. */
const LONGEST_GAP = 3 * DAY

/**
 * Has the clock jumped since the purge last ran, or, before the first time, since anybody was last seen? Of a clock that
 * is wrong by less nobody can tell; it would delete by as much too early.
 */
export function hasJumped(lastRunAt: number | null, lastSeenAt: number | null, now: number): boolean {
  const known = lastRunAt ?? lastSeenAt
  return known !== null && now - known > LONGEST_GAP
}
