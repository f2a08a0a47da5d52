/**
 * All that is held on a person: one list, made from the schema, by which it is handed out and erased. A table
 * with a `lead_id` or a `visitor_id` that is missing here does not compile.
 */
import { sql } from 'kysely'
import type { Db } from './database.ts'
import { newTouch } from './events.ts'
import { holdLeadRows, holdVisitors } from './holding.ts'
import { mergedInto } from './merges.ts'
import { inParts } from './parts.ts'
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

/** Whose data it is: a lead and its browsers. */
export interface Person {
  siteId: string
  /** Of somebody who is no lead and objected, the id of that. */
  leadId: string
  email: string | null
  /** Browsers that were nobody else's: all of them goes. */
  visitorIds: string[]
  /** Browsers that somebody else used before or after: what was done in their time stays. */
  sharedIds: string[]
  /** Browsers that were theirs last. */
  lastIds: string[]
}

export async function findPerson(db: Db, siteId: string, leadId: string): Promise<Person | undefined> {
  const lead = await db
    .selectFrom('lead')
    .select('email')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .executeTakeFirst()
  return lead && personOf(db, siteId, leadId, lead.email, await visitorsOf(db, siteId, leadId, lead.email))
}

/** Somebody of whom nothing is known but the address, by which they objected. */
export async function findObjector(db: Db, siteId: string, optOutId: string, email: string): Promise<Person> {
  return personOf(db, siteId, optOutId, email, await visitorsOf(db, siteId, optOutId, email))
}

/** The same where it is known which visitors were theirs. */
export async function personOf(
  db: Db,
  siteId: string,
  leadId: string,
  email: string | null,
  visitorIds: string[],
): Promise<Person> {
  const lastSpans = new Map<string, string>()
  const shared = new Set<string>()
  for (const part of inParts(visitorIds)) {
    const spans = await db
      .selectFrom('span')
      .select(['visitor_id', 'lead_id'])
      .where('site_id', '=', siteId)
      .where('visitor_id', 'in', part)
      .orderBy('from_at')
      .execute()
    for (const span of spans) {
      lastSpans.set(span.visitor_id, span.lead_id)
      if (span.lead_id !== leadId) shared.add(span.visitor_id)
    }
  }
  return {
    siteId,
    leadId,
    email,
    visitorIds: visitorIds.filter((id) => !shared.has(id)),
    sharedIds: visitorIds.filter((id) => shared.has(id)),
    lastIds: visitorIds.filter((id) => (lastSpans.get(id) ?? leadId) === leadId),
  }
}

/** The lead of an unknown visitor bears the visitor's id; the others have their visitors' spans, or will have. */
async function visitorsOf(db: Db, siteId: string, leadId: string, email: string | null): Promise<string[]> {
  if (email === null) return [leadId]
  const inSpans = db.selectFrom('span').select('visitor_id').where('site_id', '=', siteId).where('lead_id', '=', leadId)
  const inClaims = db.selectFrom('claim').select('visitor_id').where('site_id', '=', siteId).where('email', '=', email)
  const rows = await inSpans.union(inClaims).execute()
  return rows.map(({ visitor_id }) => visitor_id).sort()
}

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

/** Holds all that erasing them writes to: of several, before the first of them is erased. */
export async function holdPeople(tx: Db, people: readonly Person[]): Promise<void> {
  await holdVisitors(
    tx,
    people.flatMap(({ siteId, visitorIds, sharedIds }) => {
      return [...visitorIds, ...sharedIds].map((visitorId) => ({ site_id: siteId, visitor_id: visitorId }))
    }),
  )
  const leads: { site_id: string; lead_id: string }[] = []
  for (const person of people) {
    const ids = [person.leadId, ...(await straysOf(tx, person))]
    leads.push(...ids.map((lead_id) => ({ site_id: person.siteId, lead_id })))
  }
  await holdLeadRows(tx, leads)
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
  // Not `markDue`, which makes those that are not there.
  for (const part of inParts(strays)) {
    await tx
      .updateTable('lead')
      .set({ next_change_at: 0 })
      .where('site_id', '=', person.siteId)
      .where('lead_id', 'in', part)
      .execute()
  }
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
  if (table === 'map_edit') return [...ofLead('lead_id'), ...ofLead('other_id')]
  if (table === 'objection') return [...ofLead('lead_id'), ofAddress(siteId, leadId, email)]
  if (table in OF_LEAD) return ofLead('lead_id')
  const visitor = sql.ref(`${table}.visitor_id`)
  const among = (part: string[]) => sql<boolean>`${site} = ${siteId} and ${visitor} in (${sql.join(part)})`
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

/** Other leads that counted some of it, who count anew: of its browsers, and the one that it was merged into. */
async function straysOf(tx: Db, { siteId, leadId, visitorIds }: Person): Promise<string[]> {
  const ids = new Set(visitorIds)
  for (const part of inParts(visitorIds)) {
    const spans = await tx
      .selectFrom('span')
      .select('lead_id')
      .where('site_id', '=', siteId)
      .where('visitor_id', 'in', part)
      .execute()
    for (const { lead_id } of spans) ids.add(lead_id)
  }
  const root = await mergedInto(tx, siteId, leadId)
  if (root !== undefined) ids.add(root)
  ids.delete(leadId)
  return [...ids].sort()
}

/** Browsers that remain and were, for a time, theirs: whose they are now is to be found out again. */
async function othersOf(tx: Db, { siteId, leadId, visitorIds, sharedIds }: Person): Promise<string[]> {
  const rows = await tx
    .selectFrom('span')
    .select('visitor_id')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .execute()
  const erased = new Set(visitorIds)
  const others = new Set([...rows.map(({ visitor_id }) => visitor_id), ...sharedIds])
  return [...others].filter((id) => !erased.has(id)).sort()
}
