import type { Known } from './fold.ts'
import type { Stage } from './history.ts'

/** Which list a lead stands in: that of its stage, but for what waits until somebody judges it, and for what is spam. */
export type Shelf = Stage | 'quarantined' | 'spam'

/** @param isUnfounded an address is known of it, and nothing that anybody did counts: all its links are quarantined or undone */
export function shelfOf(
  { quarantined, verdict, stage }: Pick<Known, 'quarantined' | 'verdict' | 'stage'>,
  isUnfounded = false,
): Shelf {
  if (!quarantined && !isUnfounded) return stage.stage
  return verdict === 'confirmed' ? 'spam' : 'quarantined'
}

/** The lists of those worth calling, which together are the default one. */
const LISTED: readonly Shelf[] = ['lead', 'mql', 'sql', 'accepted', 'recycled']

export function isListed(shelf: Shelf): boolean {
  return LISTED.includes(shelf)
}
