/** What a history is worth, as it is kept: from values alone. */
import type { Counted } from './domain/bookmark.ts'
import { whyHot, whySpam } from './domain/explain.ts'
import { type HistoryEvent, isEdit } from './domain/history.ts'
import { isListed, shelfOf } from './domain/shelf.ts'
import type { Worth } from './store/standings.ts'

/** When a lead did things, as far as the list needs it. */
export interface Seen {
  firstSeenAt: number
  lastSeenAt: number
  /** Is an address known of it, and nothing that it did? */
  unfounded: boolean
  /** When the next thing is dated that lies ahead, because another collector's clock does. */
  aheadAt: number | null
}

/** @param known of a lead without deeds: who it is, and when it was seen */
export function seenIn(
  history: readonly HistoryEvent[],
  known: { email: string | null; first_seen_at: number; last_seen_at: number },
  now: number,
): Seen {
  return {
    firstSeenAt: history.find((event) => !isEdit(event))?.at ?? known.first_seen_at,
    lastSeenAt: history.findLast((event) => !isEdit(event))?.at ?? known.last_seen_at,
    unfounded: isUnfounded(known.email, history),
    aheadAt: history.find((event) => event.at > now)?.at ?? null,
  }
}

/** The same of what came after all that had been counted. */
export function seenAfter(
  fresh: readonly HistoryEvent[],
  known: { first_seen_at: number; last_seen_at: number },
): Seen {
  const lastSeenAt = Math.max(known.last_seen_at, ...fresh.map(({ at }) => at))
  return { firstSeenAt: known.first_seen_at, lastSeenAt, unfounded: false, aheadAt: null }
}

export function worthOf(
  { score, bookmark }: Counted,
  { lastSeenAt, unfounded, aheadAt }: Seen,
  version: number,
): Worth {
  const shelf = shelfOf(score, unfounded)
  return {
    version,
    stage: score.stage.stage,
    shelf,
    listed: isListed(shelf) ? 1 : 0,
    rank: score.rank,
    engagement: score.engagement,
    fit: score.fit,
    spam: score.spam,
    why: JSON.stringify(score.quarantined ? whySpam(score) : whyHot(score)),
    last_seen_at: lastSeenAt,
    next_change_at: Math.min(score.nextChangeAt ?? Number.MAX_SAFE_INTEGER, aheadAt ?? Number.MAX_SAFE_INTEGER),
    bookmark,
  }
}

/** Is an address known of somebody, and nothing that they did? */
export function isUnfounded(email: string | null, history: readonly HistoryEvent[]): boolean {
  return email !== null && history.every(isEdit)
}
