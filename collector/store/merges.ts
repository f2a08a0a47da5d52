/** Which leads count as part of which others, because a user merged them. */
import type { ExpressionBuilder } from 'kysely'
import type { Db } from './database.ts'
import { forEachRow } from './many.ts'
import { filledUp } from './parts.ts'
import type { Schema } from './schema.ts'

/** A lead and, after it, those merged into it. */
export type LeadIds = [string, ...string[]]

export async function withMerged(db: Db, siteId: string, leadId: string): Promise<LeadIds> {
  return [leadId, ...(await findMerged(db, siteId, [leadId])).keys()]
}

/** Those merged into these leads, at any remove. @returns by each the one of these that it counts as part of */
export async function findMerged(db: Db, siteId: string, leadIds: readonly string[]): Promise<Map<string, string>> {
  const roots = new Map<string, string>()
  let into = new Map(leadIds.map((id) => [id, id]))
  while (into.size > 0) {
    const rows = await db
      .selectFrom('map_edit')
      .select(['lead_id', 'other_id'])
      .where('site_id', '=', siteId)
      .where('lead_id', 'in', filledUp([...into.keys()]))
      .where('kind', '=', 'merge')
      .where('undone_at', 'is', null)
      .execute()
    const next = new Map<string, string>()
    for (const { lead_id, other_id } of rows) next.set(other_id ?? '', into.get(lead_id) ?? '')
    for (const [id, root] of next) roots.set(id, root)
    into = next
  }
  return roots
}

/** The lead that this one counts as part of, at any remove; undefined: it is on its own. */
export async function mergedInto(db: Db, siteId: string, leadId: string): Promise<string | undefined> {
  const edit = await db
    .selectFrom('map_edit')
    .select('lead_id')
    .where('site_id', '=', siteId)
    .where('other_id', '=', leadId)
    .where('undone_at', 'is', null)
    .executeTakeFirst()
  return edit && ((await mergedInto(db, siteId, edit.lead_id)) ?? edit.lead_id)
}

/** @returns those of these leads that count as part of another */
export async function areMerged(tx: Db, leads: readonly { site_id: string; lead_id: string }[]): Promise<Set<string>> {
  const rows = await findMerges(tx, leads)
  return new Set(rows.map(({ other_id }) => other_id))
}

const findMerges = forEachRow<{ other_id: string }, { site_id: 'text'; lead_id: 'text' }>(
  { site_id: 'text', lead_id: 'text' },
  `select other_id from given cross join map_edit
    where map_edit.site_id = given.site_id and other_id = given.lead_id and undone_at is null`,
)

/** As a condition on leads: is this one part of no other? */
export function isOnItsOwn({ not, exists, selectFrom }: ExpressionBuilder<Schema, 'lead'>) {
  const merge = selectFrom('map_edit')
    .select('map_edit.edit_id')
    .whereRef('map_edit.site_id', '=', 'lead.site_id')
    .whereRef('map_edit.other_id', '=', 'lead.lead_id')
    .where('map_edit.undone_at', 'is', null)
  return not(exists(merge))
}
