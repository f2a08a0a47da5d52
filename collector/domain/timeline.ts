import { pointsOf, type Reason } from './explain.ts'
import { type Deed, type HistoryEvent, inOrder, isEdit } from './history.ts'
import type { LeadScore } from './score.ts'
import { noSessions, visit } from './session.ts'

/** Something a lead did, as a person reads it: engaged time stands with its page. */
export interface Moment {
  event: Exclude<Deed, { type: 'engage' }>
  /** The number of the session, 1 the first. */
  session: number
  visibleMs: number | null
  scrollDepth: number | null
  /** What it earned when it happened. */
  points: Reason[]
  /** Is it one decision event too many for a day? */
  beyond: boolean
}

/** What happened, newest first. */
export function timelineOf(history: readonly HistoryEvent[], score: LeadScore): Moment[] {
  const sessions = noSessions()
  const earned = pointsOf(score)
  const beyond = new Set(score.decided.beyond)
  const moments: Moment[] = []
  const byPage = new Map<string, Moment>()
  for (const event of [...history].sort(inOrder)) {
    if (isEdit(event)) continue
    visit(sessions, event)
    const points = earned.get(event.id) ?? []
    if (event.type === 'engage') {
      const page = byPage.get(event.pageId)
      const view = sessions.views.get(event.pageId)
      if (page && view) Object.assign(page, { visibleMs: view.visibleMs, scrollDepth: view.scrollDepth })
      page?.points.push(...points)
      continue
    }
    const moment: Moment = {
      event,
      session: sessions.count,
      visibleMs: null,
      scrollDepth: null,
      points: [...points],
      beyond: beyond.has(event.id),
    }
    if (event.type === 'page') byPage.set(event.pageId, moment)
    moments.push(moment)
  }
  return moments.reverse()
}
