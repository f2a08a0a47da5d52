/** A lead as the API tells it: as lists show it, and whole. */
import { lookAhead } from '../domain/ahead.ts'
import { curveOf } from '../domain/curve.ts'
import { decisionsOf } from '../domain/decisions.ts'
import { heldScore } from '../domain/engagement.ts'
import { explain, type Reason, whySpam } from '../domain/explain.ts'
import { isEdit } from '../domain/history.ts'
import type { Ruleset, Text } from '../domain/rule.ts'
import { type LeadScore, scoreLead } from '../domain/score.ts'
import { shelfOf } from '../domain/shelf.ts'
import type { Cause } from '../domain/stage.ts'
import { companyOf, derivedTraits, nameOf, type Traits } from '../domain/traits.ts'
import type { Db } from '../store/database.ts'
import { historyOf } from '../store/history.ts'
import { holdLeadRows } from '../store/holding.ts'
import { findLeadOfVisitor } from '../store/leads.ts'
import { findMapEdits } from '../store/map.ts'
import { mergedInto, withMerged } from '../store/merges.ts'
import { findNotes } from '../store/notes.ts'
import { countProvenance } from '../store/provenance.ts'
import { findLead, type LeadRow } from '../store/ranked.ts'
import { findRuleset, findRulesetOrThrow } from '../store/rulesets.ts'
import { stageLogOf } from '../store/stagelog.ts'
import { isUnfounded } from '../worth.ts'
import { problem } from './problem.ts'

export type LeadItem = ReturnType<typeof itemOf>

/** A lead as lists show it. */
export function itemOf(row: LeadRow) {
  const objected = row.objected === 1
  // What they were worth before is in the row until it is worked out anew.
  const { rank, engagement, fit, spam, why } = objected ? UNSCORED : row
  return {
    id: row.lead_id,
    site: row.site_id,
    email: row.email,
    name: row.name,
    company: row.company,
    stage: row.stage,
    shelf: row.shelf,
    quarantined: row.shelf === 'quarantined' || row.shelf === 'spam',
    /** Not scored, because they objected to being profiled. */
    objected,
    score: heldScore(rank),
    rank,
    engagement,
    fit,
    spam,
    owner: row.owner,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    why: JSON.parse(why) as Reason[],
  }
}

const UNSCORED = { rank: 0, engagement: 0, fit: 0, spam: 0, why: '[]' }

/** A lead as of an instant, under a version of the rules: worked out anew from its history. */
export async function leadOf(db: Db, row: LeadRow, at: number, version?: number) {
  const rules = await findRuleset(db, row.site_id, version)
  if (!rules) throw problem(404, 'There is no such version of the rules')
  const history = await historyOf(db, row.site_id, row.lead_id)
  const leadIds = await withMerged(db, row.site_id, row.lead_id)
  const score = scoreLead(history, rules.ruleset, at, rules.publishes)
  const live = version === undefined ? rules : await findRulesetOrThrow(db, row.site_id)
  const deeds = history.filter((event) => !isEdit(event) && event.at <= at)
  const shelf = shelfOf(score, isUnfounded(row.email, history))
  return {
    ...itemOf(row),
    at,
    version: rules.version,
    /** The version that lists and stages go by. */
    liveVersion: live.version,
    name: nameOf(score.traits),
    company: companyOf(score.traits),
    lastSeenAt: deeds.at(-1)?.at ?? row.first_seen_at,
    stage: score.stage.stage,
    shelf,
    quarantined: shelf === 'quarantined' || shelf === 'spam',
    verdict: score.verdict,
    objected: score.objected,
    score: score.score,
    rank: score.rank,
    engagement: score.engagement,
    fit: score.fit,
    spam: score.spam,
    traits: [...[...score.traits.known].map(([name, trait]) => ({ name, ...trait })), ...derivedOf(score.traits, at)],
    alsoDeclared: score.traits.also,
    reasons: explain(score),
    spamReasons: whySpam(score),
    ahead: lookAhead(score),
    stages: (await stagesOf(db, row, score, rules.version === live.version)).map(({ author, ...change }) => ({
      ...change,
      by: author,
      label: labelOf(rules.ruleset, change.rule),
    })),
    decisions: decisionsOf(history, at),
    notes: await findNotes(db, row.site_id, leadIds),
    links: await countProvenance(db, row.site_id, leadIds),
    mapEdits: await findMapEdits(db, row.site_id, leadIds),
    visitors: new Set(deeds.flatMap((event) => ('visitorId' in event ? [event.visitorId] : []))).size,
  }
}

/**
 * The log says what was so under the rules of the time; under other rules it is what would have been. Newest first. Of whom
 * objected it says nothing that rules made.
 */
async function stagesOf(db: Db, row: LeadRow, score: LeadScore, isLive: boolean) {
  if (!isLive) return [...score.stage.changes].reverse()
  const log = await stageLogOf(db, row.site_id, row.lead_id)
  return log
    .filter(({ at }) => at <= score.at)
    .filter((change) => !score.objected || !isByRules(change))
    .map(({ at, stage, cause, rule, author, note }) => ({ at, stage, cause, rule, author, note }))
}

const BY_RULES = ['score', 'decision', 'cooled', 'fit', 'rules'] satisfies Cause[] as string[]

function isByRules({ cause, stage }: { cause: string; stage: string }): boolean {
  return BY_RULES.includes(cause) || stage === 'mql' || stage === 'sql'
}

/** The score over time, under the live rules or a version asked for. */
export async function curveOfLead(db: Db, row: LeadRow, until: number, version?: number) {
  const rules = await findRuleset(db, row.site_id, version)
  if (!rules) throw problem(404, 'There is no such version of the rules')
  const history = await historyOf(db, row.site_id, row.lead_id)
  const { mql, sql } = rules.ruleset.thresholds
  return { ...curveOf(history, rules.ruleset, until), thresholds: { mql: mql.score, sql: sql.score } }
}

export async function rowOf(db: Db, siteId: string, leadId: string): Promise<LeadRow> {
  const row = await findLead(db, siteId, leadId)
  if (row) return row
  const merged = await mergedInto(db, siteId, leadId)
  if (merged) throw problem(404, 'This lead was merged into another', { movedTo: merged })
  const known = await findLeadOfVisitor(db, siteId, leadId)
  if (!known) throw problem(404, 'There is no such lead')
  const movedTo = (await mergedInto(db, siteId, known)) ?? known
  throw problem(404, 'This visitor turned out to be somebody', { movedTo })
}

/** The same for who writes something of it: from then on nobody removes it until the transaction ends. */
export async function holdRow(tx: Db, siteId: string, leadId: string): Promise<LeadRow> {
  await holdLeadRows(tx, [{ site_id: siteId, lead_id: leadId }])
  return rowOf(tx, siteId, leadId)
}

/** What follows from other traits and is shown beside them. */
function derivedOf(traits: Traits, at: number) {
  // The domain of the address is seen in the address.
  const { emailDomain: _, ...shown } = derivedTraits(traits)
  return Object.entries(shown).map(([name, value]) => ({ name, value, source: 'derived' as const, at, by: null }))
}

function labelOf({ rules }: Ruleset, ruleId: string | null): Text | null {
  return rules.find(({ id }) => id === ruleId)?.label ?? null
}
