/** Who objected otherwise than on the opt-out page, and whose lead is gone. */
import { sql } from 'kysely'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { findObjections, insertObjection } from './objections.ts'
import { filledUp } from './parts.ts'

/**
 * Who objected, and did not take it back, still does when the lead goes: by the address alone. What was said of one of those
 * who count as this lead, or of a browser of theirs, holds for the address of each.
 */
export async function outliveLead(
  tx: Db,
  siteId: string,
  people: readonly { leadId: string; email: string | null }[],
  now: number,
): Promise<void> {
  const leadIds = people.map(({ leadId }) => leadId)
  const edits = (await findObjections(tx, siteId, leadIds)).map(({ edit }) => edit)
  const undone = new Set(edits.map((edit) => (edit.type === 'undo' ? edit.of : undefined)))
  const standing = edits.find(({ type, id }) => type === 'objection' && !undone.has(id))
  const emails = people.flatMap(({ email }) => email ?? [])
  if (standing?.type !== 'objection' || emails.length === 0) return
  const { note, at, author } = standing
  const byAddress = await tx
    .updateTable('objection')
    .set({ lead_id: null })
    .where('site_id', '=', siteId)
    .where('email', 'in', filledUp(emails))
    .where('undone_at', 'is', null)
    .returning('email')
    .execute()
  const known = new Set(byAddress.map(({ email }) => email))
  for (const email of emails.filter((each) => !known.has(each))) {
    await insertObjection(tx, siteId, { lead_id: null, email }, { id: newId(now), note, at, author })
  }
  await listAsAnswered(tx, siteId, emails)
}

/** Who objected and is no lead any more is found among those who asked: there it can be taken back, told or erased. */
async function listAsAnswered(tx: Db, siteId: string, emails: readonly string[]): Promise<void> {
  const unlisted = tx
    .selectFrom('objection')
    .select(['site_id', 'objection_id as opt_out_id', 'email', 'note', 'at'])
    .select([sql<'confirmed'>`'confirmed'`.as('answer'), 'at as answered_at', 'author as answered_by', 'objection_id'])
    .select(sql<number>`1`.as('known'))
    .where('site_id', '=', siteId)
    .where('email', 'in', filledUp(emails))
    .where('undone_at', 'is', null)
    .where(({ not, exists, selectFrom }) => {
      const listed = selectFrom('opt_out')
        .select('opt_out_id')
        .whereRef('opt_out.site_id', '=', 'objection.site_id')
        .whereRef('opt_out.objection_id', '=', 'objection.objection_id')
      return not(exists(listed))
    })
    .$narrowType<{ email: string }>()
  const said = ['site_id', 'opt_out_id', 'email', 'note', 'at'] as const
  const answer = ['answer', 'answered_at', 'answered_by', 'objection_id'] as const
  await tx
    .insertInto('opt_out')
    .columns([...said, ...answer, 'known'])
    .expression(unlisted)
    .execute()
}
