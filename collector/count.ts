/** What leads are worth by now: counted on top of what is kept of each, or from its whole history where that will not do. */
import { type Counted, countAll, countOn } from './domain/bookmark.ts'
import type { Deed, HistoryEvent } from './domain/history.ts'
import { companyOf, nameOf } from './domain/traits.ts'
import type { Db } from './store/database.ts'
import { historyOf } from './store/history.ts'
import { hideLead, type LeadToSave, markDue, removeLead, saveLeads } from './store/leads.ts'
import { hasMapEdits } from './store/map.ts'
import { areMerged, mergedInto } from './store/merges.ts'
import { hasNotes } from './store/notes.ts'
import { noteKnown } from './store/optouts.ts'
import { findKeptRulesets, type RulesetVersion } from './store/rulesets.ts'
import type { LeadTable, StandingTable } from './store/schema.ts'
import { hasQuarantined } from './store/spans.ts'
import { recordRules, recordStages } from './store/stagelog.ts'
import { findFormer, findKept, type Kept, removeFormer, saveWorths } from './store/standings.ts'
import { seenAfter, seenIn, worthOf } from './worth.ts'

export interface HeldLead {
  lead: LeadTable
  /** What it did that is not counted yet; a lead whose `next_change_at` is 0 may have done more. */
  fresh: Deed[]
}

/**
 * Works leads out by the live rules, and by those that are on their way, and saves it.
 * @returns the ids of those leads, by site
 */
export async function countLeads(tx: Db, held: readonly HeldLead[], now: number): Promise<Map<string, string[]>> {
  const bySite = new Map<string, HeldLead[]>()
  for (const each of held) bySite.set(each.lead.site_id, [...(bySite.get(each.lead.site_id) ?? []), each])
  for (const [siteId, leads] of bySite) await countSite(tx, siteId, leads, now)
  return new Map([...bySite].map(([siteId, leads]) => [siteId, leads.map(({ lead }) => lead.lead_id)]))
}

async function countSite(tx: Db, siteId: string, held: HeldLead[], now: number): Promise<void> {
  // Read after the leads are held: a version asked for before that is seen, one asked for after it waits for them.
  const rulesets = await findRulesets(tx, siteId)
  const kept = new Map<string, Kept[]>()
  for (const each of await findKept(
    tx,
    held.map(({ lead: { site_id, lead_id } }) => ({ site_id, lead_id })),
  )) {
    kept.set(each.lead_id, [...(kept.get(each.lead_id) ?? []), each])
  }
  const merged = await areMerged(
    tx,
    held.flatMap(({ lead: { site_id, lead_id, email } }) => (email === null ? [] : [{ site_id, lead_id }])),
  )
  // Not as they are made: what was asked for meanwhile by the same address is seen once they are committed.
  await noteKnown(
    tx,
    held.flatMap(({ lead: { site_id, email, version } }) =>
      version > 0 || email === null ? [] : [{ site_id, email }],
    ),
  )
  const standings: StandingTable[] = []
  const saved: { before: LeadTable; lead: LeadToSave }[] = []
  const roots: LeadTable[] = []
  for (const { lead, fresh } of held) {
    if (merged.has(lead.lead_id)) {
      const root = await mergedInto(tx, lead.site_id, lead.lead_id)
      await hideLead(tx, lead)
      if (root !== undefined) roots.push({ ...lead, lead_id: root })
      continue
    }
    const worked = await workOut(tx, lead, fresh, kept.get(lead.lead_id) ?? [], rulesets, now)
    if (!worked) continue
    standings.push(...worked.standings)
    saved.push({ before: lead, lead: worked.lead })
  }
  await saveWorths(tx, standings)
  await saveLeads(tx, saved)
  // Last: one that was saved just now has not counted what is part of it.
  for (const { site_id, lead_id } of roots) await markDue(tx, site_id, [lead_id], now)
}

type Rulesets = Awaited<ReturnType<typeof findRulesets>>

async function findRulesets(tx: Db, siteId: string) {
  const rulesets = await findKeptRulesets(tx, siteId)
  const [former] = await findFormer(tx, siteId, rulesets.live.version, 1)
  return { ...rulesets, hasFormer: former !== undefined }
}

/** @returns undefined where the lead has no standing any more: nothing is in it */
async function workOut(
  tx: Db,
  lead: LeadTable,
  fresh: Deed[],
  kept: Kept[],
  { live, next, hasFormer }: Rulesets,
  now: number,
): Promise<{ standings: StandingTable[]; lead: LeadToSave } | undefined> {
  const { site_id, lead_id, owner } = lead
  let history: HistoryEvent[] | undefined
  const byVersion = new Map<RulesetVersion, Counted>()
  for (const rules of next ? [live, next] : [live]) {
    const bookmark = kept.find(({ version }) => version === rules.version)?.bookmark
    const mayGoOn = lead.next_change_at > 0 && lead.version > 0 && bookmark
    const counted = mayGoOn ? countOn(bookmark, fresh, rules, now) : undefined
    if (!counted) history ??= await historyOf(tx, site_id, lead_id)
    byVersion.set(rules, counted ?? countAll(history ?? [], rules, now))
  }
  if (history && isNothing(history) && !(await isKept(tx, lead))) {
    await removeLead(tx, lead)
    return undefined
  }
  if (hasFormer) {
    // What the switch did to it must be in its log before anything else.
    const { moved } = await removeFormer(tx, site_id, [lead_id], live.version)
    for (const { stage } of moved) {
      await recordRules(tx, site_id, lead_id, stage, live)
    }
  }
  const { score } = byVersion.get(live) as Counted
  const before = history ? undefined : kept.find(({ version }) => version === live.version)
  if (!isLogged(score.stage.stage, score.stage.changes.at(-1)?.at, before)) {
    await recordStages(tx, lead, score.stage.changes, history ?? fresh, live, now)
  }
  const seen = history ? seenIn(history, lead, now) : seenAfter(fresh, lead)
  const standings = [...byVersion].map(([{ version }, counted]) => {
    return { site_id, lead_id, owner, ...worthOf(counted, seen, version) }
  })
  return {
    standings,
    lead: {
      name: nameOf(score.traits),
      company: companyOf(score.traits),
      objected: score.objected ? 1 : 0,
      version: live.version,
      first_seen_at: seen.firstSeenAt,
      last_seen_at: seen.lastSeenAt,
      next_change_at: Math.min(...standings.map(({ next_change_at }) => next_change_at)),
    },
  }
}

/** Is it known without a look into the log that it has nothing to add? */
function isLogged(stage: string, changedAt: number | undefined, before: Kept | undefined): boolean {
  return before !== undefined && before.stage === stage && (changedAt ?? 0) <= before.last_seen_at
}

/** Objections stay without it, for whoever comes under the address. */
function isNothing(history: readonly HistoryEvent[]): boolean {
  return history.every(({ type }) => type === 'objection' || type === 'undo')
}

/** Of whom nothing counts: is there anything that somebody wrote or did, or may still undo or release? */
async function isKept(tx: Db, { site_id, lead_id }: LeadTable): Promise<boolean> {
  if (await hasNotes(tx, site_id, lead_id)) return true
  return (await hasQuarantined(tx, site_id, lead_id)) || (await hasMapEdits(tx, site_id, lead_id))
}
