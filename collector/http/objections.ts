/** `/api/objections`: what was asked for on the opt-out page, to be confirmed by a person. */
import { Hono } from 'hono'
import { recountOwner } from '../store/objections.ts'
import { type Answer, answerOptOut, countWaiting, findOptOuts } from '../store/optouts.ts'
import { bodyOf } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { limitOf, offsetOf, siteFor } from './query.ts'

export function objectionRoutes({ database, standings, clock }: Collector) {
  const { db } = database

  return new Hono<SignedIn>()
    .get('/', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const [from, limit] = [offsetOf(c.req.query('cursor')), limitOf(c)]
      const which = whichOf(c.req.query('state'))
      const items = await findOptOuts(db, siteId, which, from, limit + 1)
      const next = items.length > limit ? String(from + limit) : null
      return c.json({ items: items.slice(0, limit), next, waiting: await countWaiting(db, siteId) })
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
        await database.transact((tx) => recountOwner(tx, siteId, answered.email, signature.at))
        await standings.upToDate()
        return c.json(answered)
      },
    )
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
