/** What other rules would change for everybody of a site: read, worked out and summed up, with nothing written. */
import { addLead, type Rules } from './domain/preview.ts'
import type { Ruleset } from './domain/rule.ts'
import { type Both, KEYS, noSums, type Sums, WEEKS } from './domain/sums.ts'
import { listenTo, listenToSource, offered, warningsOf } from './domain/vocabulary.ts'
import type { Db } from './store/database.ts'
import { findHistories, findNewest, findPart, withoutVisitors } from './store/histories.ts'
import { countVisitors } from './store/standings.ts'

const DAY = 24 * 60 * 60 * 1000
const WEEK = 7 * DAY
/** Leads in memory at a time. */
const LEADS_A_PART = 500
/** Customers that are told one by one. */
const MOST_ITEMS = 100

/** Leads of a site with an id after `after`, up to `until`; null: to the last one. */
export interface Range {
  siteId: string
  after: string
  until: string | null
}

/** Sums up the leads of a range, but for visitors. */
export async function sumUp(db: Db, range: Range, rules: Both<Rules>, now: number): Promise<Sums> {
  const sums = noSums()
  for (let after = range.after; ; ) {
    const leadIds = await findPart(db, range.siteId, after, range.until, LEADS_A_PART)
    const to = leadIds.at(-1)
    if (to === undefined) return sums
    const known = await withoutVisitors(db, range.siteId, leadIds)
    for (const { lead, history } of await findHistories(db, range.siteId, known)) {
      const { lead_id: id, name, email, company } = lead
      addLead(sums, { id, name, email, company }, history, rules, now)
    }
    after = to
  }
}

/** Events of everybody that tell what occurs on a site, beside all that leads ever did. */
const NEWEST = 20_000

/** Visitors of whom no contact detail is known, whom no rules move: they are counted, and what they saw is listened to. */
export async function addVisitors(db: Db, siteId: string, sums: Sums, now: number): Promise<void> {
  for (const [shelf, visitors] of await countVisitors(db, siteId)) {
    sums.leads += visitors
    for (const key of KEYS) sums.stages[key][shelf] += visitors
  }
  for (const event of await findNewest(db, siteId, NEWEST, now)) {
    listenTo(sums.vocabulary, event)
    listenToSource(sums.vocabulary, event)
  }
}

/** Cuts a site's leads into so many ranges of about the same size. It goes through an index from end to end, twice. */
export async function findRanges(db: Db, siteId: string, many: number): Promise<Range[]> {
  const leads = db.selectFrom('lead').where('site_id', '=', siteId)
  const { count } = await leads.select((select) => select.fn.countAll().as('count')).executeTakeFirstOrThrow()
  const offset = Math.floor(Number(count) / many)
  const ends: string[] = []
  for (let i = 1; i < many; i++) {
    const row = await leads
      .select('lead_id')
      .where('lead_id', '>', ends.at(-1) ?? '')
      .orderBy('lead_id')
      .offset(offset)
      .limit(1)
      .executeTakeFirst()
    if (row) ends.push(row.lead_id)
  }
  return [...ends, null].map((until, i) => ({ siteId, after: ends[i - 1] ?? '', until }))
}

/** The sums of all leads as the API tells them. */
export function previewOf(sums: Sums, ruleset: Ruleset, now: number) {
  const { leads, events, scores, stages, moves, weeks, sqls, uses } = sums
  const unused = ruleset.rules.filter(({ id, off }) => !off && !uses.has(id))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / WEEKS
  return {
    leads,
    events,
    scores,
    stages,
    moves,
    weeks: Array.from({ length: WEEKS }, (_, i) => ({
      from: now - (WEEKS - i) * WEEK,
      today: weeks.today[i] ?? 0,
      next: weeks.next[i] ?? 0,
    })),
    sqlsAWeek: { today: mean(weeks.today), next: mean(weeks.next), capacity: ruleset.capacity ?? null },
    outcomes: { customers: customersOf(sums), lost: sums.lost, sqls },
    rules: (['rules', 'fit', 'spam'] as const).flatMap((kind) =>
      ruleset[kind].map(({ id }) => ({
        rule: id,
        kind: kind === 'rules' ? ('engagement' as const) : kind,
        ...(uses.get(id) ?? { hits: 0, leads: 0, customers: 0, lost: 0 }),
      })),
    ),
    warnings: warningsOf(unused, sums.vocabulary),
    occurs: offered(sums.vocabulary),
  }
}

/** Days that the new rules would have been earlier, of those that both would have caught. */
function customersOf({ won, wonCount, caught }: Sums) {
  const items = won
    .map((each) => ({
      ...each,
      days: each.today === null || each.next === null ? null : (each.today - each.next) / DAY,
    }))
    .sort((a, b) => b.at - a.at)
  const days = items.flatMap((item) => item.days ?? []).sort((a, b) => a - b)
  return {
    known: wonCount,
    caught,
    earlier: days.filter((each) => each > 0).length,
    later: days.filter((each) => each < 0).length,
    medianDays: days[Math.floor(days.length / 2)] ?? null,
    items: items.slice(0, MOST_ITEMS),
  }
}
