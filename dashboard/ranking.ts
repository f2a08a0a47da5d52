// How the ranked list moves as events arrive, without asking the server again.
import type { LeadItem } from './api.ts'

/** What the list shows: one stage, what looks like spam, what is, or (null) everyone worth ranking. */
export type Filter = LeadItem['shelf'] | null

export const FILTERS: Filter[] = [
  null,
  'sql',
  'mql',
  'lead',
  'accepted',
  'recycled',
  'customer',
  'lost',
  'visitor',
  'quarantined',
  'spam',
]

const RANKED: LeadItem['shelf'][] = ['lead', 'mql', 'sql', 'accepted', 'recycled']

export interface Ranking {
  items: LeadItem[]
  /** Where the server goes on; null at the end. */
  next: string | null
  /** The search found more than is searched. */
  more: boolean
}

export function belongs(lead: LeadItem, filter: Filter): boolean {
  return filter ? lead.shelf === filter : RANKED.includes(lead.shelf)
}

/** Somebody stands above who is further on by their points: stages are left later than they are reached. */
export function isOutOfStep(leads: readonly LeadItem[]): boolean {
  const steps = leads.map(({ stage }) => STEPS.indexOf(stage)).filter((step) => step >= 0)
  return steps.some((step, i) => i > 0 && step > (steps[i - 1] as number))
}

const STEPS: LeadItem['stage'][] = ['lead', 'mql', 'sql']

/** The server's order: rank, then last activity, then id, all descending. */
export function byRank(a: LeadItem, b: LeadItem): number {
  return b.rank - a.rank || b.lastSeenAt - a.lastSeenAt || (b.id < a.id ? -1 : b.id > a.id ? 1 : 0)
}

/**
 * The ranking after a lead has changed. A lead that is not shown yet comes in only where it is sure to belong: not into
 * the results of a search, which the server alone can judge, and not below the last row while more are to be loaded.
 */
export function withLead(ranking: Ranking, lead: LeadItem, filter: Filter, searched: boolean): Ranking {
  const others = ranking.items.filter(({ id }) => id !== lead.id)
  const shown = others.length < ranking.items.length
  const last = ranking.items.at(-1)
  const inSight = shown || (!searched && (ranking.next === null || (last !== undefined && byRank(lead, last) < 0)))
  if (!belongs(lead, filter) || !inSight) return shown ? { ...ranking, items: others } : ranking
  return { ...ranking, items: [...others, lead].sort(byRank) }
}

export function withoutLead(ranking: Ranking, id: string): Ranking {
  return { ...ranking, items: ranking.items.filter((lead) => lead.id !== id) }
}

/** The next page, put in order with what moved meanwhile. */
export function withPage(ranking: Ranking, page: Ranking): Ranking {
  const known = new Set(page.items.map(({ id }) => id))
  const items = [...ranking.items.filter(({ id }) => !known.has(id)), ...page.items].sort(byRank)
  return { ...page, items }
}
