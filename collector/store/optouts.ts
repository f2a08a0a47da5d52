/** Who asks on the opt-out page not to be scored. Anybody can type anybody's address: a user says whether it is so. */
import { sql } from 'kysely'
import { recordAudit } from './audit.ts'
import type { Db } from './database.ts'
import { newId } from './id.ts'
import { forEachRow } from './many.ts'
import { holdConcerned, recordObjection, undoObjection } from './objections.ts'
import { isAfter, type Place } from './place.ts'
import type { OptOutTable } from './schema.ts'
import { holdSite } from './sites.ts'

export type Answer = NonNullable<OptOutTable['answer']>

export interface OptOut {
  id: string
  email: string
  at: number
  /** Has it been a lead's address? */
  known: boolean
  /** How a user says that they objected; null: on the page. */
  note: string | null
  /** Whose address it is; null: nobody's that is known. */
  lead: { id: string; name: string | null } | null
  /** Null: it waits. */
  answer: Answer | null
  answeredAt: number | null
  by: string | null
}

/** Keeps what was asked for, unless the same waits already or stands. Once that is committed, `noteKnown` has to look. */
export async function recordOptOut(tx: Db, siteId: string, email: string, now: number): Promise<void> {
  // Of two who ask at the same time, by a double click, the second one sees the first.
  await holdSite(tx, siteId)
  await insert(tx, [{ site_id: siteId, opt_out_id: newId(now), email, at: now }])
}

const insert = forEachRow<never, { site_id: 'text'; opt_out_id: 'text'; email: 'text'; at: 'bigint' }>(
  { site_id: 'text', opt_out_id: 'text', email: 'text', at: 'bigint' },
  `insert into opt_out (site_id, opt_out_id, email, at, known) select site_id, opt_out_id, email, at,
      (select count(*) from lead where lead.site_id = given.site_id and lead.email = given.email) from given
    where not exists (select 1 from opt_out where opt_out.site_id = given.site_id and opt_out.email = given.email
        and opt_out.answer is null)
      and not exists (select 1 from objection where objection.site_id = given.site_id and objection.email = given.email
        and objection.undone_at is null)`,
)

/**
 * What was asked for by an address that is a lead's comes before what was by addresses that somebody made up. Whoever wrote
 * one of the two looks for the other once that is committed: of two who write at the same time at least one then sees both.
 */
export async function noteKnown(tx: Db, addresses: readonly { site_id: string; email: string }[]): Promise<void> {
  await setKnown(tx, await findUnnoted(tx, addresses))
}

const findUnnoted = forEachRow<{ site_id: string; opt_out_id: string }, { site_id: 'text'; email: 'text' }>(
  { site_id: 'text', email: 'text' },
  `select opt_out.site_id, opt_out_id from given
    join opt_out on opt_out.site_id = given.site_id and opt_out.email = given.email and known = 0
    join lead on lead.site_id = given.site_id and lead.email = given.email`,
  // Nobody who takes something in waits for a user who answers: that one looks afterwards.
  'for update of opt_out skip locked',
)

const setKnown = forEachRow<never, { site_id: 'text'; opt_out_id: 'text' }>(
  { site_id: 'text', opt_out_id: 'text' },
  `update opt_out set known = 1 from given
    where opt_out.site_id = given.site_id and opt_out.opt_out_id = given.opt_out_id`,
)

/** Those that wait: of known addresses first, so that nobody buries them under some that he made up. Or those answered. Newest first. */
export async function findOptOuts(
  db: Db,
  siteId: string,
  which: 'waiting' | 'answered',
  after: Place | undefined,
  limit: number,
): Promise<OptOut[]> {
  const order =
    which === 'waiting'
      ? sql`opt_out.known desc, opt_out.at desc, opt_out.opt_out_id desc`
      : sql`opt_out.answered_at desc, opt_out.opt_out_id desc`
  const rows = await withLead(db, siteId)
    .where('opt_out.answer', which === 'waiting' ? 'is' : 'is not', null)
    .where(which === 'waiting' ? isWaitingAfter(after) : isAnsweredAfter(after))
    .orderBy(order)
    .limit(limit)
    .execute()
  return rows.map(optOutOf)
}

/** Where one of them stands in its list. */
export function placeOfOptOut({ id, at, known, answeredAt }: OptOut): Place {
  return { at: answeredAt ?? at + (known ? FIRST : 0), id }
}

/** Milliseconds that put one before all others, whenever those asked. */
const FIRST = 2 ** 52

/** As the index has them, so that no more are read than are shown, however many wait. */
function isWaitingAfter(place: Place | undefined) {
  if (!place) return sql<boolean>`1 = 1`
  const known = place.at >= FIRST ? 1 : 0
  return sql<boolean>`(opt_out.known, opt_out.at, opt_out.opt_out_id) < (${known}, ${place.at - known * FIRST}, ${place.id})`
}

