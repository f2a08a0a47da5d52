/** What users do to a lead: its traits, owner and stage, whether it is spam, and taking a decision back. */
import { Hono } from 'hono'
import { decisionsOf } from '../domain/decisions.ts'
import { isEdit, MANUAL_STAGES, type Verdict } from '../domain/history.ts'
import { recordAudit } from '../store/audit.ts'
import type { Db } from '../store/database.ts'
import { type NewEdit, recordEdit } from '../store/edits.ts'
import { historyOf } from '../store/history.ts'
import { assignOwner, markDue } from '../store/leads.ts'
import { editLinks, undoMapEdit } from '../store/map.ts'
import { withMerged } from '../store/merges.ts'
import { recordObjection, undoObjection } from '../store/objections.ts'
import { bodyOf, optional, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { holdRow, leadOf, rowOf } from './lead.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'

export const LONGEST_NOTE = 5000

export function editRoutes({ database, clock, standings }: Collector) {
  const { db } = database

  /**
   * Does something to a lead, in one transaction.
   * @returns the lead as it is then
   */
  async function edit(siteId: string, leadId: string, act: (tx: Db) => Promise<void>) {
    await database.transact(async (tx) => {
      await act(tx)
      // Of whom somebody has erased meanwhile nothing is kept that was said since.
      await holdRow(tx, siteId, leadId)
      await markDue(tx, siteId, [leadId], clock())
    })
    await standings.caughtUp()
    return leadOf(db, await rowOf(db, siteId, leadId), clock())
  }

  async function isWithoutDeeds(siteId: string, leadId: string): Promise<boolean> {
    return (await historyOf(db, siteId, leadId)).every(isEdit)
  }

  /** @returns whether it was there to be undone: links taken back or released, or a merge */
  async function undoInMap(siteId: string, leadId: string, editId: string, by: string): Promise<boolean> {
    const leadIds = await withMerged(db, siteId, leadId)
    return database.transact(async (tx) => {
      const undone = await undoMapEdit(tx, siteId, leadIds, editId, { by, at: clock() })
      if (undone?.kind === 'merge') {
        const detail = undone.otherId ?? undefined
        await recordAudit(tx, { actor: by, action: 'merge undone', siteId, subject: leadId, detail }, clock())
      }
      return undone !== undefined
    })
  }

  return new Hono<SignedIn>()
    .patch(
      '/:id',
      bodyOf(({ traits, owner, stage, spam, objected, note }) => ({
        traits: optional(traits, traitsOf),
        owner: optional(owner, (given) => (given === null ? null : shortText(given, 'owner'))),
        stage: optional(stage, manualStageOf),
        spam: optional(spam, verdictOf),
        objected: optional(objected, objectedOf),
        note: optional(note, (given) => shortText(given, 'note', LONGEST_NOTE)),
      })),
      async (c) => {
        const { id: siteId } = await siteFor(c, db)
        const lead = await rowOf(db, siteId, c.req.param('id'))
        const { traits, owner, stage, spam, objected, note } = c.req.valid('json')
        if (objected && note === undefined) throw problem(422, 'note must say how they objected')
        const signature = { at: clock(), author: c.get('user').email }
        const edits: NewEdit[] = []
        if (traits) edits.push({ type: 'traits', ...signature, traits })
        if (stage) edits.push({ type: 'stage', ...signature, stage, note: note ?? null })
        // Of whom nothing counts, releasing means to let its browsers out of quarantine.
        const isUnfounded = lead.shelf === 'quarantined' && (await isWithoutDeeds(siteId, lead.lead_id))
        if (spam === 'released' && isUnfounded) {
          const leadIds = await withMerged(db, siteId, lead.lead_id)
          const { author: by, at } = signature
          await database.transact((tx) => editLinks(tx, siteId, 'release', leadIds, { since: 0 }, { by, at }))
        } else if (spam) edits.push({ type: 'spam', ...signature, verdict: spam })
        const changed = await edit(siteId, lead.lead_id, async (tx) => {
          // First: it may hold several leads.
          if (objected) await recordObjection(tx, siteId, lead, { note: note ?? null, ...signature })
          if (owner !== undefined) await assignOwner(tx, siteId, lead.lead_id, owner)
          for (const each of edits) await recordEdit(tx, siteId, lead.lead_id, each)
        })
        return c.json(changed)
      },
    )
    .delete('/:id/decisions/:decisionId', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const lead = await rowOf(db, siteId, c.req.param('id'))
      if (await undoInMap(siteId, lead.lead_id, c.req.param('decisionId'), c.get('user').email)) {
        await standings.caughtUp()
        return c.json(await leadOf(db, await rowOf(db, siteId, lead.lead_id), clock()))
      }
      const decisions = decisionsOf(await historyOf(db, siteId, lead.lead_id), clock())
      const decision = decisions.find(({ id }) => id === c.req.param('decisionId'))
      if (!decision || decision.undone) throw problem(404, 'There is no such decision to take back')
      const signature = { at: clock(), author: c.get('user').email }
      const changed = await edit(siteId, lead.lead_id, async (tx) => {
        if (decision.objected) await undoObjection(tx, siteId, decision.id, signature)
        else await recordEdit(tx, siteId, lead.lead_id, { type: 'undo', ...signature, of: decision.id })
      })
      return c.json(changed)
    })
}

function traitsOf(input: unknown): Record<string, string | null> {
  const entries = Object.entries(Object(input) as Record<string, unknown>).map(([name, value]) => {
    if (name === 'email') throw problem(422, 'The address says who the lead is; it cannot be edited here')
    if (!/^[A-Za-z]\w{0,39}$/.test(name)) throw problem(422, 'The name of a trait is up to 40 letters and digits')
    return [name, value === null ? null : shortText(value, name)] as const
  })
  return Object.fromEntries(entries)
}

function manualStageOf(input: unknown) {
  const stage = MANUAL_STAGES.find((each) => each === input)
  if (!stage) throw problem(422, `stage can be set to ${MANUAL_STAGES.join(', ')}`)
  return stage
}

/** It is taken back as every decision is. */
function objectedOf(input: unknown): true {
  if (input !== true) throw problem(422, 'objected can only be true')
  return input
}

const VERDICTS: readonly Verdict[] = ['released', 'confirmed']

function verdictOf(input: unknown): Verdict {
  const verdict = VERDICTS.find((each) => each === input)
  if (!verdict) throw problem(422, `spam can be set to ${VERDICTS.join(', ')}`)
  return verdict
}
