/** Which visitors belong to a lead and why; taking that back, letting links out of quarantine, merging leads. */
import { Hono } from 'hono'
import { recordAudit } from '../store/audit.ts'
import { holdLeads } from '../store/leads.ts'
import { editLinks, mergeLeads, type Which } from '../store/map.ts'
import { mergedInto, withMerged } from '../store/merges.ts'
import { findProvenance } from '../store/provenance.ts'
import { bodyOf, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { leadOf, rowOf } from './lead.ts'
import { problem } from './problem.ts'
import { limitOf, pageOf, placeOf, siteFor } from './query.ts'

export function linkRoutes({ database, clock, standings }: Collector) {
  const { db } = database

  async function edit(siteId: string, leadId: string, kind: 'unlink' | 'release', which: Which, by: string) {
    const leadIds = await withMerged(db, siteId, leadId)
    const changed = await database.transact((tx) => editLinks(tx, siteId, kind, leadIds, which, { by, at: clock() }))
    if (changed === 0) throw problem(404, 'There is no such link')
    await standings.caughtUp()
    return leadOf(db, await rowOf(db, siteId, leadId), clock())
  }

  return new Hono<SignedIn>()
    .get('/:id/links', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const { lead_id } = await rowOf(db, siteId, c.req.param('id'))
      const [after, limit] = [placeOf(c.req.query('cursor')), limitOf(c)]
      const links = await findProvenance(db, siteId, await withMerged(db, siteId, lead_id), after, limit + 1)
      return c.json(pageOf(links, limit, ({ receivedAt, eventId }) => ({ at: receivedAt, id: eventId })))
    })
    .post('/:id/unlink', bodyOf(whichOf), async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const { lead_id } = await rowOf(db, siteId, c.req.param('id'))
      return c.json(await edit(siteId, lead_id, 'unlink', c.req.valid('json'), c.get('user').email))
    })
    .post('/:id/release', bodyOf(whichOf), async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const { lead_id } = await rowOf(db, siteId, c.req.param('id'))
      return c.json(await edit(siteId, lead_id, 'release', c.req.valid('json'), c.get('user').email))
    })
    .post(
      '/:id/merge',
      bodyOf(({ lead }) => ({ lead: shortText(lead, 'lead') })),
      async (c) => {
        const { id: siteId } = await siteFor(c, db)
        const lead = await rowOf(db, siteId, c.req.param('id'))
        const other = await rowOf(db, siteId, c.req.valid('json').lead)
        if (lead.lead_id === other.lead_id) throw problem(422, 'A lead cannot be merged into itself')
        if (lead.email === null || other.email === null) {
          throw problem(422, 'An unknown visitor cannot be merged: it has no address yet')
        }
        await database.transact(async (tx) => {
          const held = await holdLeads(tx, siteId, [lead.lead_id, other.lead_id])
          // Erased meanwhile, it would take the other one along out of sight.
          if (held.length < 2) throw problem(404, 'There is no such lead')
          for (const { lead_id } of [lead, other]) {
            if (await mergedInto(tx, siteId, lead_id)) throw problem(409, 'Somebody has just merged one of the two')
          }
          const by = c.get('user').email
          await mergeLeads(tx, siteId, lead.lead_id, other.lead_id, { by, at: clock() })
          const audit = {
            actor: by,
            action: 'leads merged' as const,
            siteId,
            subject: lead.lead_id,
            detail: other.lead_id,
          }
          await recordAudit(tx, audit, clock())
        })
        await standings.caughtUp()
        return c.json(await leadOf(db, await rowOf(db, siteId, lead.lead_id), clock()))
      },
    )
}

function whichOf({ visitorId, since }: Record<string, unknown>): Which {
  if (since === undefined) return { visitorId: shortText(visitorId, 'visitorId') }
  if (!Number.isSafeInteger(since) || visitorId !== undefined) {
    throw problem(422, 'Either a visitorId or since, a time in milliseconds, is wanted')
  }
  return { since: since as number }
}
