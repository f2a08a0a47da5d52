import type { Edit } from '../domain/history.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'

/** Before it has its id. */
export type NewEdit = Edit extends infer Each ? (Each extends Edit ? Omit<Each, 'id'> : never) : never

/** Adds what a user did to a lead's history. The lead must be marked as due with it. */
export async function recordEdit(tx: Db, siteId: string, leadId: string, edit: NewEdit): Promise<void> {
  const { type, at, author, ...body } = edit
  const row = { site_id: siteId, lead_id: leadId, edit_id: newId(at), type, at, author, body: JSON.stringify(body) }
  await tx.insertInto('edit').values(row).execute()
}
