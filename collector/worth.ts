/** What a history is worth, as it is kept: from values alone. */
import { whyHot, whySpam } from './domain/explain.ts'
import { type HistoryEvent, isEdit } from './domain/history.ts'
import type { LeadScore } from './domain/score.ts'
import { isListed, shelfOf } from './domain/shelf.ts'
import type { Worth } from './store/standings.ts'

/**
 * @param history all of it, in order
 * @param known of a lead without deeds: who it is, and when it was last seen
 */
export function worthOf(
  score: LeadScore,
  history: readonly HistoryEvent[],
  version: number,
  known: { email: string | null; last_seen_at: number },
): Worth {
  const shelf = shelfOf(score, isUnfounded(known.email, history))
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
    last_seen_at: lastSeenAt(history) ?? known.last_seen_at,
    next_change_at: nextChangeOf(score, history),
  }
}

/** Is an address known of somebody, and nothing that they did? */
export function isUnfounded(email: string | null, history: readonly HistoryEvent[]): boolean {
  return email !== null && history.every(isEdit)
}

export function firstSeenAt(history: readonly HistoryEvent[]): number | undefined {
  return history.find((event) => !isEdit(event))?.at
}

export function lastSeenAt(history: readonly HistoryEvent[]): number | undefined {
  return history.findLast((event) => !isEdit(event))?.at
}

/** Where another collector's clock is ahead of this one's, what it took in counts as soon as it is past. */
function nextChangeOf({ at, nextChangeAt }: LeadScore, history: readonly HistoryEvent[]): number {
  const ahead = history.find((event) => event.at > at)
  return Math.min(nextChangeAt ?? Number.MAX_SAFE_INTEGER, ahead?.at ?? Number.MAX_SAFE_INTEGER)
}
