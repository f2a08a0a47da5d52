import type { Edit } from '../domain/history.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import type { EditTable } from './schema.ts'

/** Before it has its id. Objections are kept apart, as they outlive the lead. */
export type NewEdit = Edit extends infer Each
  ? Each extends Edit & { type: EditTable['type'] }
    ? Omit<Each, 'id'>
    : never
  : never

/** Adds what a user did to a lead's history. The lead must be marked as due with it. */
export async function recordEdit(tx: Db, siteId: string, leadId: string, edit: NewEdit): Promise<void> {
  const { type, at, author, ...body } = edit
  const row = { site_id: siteId, lead_id: leadId, edit_id: newId(at), type, at, author, body: JSON.stringify(body) }
  await tx.insertInto('edit').values(row).execute()
}
