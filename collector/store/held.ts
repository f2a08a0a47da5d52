/**
 * All that is held on a person: one list, made from the schema, by which it is handed out and erased. A table
 * with a `lead_id` or a `visitor_id` that is missing here does not compile.
 */
import { sql } from 'kysely'
import type { Db } from './database.ts'
import { newTouch } from './events.ts'
import { markThoseThereDue } from './leads.ts'
import { inParts } from './parts.ts'
import { holdPeople, othersOf, type Person, straysOf } from './person.ts'
import type { Schema } from './schema.ts'

type TableWith<Column extends string> = {
  [Table in keyof Schema]: Column extends keyof Schema[Table] ? Table : never
}[keyof Schema]

/** What each table keeps of a lead. The lead itself comes last: a crowd may wait for its row. */
const OF_LEAD: Record<TableWith<'lead_id'>, string> = {
  span: 'from when until when a browser was theirs',
  lead_word: 'words by which they are found',
  standing: 'score and stage',
  stage_change: 'the stages they went through',
  edit: 'what users changed and decided',
  note: 'what users wrote',
  objection: 'that they objected to being profiled',
  map_edit: 'links that users took back or released, and merges',
  lead: 'name, company and address',
}

/** What each table keeps of a browser. What has a time belongs to whom the browser belonged then. */
const OF_VISITOR: Record<Exclude<TableWith<'visitor_id'>, TableWith<'lead_id'>>, string> = {
  link: 'addresses linked to a browser',
  event: 'pages, forms and what else was done',
  claim: 'addresses given',
  touch: 'marks of what is not counted yet',
  visitor: 'the browser, and its last word on consent',
}

/** What tables keep of an address alone. */
const OF_ADDRESS: Record<
  Exclude<TableWith<'email'>, TableWith<'lead_id'> | TableWith<'visitor_id'> | 'user' | 'one_time_link'>,
  string
> = {
  opt_out: 'that they asked not to be scored',
}

/** Tables with something of a person, in the order in which they can be emptied. */
export const PERSONAL_TABLES = { ...OF_ADDRESS, ...OF_VISITOR, ...OF_LEAD }
export type PersonalTable = keyof typeof PERSONAL_TABLES

/** Every row of every table that is held on them, as it is stored. */
export async function findHeld(db: Db, person: Person): Promise<Record<PersonalTable, object[]>> {
  const held: Partial<Record<PersonalTable, object[]>> = {}
  for (const table of Object.keys(PERSONAL_TABLES) as PersonalTable[]) {
    const rows: object[] = []
    for (const condition of conditionsFor(table, person, [...person.visitorIds, ...person.sharedIds])) {
      rows.push(
        ...(await db
          .selectFrom(table as 'visitor')
          .selectAll()
          .where(condition)
          .execute()),
      )
    }
    held[table] = rows
  }
  return held as Record<PersonalTable, object[]>
}

/**
 * Deletes every row that is held on them. What remains of a browser that others used is given to them anew.
 * @returns how many rows
 */
export async function eraseHeld(tx: Db, person: Person, now: number): Promise<number> {
  await holdPeople(tx, [person])
  const others = await othersOf(tx, person)
  const strays = await straysOf(tx, person)
  let deleted = 0
  for (const table of Object.keys(PERSONAL_TABLES) as PersonalTable[]) {
    const { numDeletedRows } = await deleteFrom(tx, table, person)
    deleted += Number(numDeletedRows)
  }
  for (const part of inParts(person.visitorIds)) {
    await tx.deleteFrom('span').where('site_id', '=', person.siteId).where('visitor_id', 'in', part).execute()
  }
  await markThoseThereDue(
    tx,
    strays.map((lead_id) => ({ site_id: person.siteId, lead_id })),
  )
  for (const part of inParts(others)) {
    const touches = part.map((visitorId) => ({ ...newTouch(person.siteId, visitorId, now), since_at: 0 }))
    await tx.insertInto('touch').values(touches).execute()
  }
  return deleted
}

async function deleteFrom(tx: Db, table: PersonalTable, person: Person) {
  let numDeletedRows = 0n
  for (const condition of conditionsFor(table, person, person.visitorIds)) {
    const result = await tx
      .deleteFrom(table as 'visitor')
      .where(condition)
      .executeTakeFirst()
    numDeletedRows += result.numDeletedRows
  }
  return { numDeletedRows }
}

/** Which rows of a table are theirs: one condition for each part of a long list of visitors. */
function conditionsFor(table: PersonalTable, person: Person, wholeIds: string[]) {
  const { siteId, leadId, email, visitorIds, sharedIds } = person
  const site = sql.ref(`${table}.site_id`)
  // What one of their browsers was before it was anybody's bears its id.
  const leadIds = inParts([...new Set([leadId, ...visitorIds])])
  const ofLead = (column: string) =>
    leadIds.map((part) => sql<boolean>`${site} = ${siteId} and ${sql.ref(`${table}.${column}`)} in (${sql.join(part)})`)
  if (table in OF_ADDRESS) return [sql<boolean>`${site} = ${siteId} and ${sql.ref(`${table}.email`)} = ${email}`]
  const visitor = sql.ref(`${table}.visitor_id`)
  const among = (part: string[]) => sql<boolean>`${site} = ${siteId} and ${visitor} in (${sql.join(part)})`
  // A link of their browser may have been another lead's.
  if (table === 'map_edit') return [...ofLead('lead_id'), ...ofLead('other_id'), ...inParts(visitorIds).map(among)]
  if (table === 'objection') return [...ofLead('lead_id'), ofAddress(siteId, leadId, email)]
  if (table in OF_LEAD) return ofLead('lead_id')
  if (!(table in AT)) return inParts(wholeIds).map(among)
  const at = AT[table as keyof typeof AT]
  const othersThen = sql`select 1 from span where span.site_id = ${site} and span.visitor_id = ${visitor}
    and span.from_at <= ${at} and ${at} < span.until_at and span.lead_id != ${leadId}`
  return [
    ...inParts(visitorIds).map(among),
    ...inParts(sharedIds).map((part) => sql<boolean>`${among(part)} and not exists (${othersThen})`),
  ]
}

/** Objections by their address that were not said of the lead: those are found by it. */
function ofAddress(siteId: string, leadId: string, email: string | null) {
  return sql<boolean>`objection.site_id = ${siteId} and objection.email = ${email}
    and (objection.lead_id is null or objection.lead_id != ${leadId})`
}

/** When what a row tells happened, where it did at a time. */
const AT = {
  link: sql`(select event.at from event where event.site_id = link.site_id and event.event_id = link.event_id)`,
  event: sql.ref('event.at'),
  claim: sql.ref('claim.at'),
}
