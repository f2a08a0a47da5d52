/**
 * `/api/objections`: what was asked for on the opt-out page, to be confirmed by a person. Who is no lead has no page of
 * their own: here all that is held on them is handed out, and erased.
 */
import { type Context, Hono } from 'hono'
import { mayChange } from '../domain/access.ts'
import { recordAudit } from '../store/audit.ts'
import { findHeld } from '../store/held.ts'
import {
  type Answer,
  answerOptOut,
  countWaiting,
  findOptOut,
  findOptOuts,
  noteKnown,
  placeOfOptOut,
} from '../store/optouts.ts'
import { findObjector } from '../store/person.ts'
import { bodyOf } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { heldFile } from './held.ts'
import { problem } from './problem.ts'
import { limitOf, pageOf, placeOf, siteFor } from './query.ts'

export function objectionRoutes({ database, standings, erasures, clock }: Collector) {
  const { db } = database

  /** @throws HTTPException where there is no such objection, or it is of a lead: that has all of it on its own page */
  async function strangerIn(c: Context<SignedIn>) {
    const { id: siteId } = await siteFor(c, db)
    const asked = await findOptOut(db, siteId, c.req.param('id') as string)
    if (!asked) throw problem(404, 'There is no such objection')
    if (asked.lead) throw problem(409, 'This address is of a lead: ask for the lead', { movedTo: asked.lead.id })
    return { siteId, id: asked.id, email: asked.email }
  }

  return new Hono<SignedIn>()
    .get('/', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const [after, limit] = [placeOf(c.req.query('cursor')), limitOf(c)]
      const which = whichOf(c.req.query('state'))
      const found = await findOptOuts(db, siteId, which, after, limit + 1)
      return c.json({ ...pageOf(found, limit, placeOfOptOut), waiting: await countWaiting(db, siteId) })
    })
    .patch(
      '/:id',
      bodyOf(({ answer }) => ({ answer: answerOf(answer) })),
      async (c) => {
        const { id: siteId } = await siteFor(c, db)
        const signature = { author: c.get('user').email, at: clock() }
        const { answer } = c.req.valid('json')
        const answered = await database.transact((tx) => answerOptOut(tx, siteId, c.req.param('id'), answer, signature))
        if (!answered) throw problem(404, 'There is no such objection')
        await database.transact((tx) => noteKnown(tx, [{ site_id: siteId, email: answered.email }]))
        await standings.caughtUp()
        return c.json(answered)
      },
    )
    .get('/:id/export', async (c) => {
      if (!mayChange(c.get('user'))) throw problem(403, 'Your role lets you read, not export')
      const { siteId, id, email } = await strangerIn(c)
      const held = await findHeld(db, await findObjector(db, siteId, id, email))
      const deed = { actor: c.get('user').email, action: 'objection exported', siteId, subject: id } as const
      await recordAudit(db, deed, clock())
      return heldFile(c, id, { site: siteId, held }, clock())
    })
    .delete('/:id', async (c) => {
      const { siteId, id: optOutId, email } = await strangerIn(c)
      await erasures.erase({ siteId, optOutId, email, actor: c.get('user').email })
      return c.body(null, 204)
    })
}

function whichOf(input: string | undefined): 'waiting' | 'answered' {
  if (input === undefined || input === 'waiting' || input === 'answered') return input ?? 'waiting'
  throw problem(400, 'state is waiting or answered')
}

const ANSWERS: readonly (Answer | null)[] = ['confirmed', 'dismissed', null]

function answerOf(input: unknown): Answer | null {
  const answer = ANSWERS.find((each) => each === input)
  if (answer === undefined) throw problem(422, 'answer is confirmed, dismissed or null')
  return answer
}
