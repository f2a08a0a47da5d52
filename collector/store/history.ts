import { type Deed, type Edit, type HistoryEvent, inOrder } from '../domain/history.ts'
import { normalizeEmail } from '../domain/identity.ts'
import { joined } from '../domain/submission.ts'
import type { Db } from './database.ts'
import { withMerged } from './merges.ts'
import { findObjections } from './objections.ts'
import { filledUp } from './parts.ts'
import type { EventTable } from './schema.ts'

/** The history of a lead: its visitors' events, each within the dates it belonged to that lead, and what users did. */
export async function historyOf(tx: Db, siteId: string, leadId: string): Promise<HistoryEvent[]> {
  const lead = await tx
    .selectFrom('lead')
    .select('email')
    .where('site_id', '=', siteId)
    .where('lead_id', '=', leadId)
    .executeTakeFirst()
  if (!lead?.email)
    return inHistory([...(await deedsBeforeSpans(tx, siteId, leadId)), ...(await editsOf(tx, siteId, [leadId]))])
  const leadIds = await withMerged(tx, siteId, leadId)
  const deeds = await deedsInSpans(tx, siteId, leadIds, lead.email)
  return inHistory([...deeds, ...(await editsOf(tx, siteId, leadIds))])
}

/** The events of a lead, as a history has them. */
export function inHistory(events: HistoryEvent[]): HistoryEvent[] {
  return joined(events.sort(inOrder))
}

async function deedsInSpans(tx: Db, siteId: string, leadIds: readonly string[], email: string): Promise<Deed[]> {
  const rows = await tx
    .selectFrom('span')
    .innerJoin('event', (join) =>
      join
        .onRef('event.site_id', '=', 'span.site_id')
        .onRef('event.visitor_id', '=', 'span.visitor_id')
        .onRef('event.at', '>=', 'span.from_at')
        .onRef('event.at', '<', 'span.until_at'),
    )
    .select(['event.event_id', 'event.type', 'event.at', 'event.visitor_id', 'event.page_id', 'event.body'])
    .where('span.site_id', '=', siteId)
    .where('span.lead_id', 'in', filledUp(leadIds))
    .where('span.quarantined', '=', 0)
    .where('event.bot', '=', 0)
    .where('event.type', '!=', 'consent')
    .execute()
  return rows.map(deedOf).map((deed) => withAddress(deed, email))
}

/** The lead of an unknown visitor bears the visitor's id, and has what came before the visitor was anybody. */
async function deedsBeforeSpans(tx: Db, siteId: string, visitorId: string): Promise<Deed[]> {
  const firstSpan = await tx
    .selectFrom('span')
    .select((select) => select.fn.min('from_at').as('from_at'))
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .executeTakeFirst()
  const rows = await tx
    .selectFrom('event')
    .select(['event_id', 'type', 'at', 'visitor_id', 'page_id', 'body'])
    .where('site_id', '=', siteId)
    .where('visitor_id', '=', visitorId)
    .where('at', '<', firstSpan?.from_at ?? Number.MAX_SAFE_INTEGER)
    .where('bot', '=', 0)
    .where('type', '!=', 'consent')
    .execute()
  return rows.map(deedOf).map(withoutAddress)
}

async function editsOf(tx: Db, siteId: string, leadIds: readonly string[]): Promise<Edit[]> {
  const rows = await tx
    .selectFrom('edit')
    .select(['edit_id', 'type', 'at', 'author', 'body'])
    .where('site_id', '=', siteId)
    .where('lead_id', 'in', filledUp(leadIds))
    .execute()
  const objections = await findObjections(tx, siteId, leadIds)
  return [...rows.map(editOf), ...once(objections.map(({ edit }) => edit))]
}

/** Several leads that count as one may have objected by the same word. */
function once(edits: Edit[]): Edit[] {
  return [...new Map(edits.map((edit) => [edit.id, edit])).values()]
}

export function editOf(row: { edit_id: string; type: string; at: number; author: string; body: string }): Edit {
  return { ...JSON.parse(row.body), type: row.type, id: row.edit_id, at: row.at, author: row.author }
}

export type EventRow = Pick<EventTable, 'event_id' | 'type' | 'at' | 'visitor_id' | 'page_id' | 'body'>

export function deedOf(row: EventRow): Deed {
  if (row.type === 'page') return pageOf(row)
  // Not a new object of all: this is done for every event whenever rules change.
  const deed = JSON.parse(row.body)
  deed.id = row.event_id
  deed.type = row.type
  deed.at = row.at
  deed.visitorId = row.visitor_id
  if (row.page_id !== null) deed.pageId = row.page_id
  return deed
}

type Page = Deed & { type: 'page' }

/** Most visitors see the same pages, whose bodies are the same: each is taken apart once. */
function pageOf({ event_id, at, visitor_id, page_id, body }: EventRow): Page {
  const known = pages.get(body) ?? takeApart(body)
  const { url, title, referrer, country, language, signed, delayMs } = known
  const pageId = page_id ?? known.pageId
  const visitorId = visitor_id
  const whole: Whole<Page> = {
    type: 'page',
    id: event_id,
    at,
    visitorId,
    pageId,
    url,
    title,
    referrer,
    country,
    language,
    signed,
    delayMs,
  }
  return whole
}

/** Every member by its name, so that none is forgotten. */
type Whole<T> = { [Name in keyof Required<T>]: T[Name] }

function takeApart(body: string): Page {
  const page = JSON.parse(body) as Page
  if (pages.size >= MOST_PAGES) pages.clear()
  if (body.length <= LONGEST_PAGE) pages.set(body, page)
  return page
}

const pages = new Map<string, Page>()
const MOST_PAGES = 10_000
const LONGEST_PAGE = 1000

/** A corrected typing mistake lies in the history under the lead's right address; a form that gave none still gives none. */
export function withAddress(deed: Deed, email: string): Deed {
  if (deed.type === 'identify' && normalizeEmail(deed.email) !== email) return { ...deed, email }
  if (deed.type !== 'form') return deed
  const given = normalizeEmail(deed.fields.email ?? '')
  return given === null || given === email ? deed : { ...deed, fields: { ...deed.fields, email } }
}

/** An unknown visitor's link was taken back: what it gave as its address is nobody's. */
export function withoutAddress(deed: Deed): Deed {
  if (deed.type === 'identify') return { ...deed, email: '' }
  if (deed.type !== 'form' || normalizeEmail(deed.fields.email ?? '') === null) return deed
  const { email: _, ...fields } = deed.fields
  return { ...deed, fields }
}
