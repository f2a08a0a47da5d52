/** What users did to the map visitor → lead: links taken back or let out of quarantine, leads merged; and undone again. */
import type { ExpressionBuilder } from 'kysely'
import type { MapEdit } from '../domain/identity.ts'
import type { Db } from './database.ts'
import { holdLeadRows, holdVisitors } from './holding.ts'
import { newId } from './id.ts'
import { markDue } from './leads.ts'
import type { LeadIds } from './merges.ts'
import { filledUp, inParts } from './parts.ts'
import type { Schema } from './schema.ts'
import { touch } from './spans.ts'

/** One visitor's link to a lead, or all that were first received from then on. */
export type Which = { visitorId: string } | { since: number }

interface Signature {
  by: string
  at: number
}

/**
 * Takes links back, or lets them out of quarantine.
 * @param leadIds the lead and those merged into it
 * @returns how many; where there are none, nothing is written
 */
export async function editLinks(
  tx: Db,
  siteId: string,
  kind: 'unlink' | 'release',
  [leadId, ...others]: LeadIds,
  which: Which,
  { by, at }: Signature,
): Promise<number> {
  const editId = newId(at)
  const concerned = await tx.selectFrom('link').select(['site_id', 'visitor_id']).where(isEditable).execute()
  await holdVisitors(tx, concerned)
  const changed = await tx
    .updateTable('link')
    .set(kind === 'unlink' ? { unlinked_by: editId } : { released_by: editId })
    .where(isEditable)
    .returning('visitor_id')
    .execute()
  if (changed.length === 0) return 0
  const visitorId = 'since' in which ? null : which.visitorId
  await insertEdit(tx, siteId, leadId, { editId, kind, links: changed.length, visitorId, otherId: null, by, at })
  await touch(
    tx,
    siteId,
    changed.map(({ visitor_id }) => visitor_id),
    at,
  )
  return changed.length

  function isEditable({ and, eb }: ExpressionBuilder<Schema, 'link'>) {
    return and([
      eb('site_id', '=', siteId),
      eb('email', 'in', emailsOf(tx, siteId, [leadId, ...others])),
      eb('unlinked_by', 'is', null),
      ...(kind === 'release' ? [eb('beyond', 'is not', null), eb('released_by', 'is', null)] : []),
      'since' in which ? eb('received_at', '>=', which.since) : eb('visitor_id', '=', which.visitorId),
    ])
  }
}

/** Lets another lead's history count as this one's. Both must be held. */
export async function mergeLeads(
  tx: Db,
  siteId: string,
  leadId: string,
  otherId: string,
  { by, at }: Signature,
): Promise<void> {
  await insertEdit(tx, siteId, leadId, { editId: newId(at), kind: 'merge', links: 0, visitorId: null, otherId, by, at })
  await markDue(tx, siteId, [leadId, otherId], at)
  // Until it is worked out anew, nothing of what it was worth is told where the other objected.
  const other = tx.selectFrom('lead').select('objected').where('site_id', '=', siteId).where('lead_id', '=', otherId)
  await tx
    .updateTable('lead')
    .set({ objected: 1 })
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .where((where) => where(other, '=', 1))
    .execute()
}

/** @returns the edit that is undone; undefined where there is none to undo */
export async function undoMapEdit(
  tx: Db,
  siteId: string,
  leadIds: LeadIds,
  editId: string,
  { by, at }: Signature,
): Promise<{ kind: MapEdit['kind']; otherId: string | null } | undefined> {
  const found = await tx
    .selectFrom('map_edit')
    .select(['kind', 'lead_id', 'other_id'])
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .where('edit_id', '=', editId)
    .executeTakeFirst()
  if (!found) return undefined
  const { kind, lead_id, other_id } = found
  const column = kind === 'release' ? 'released_by' : 'unlinked_by'
  const ofEdit = tx.selectFrom('link').select(['site_id', 'visitor_id']).where('site_id', '=', siteId)
  const links = kind === 'merge' ? [] : await ofEdit.where(column, '=', editId).execute()
  const merged = kind === 'merge' ? [...new Set([lead_id, other_id ?? lead_id, leadIds[0]])] : []
  await holdVisitors(tx, links)
  await holdLeadRows(
    tx,
    merged.map((id) => ({ site_id: siteId, lead_id: id })),
  )
  const undone = await tx
    .updateTable('map_edit')
    .set({ undone_at: at, undone_by: by })
    .where('site_id', '=', siteId)
    .where('lead_id', '=', lead_id)
    .where('edit_id', '=', editId)
    .where('undone_at', 'is', null)
    .returning('edit_id')
    .executeTakeFirst()
  if (!undone) return undefined
  await markDue(tx, siteId, merged, at)
  const visitorIds = [...new Set(links.map(({ visitor_id }) => visitor_id))]
  for (const part of inParts(visitorIds)) {
    await tx
      .updateTable('link')
      .set({ [column]: null })
      .where('site_id', '=', siteId)
      .where('visitor_id', 'in', part)
      .where(column, '=', editId)
      .execute()
  }
  await touch(tx, siteId, visitorIds, at)
  return { kind, otherId: other_id }
}

/** What users did to the links of these leads, newest first. */
export async function findMapEdits(db: Db, siteId: string, leadIds: LeadIds): Promise<MapEdit[]> {
  const rows = await db
    .selectFrom('map_edit')
    .leftJoin('lead as other', (join) =>
      join.onRef('other.site_id', '=', 'map_edit.site_id').onRef('other.lead_id', '=', 'map_edit.other_id'),
    )
    .selectAll('map_edit')
    .select('other.email as other_email')
    .where('map_edit.site_id', '=', siteId)
    .where('map_edit.lead_id', 'in', filledUp(leadIds))
    .orderBy('edit_id', 'desc')
    .execute()
  return rows.map(({ edit_id, kind, links, visitor_id, other_id, other_email, at, author, undone_at, undone_by }) => ({
    ...{ id: edit_id, kind, links, visitorId: visitor_id, at, by: author },
    other: other_id === null ? null : { id: other_id, email: other_email },
    undone: undone_at === null ? null : { at: undone_at, by: undone_by ?? '' },
  }))
}

/** The addresses of these leads, as a part of a query. */
export function emailsOf(db: Db, siteId: string, leadIds: readonly string[]) {
  return db
    .selectFrom('lead')
    .select('lead.email')
    .where('lead.site_id', '=', siteId)
    .where('lead.lead_id', 'in', filledUp(leadIds))
    .where('lead.email', 'is not', null)
    .$castTo<{ email: string }>()
}

/** Did anybody do something to the links of this lead? Then it stays, so that it can be undone. */
export async function hasMapEdits(db: Db, siteId: string, leadId: string): Promise<boolean> {
  return (await findMapEdits(db, siteId, [leadId])).length > 0
}

async function insertEdit(
  tx: Db,
  site_id: string,
  lead_id: string,
  edit: Signature & {
    editId: string
    kind: MapEdit['kind']
    links: number
    visitorId: string | null
    otherId: string | null
  },
): Promise<void> {
  const { editId, kind, links, visitorId, otherId, by, at } = edit
  const row = {
    site_id,
    lead_id,
    edit_id: editId,
    kind,
    links,
    visitor_id: visitorId,
    other_id: otherId,
    at,
    author: by,
  }
  await tx
    .insertInto('map_edit')
    .values({ ...row, undone_at: null, undone_by: null })
    .execute()
}