const isAnsweredAfter = (place: Place | undefined) =>
  isAfter(sql.ref('opt_out.answered_at'), sql.ref('opt_out.opt_out_id'), place)

export async function findOptOut(db: Db, siteId: string, id: string): Promise<OptOut | undefined> {
  const row = await withLead(db, siteId).where('opt_out.opt_out_id', '=', id).executeTakeFirst()
  return row && optOutOf(row)
}

/** How many wait; of more than `MOST_COUNTED` one more than that. */
export async function countWaiting(db: Db, siteId: string): Promise<number> {
  const waiting = db
    .selectFrom('opt_out')
    .select('opt_out_id')
    .where('site_id', '=', siteId)
    .where('answer', 'is', null)
    .limit(MOST_COUNTED + 1)
  const row = await db
    .selectFrom(waiting.as('waiting'))
    .select((select) => select.fn.countAll().as('waiting'))
    .executeTakeFirstOrThrow()
  return Number(row.waiting)
}

/** Above every list of leads it is said how many wait: so many are counted in a moment. */
const MOST_COUNTED = 1000

/**
 * Confirmed, it is an objection of whoever has the address, now or later. Once that is committed, `noteKnown` has to look.
 * @param answer null: the answer is taken back, and it waits again
 * @returns undefined where there is none
 */
export async function answerOptOut(
  tx: Db,
  siteId: string,
  id: string,
  answer: Answer | null,
  { author, at }: { author: string; at: number },
): Promise<OptOut | undefined> {
  const asked = await findOptOut(tx, siteId, id)
  if (!asked) return undefined
  await holdConcerned(tx, siteId, { lead_id: null, email: asked.email })
  // Held by writing to it: of two users who answer at the same time the second one sees what the first one said.
  const before = await tx
    .updateTable('opt_out')
    .set((set) => ({ at: set.ref('at') }))
    .where('site_id', '=', siteId)
    .where('opt_out_id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!before) return undefined
  if (before.answer !== answer) {
    const { email } = before
    if (before.objection_id !== null) await undoObjection(tx, siteId, before.objection_id, { author, at })
    else if (before.answer !== null) await audit('objection undone')
    const objectionId =
      answer === 'confirmed'
        ? await recordObjection(tx, siteId, { lead_id: null, email }, { note: before.note, author, at })
        : null
    if (answer === 'dismissed') await audit('objection dismissed')
    const answered = { answered_at: answer && at, answered_by: answer && author }
    await tx
      .updateTable('opt_out')
      .set({ answer, ...answered, objection_id: objectionId })
      .where('site_id', '=', siteId)
      .where('opt_out_id', '=', id)
      .execute()
  }
  return optOutOf(await withLead(tx, siteId).where('opt_out.opt_out_id', '=', id).executeTakeFirstOrThrow())

  async function audit(action: 'objection undone' | 'objection dismissed') {
    const lead = await withLead(tx, siteId).where('opt_out.opt_out_id', '=', id).executeTakeFirst()
    await recordAudit(tx, { actor: author, action, siteId, subject: lead?.lead_id ?? undefined }, at)
  }
}

/** Deletes what nobody confirmed: answered no, or left alone although the address is nobody's. @returns how many */
export async function purgeOptOuts(tx: Db, siteId: string, before: number, limit: number): Promise<number> {
  const owner = tx
    .selectFrom('lead')
    .select('lead_id')
    .where(sql<boolean>`lead.site_id = opt_out.site_id and lead.email = opt_out.email`)
  const asked = tx.selectFrom('opt_out').select('opt_out_id').where('site_id', '=', siteId)
  const dismissed = asked.where('answer', '=', 'dismissed').where('answered_at', '<', before)
  const nobodys = asked
    .where('answer', 'is', null)
    // All there are: as the index begins with it, those in question are found without reading the others.
    .where('known', 'in', [0, 1])
    .where('at', '<', before)
    .where((where) => where.not(where.exists(owner)))
  const old = dismissed.unionAll(nobodys).limit(limit)
  const deleted = await tx
    .deleteFrom('opt_out')
    .where('site_id', '=', siteId)
    .where('opt_out_id', 'in', old)
    .executeTakeFirst()
  return Number(deleted.numDeletedRows)
}

function withLead(db: Db, siteId: string) {
  return db
    .selectFrom('opt_out')
    .leftJoin('lead', (join) =>
      join.onRef('lead.site_id', '=', 'opt_out.site_id').onRef('lead.email', '=', 'opt_out.email'),
    )
    .selectAll('opt_out')
    .select(['lead.lead_id', 'lead.name'])
    .where('opt_out.site_id', '=', siteId)
}

function optOutOf(row: OptOutTable & { lead_id: string | null; name: string | null }): OptOut {
  const { opt_out_id, email, at, known, note, answer, answered_at, answered_by, lead_id, name } = row
  return {
    ...{ id: opt_out_id, email, at, known: known === 1, note, answer, answeredAt: answered_at, by: answered_by },
    lead: lead_id === null ? null : { id: lead_id, name },
  }
}
