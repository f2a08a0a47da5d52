/**
 * The one order in which rows are held until a transaction ends: all its visitors first, then all its leads, each in the
 * order of their ids. So no two transactions ever wait for each other in a ring, which Postgres would end by failing one of
 * them. Whoever writes to several holds them all before the first write; what else there is of them, such as links, edits of
 * the map, what was asked and then objections, comes after them.
 */
import type { Db } from './database.ts'
import { holdEachRow } from './many.ts'

const VISITOR = { site_id: 'text', visitor_id: 'text' } as const

/** Holds visitors, and the leads that are theirs, or may become theirs by what they claimed. */
export async function holdWithLeads(
  tx: Db,
  visitors: readonly { site_id: string; visitor_id: string }[],
): Promise<void> {
  await holdVisitors(tx, visitors)
  await holdTheirLeads(tx, visitors)
}

/** Nobody else finds out meanwhile whose they are. */
export const holdVisitors = holdEachRow(
  VISITOR,
  `select 1 from given join visitor on visitor.site_id = given.site_id and visitor.visitor_id = given.visitor_id
    order by visitor.visitor_id for update of visitor`,
)

const holdTheirLeads = holdEachRow(
  VISITOR,
  // One by one ("offset 0" keeps Postgres from joining): it would read the whole of a table for a few visitors, or of an
  // address that a crowd claims the whole crowd.
  `select 1 from lead where (site_id, lead_id) in (
      select site_id, visitor_id from given
      union select given.site_id, theirs.lead_id from given cross join lateral (
        select lead_id from span where span.site_id = given.site_id and span.visitor_id = given.visitor_id offset 0
      ) as theirs
      union select given.site_id, claimed.lead_id from given cross join lateral (
        select distinct email from claim where claim.site_id = given.site_id and claim.visitor_id = given.visitor_id offset 0
      ) as theirs cross join lateral (
        select lead_id from lead where lead.site_id = given.site_id and lead.email = theirs.email offset 0
      ) as claimed
    ) order by lead_id for update`,
)

/** Nobody else works them out meanwhile. */
export const holdLeadRows = holdEachRow(
  { site_id: 'text', lead_id: 'text' },
  `select 1 from given join lead on lead.site_id = given.site_id and lead.lead_id = given.lead_id
    order by lead.lead_id for update of lead`,
)
