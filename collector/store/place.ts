/** Where a page of a list begins. Not after so many: of what is added or taken away meanwhile, something would come twice or never. */
import { type RawBuilder, sql } from 'kysely'

/** After this one, in a list that is ordered by a number, mostly a time, and then by id, the greatest first. */
export interface Place {
  at: number
  id: string
}

/** As a condition: is this one after that place, or is there none? */
export function isAfter(at: RawBuilder<unknown>, id: RawBuilder<unknown>, place: Place | undefined) {
  return place ? sql<boolean>`(${at}, ${id}) < (${place.at}, ${place.id})` : sql<boolean>`1 = 1`
}
