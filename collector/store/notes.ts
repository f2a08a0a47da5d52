import type { Db } from './database.ts'
import { newId } from './id.ts'
import { filledUp } from './parts.ts'

/** What a user wrote about a lead, for colleagues; no part of its history. */
export interface Note {
  id: string
  at: number
  by: string
  text: string
}

/** @param leadIds a lead and those merged into it */
export async function findNotes(db: Db, siteId: string, leadIds: readonly string[]): Promise<Note[]> {
  const rows = await db
    .selectFrom('note')
    .select(['note_id as id', 'at', 'author as by', 'text'])
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .orderBy('note_id', 'desc')
    .execute()
  return rows
}

export async function recordNote(
  db: Db,
  siteId: string,
  leadId: string,
  by: string,
  text: string,
  now: number,
): Promise<Note> {
  const note = { id: newId(now), at: now, by, text }
  const row = { site_id: siteId, lead_id: leadId, note_id: note.id, at: now, author: by, text }
  await db.insertInto('note').values(row).execute()
  return note
}

/** @returns whether there was one */
export async function removeNote(db: Db, siteId: string, leadIds: readonly string[], noteId: string): Promise<boolean> {
  const removed = await db
    .deleteFrom('note')
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .where('note_id', '=', noteId)
    .returning('note_id')
    .executeTakeFirst()
  return removed !== undefined
}

export async function hasNotes(db: Db, siteId: string, leadId: string): Promise<boolean> {
  return (await findNotes(db, siteId, [leadId])).length > 0
}
