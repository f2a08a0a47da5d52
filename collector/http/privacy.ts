/** What a person may ask for: all that is held on them, and that it be erased. */
import { type Context, Hono } from 'hono'
import { mayChange } from '../domain/access.ts'
import { recordAudit } from '../store/audit.ts'
import { findHeld, PERSONAL_TABLES, type PersonalTable } from '../store/held.ts'
import { withMerged } from '../store/merges.ts'
import { findPerson, type Person } from '../store/person.ts'
import type { Collector, SignedIn } from './context.ts'
import { type Held, heldFile } from './held.ts'
import { rowOf } from './lead.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'

export function privacyRoutes({ database: { db }, erasures, clock }: Collector) {
  /** The lead and whom was merged into it. @throws HTTPException where there is no such lead */
  async function peopleIn(c: Context<SignedIn>) {
    const { id: siteId } = await siteFor(c, db)
    const { lead_id: leadId } = await rowOf(db, siteId, c.req.param('id') as string)
    const people: Person[] = []
    for (const id of await withMerged(db, siteId, leadId)) people.push((await findPerson(db, siteId, id)) as Person)
    const held = Object.fromEntries(Object.keys(PERSONAL_TABLES).map((table) => [table, []])) as unknown as Held
    // What ties two of them together is held on both.
    const known = new Set<string>()
    for (const person of people) {
      for (const [table, rows] of Object.entries(await findHeld(db, person))) {
        for (const row of rows) {
          const key = `${table} ${JSON.stringify(row)}`
          if (!known.has(key)) held[table as PersonalTable].push(row)
          known.add(key)
        }
      }
    }
    return { siteId, leadId, people, held }
  }

  return new Hono<SignedIn>()
    .get('/:id/held', async (c) => {
      const { people, held } = await peopleIn(c)
      return c.json({
        visitors: people.flatMap(({ visitorIds }) => visitorIds).length,
        /** Browsers that others used, too: what was done in their time stays. */
        shared: people.flatMap(({ sharedIds }) => sharedIds).length,
        events: held.event.length,
        notes: held.note.length,
        decisions: held.edit.length,
      })
    })
    .get('/:id/export', async (c) => {
      if (!mayChange(c.get('user'))) throw problem(403, 'Your role lets you read, not export')
      const { siteId, leadId, held } = await peopleIn(c)
      const deed = { actor: c.get('user').email, action: 'lead exported', siteId, subject: leadId } as const
      await recordAudit(db, deed, clock())
      return heldFile(c, leadId, { site: siteId, held }, clock())
    })
    .delete('/:id', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const { lead_id: leadId } = await rowOf(db, siteId, c.req.param('id'))
      await erasures.erase({ siteId, leadId, actor: c.get('user').email })
      return c.body(null, 204)
    })
}
