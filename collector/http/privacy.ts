/** What a person may ask for: all that is held on them, and that it be erased. */
import { Hono } from 'hono'
import { findHeld, findPerson, type Person } from '../store/person.ts'
import type { Collector, SignedIn } from './context.ts'
import { rowOf } from './lead.ts'
import { siteFor } from './query.ts'

export function privacyRoutes({ database: { db }, erasures }: Collector) {
  /** @throws HTTPException where there is no such lead */
  async function personOf(siteId: string, leadId: string): Promise<Person> {
    await rowOf(db, siteId, leadId)
    return (await findPerson(db, siteId, leadId)) as Person
  }

  return new Hono<SignedIn>()
    .get('/:id/held', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const person = await personOf(siteId, c.req.param('id'))
      const held = await findHeld(db, person)
      return c.json({
        visitors: person.visitorIds.length,
        /** Browsers that others used, too: what was done in their time stays. */
        shared: person.sharedIds.length,
        events: held.event.length,
        notes: held.note.length,
        decisions: held.edit.length,
      })
    })
    .delete('/:id', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const { leadId } = await personOf(siteId, c.req.param('id'))
      await erasures.erase({ siteId, leadId, actor: c.get('user').email })
      return c.body(null, 204)
    })
}
