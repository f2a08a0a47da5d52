import type { Stage } from './history.ts'
import type { LeadScore } from './score.ts'

/** Which list a lead stands in: that of its stage, but for what looks like spam, until somebody judges it, and what is. */
export type Shelf = Stage | 'quarantined' | 'spam'

export function shelfOf({ quarantined, verdict, stage }: Pick<LeadScore, 'quarantined' | 'verdict' | 'stage'>): Shelf {
  if (!quarantined) return stage.stage
  return verdict === 'confirmed' ? 'spam' : 'quarantined'
}

/** The lists of those worth calling, which together are the default one. */
const LISTED: readonly Shelf[] = ['lead', 'mql', 'sql', 'accepted', 'recycled']

export function isListed(shelf: Shelf): boolean {
  return LISTED.includes(shelf)
}
