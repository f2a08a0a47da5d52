/** `/api/leads`: the ranked list and one lead. */
import { Hono } from 'hono'
import { inOrder } from '../domain/history.ts'
import { scoreLead } from '../domain/score.ts'
import { timelineOf } from '../domain/timeline.ts'
import { recordView } from '../store/audit.ts'
import { findConsentsOf } from '../store/consents.ts'
import { historyOf } from '../store/history.ts'
import { withMerged } from '../store/merges.ts'
import { recordNote, removeNote } from '../store/notes.ts'
import { findRanked, type LeadRow, type RankedAfter } from '../store/ranked.ts'
import { findRuleset } from '../store/rulesets.ts'
import { liveVersion } from '../store/standings.ts'
import { bodyOf, optional, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { editRoutes, LONGEST_NOTE } from './edits.ts'
import { exportRoutes } from './export.ts'
import { filterOf } from './filter.ts'
import { isReading } from './foreign.ts'
import { curveOfLead, holdRow, itemOf, leadOf, rowOf } from './lead.ts'
import { linkRoutes } from './links.ts'
import { privacyRoutes } from './privacy.ts'
import { problem } from './problem.ts'
import { limitOf, pageOf, placeOf, siteFor, wholeNumber } from './query.ts'

export function leadRoutes(collector: Collector) {
  const { database, clock } = collector
  const { db } = database

  return new Hono<SignedIn>()
    .route('/', editRoutes(collector))
    .route('/', privacyRoutes(collector))
    .route('/', linkRoutes(collector))
    .route('/export', exportRoutes(collector))
    .get('/', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const limit = limitOf(c)
      if (c.req.query('sort') && c.req.query('sort') !== 'rank') throw problem(400, 'sort can only be rank')
      const after = afterOf(c.req.query('cursor'))
      const { more, ...filter } = await filterOf(c, db, siteId)
      const rows = await findRanked(db, filter, after, limit + 1)
      const version = rows[0]?.version ?? (await liveVersion(db, siteId).executeTakeFirst())?.version ?? null
      // Two versions of the rules order leads in two ways; no list is made of both.
      if (after && version !== after.version) throw problem(409, 'The rules have changed: begin the list again')
      const items = rows.slice(0, limit).map(itemOf)
      const last = rows[limit - 1]
      const next = rows.length > limit && last ? cursorOf(last) : null
      return c.json({ items, next, more, version })
    })
    .use('/:id/*', async (c, next) => {
      await next()
      if (!isReading(c) || !c.res.ok) return
      const { id: siteId } = await siteFor(c, db)
      await recordView(db, c.get('user').email, siteId, c.req.param('id'), clock())
    })
    .get('/:id', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const at = optional(c.req.query('at'), (given) => wholeNumber(given, 'at')) ?? clock()
      const version = optional(c.req.query('version'), (given) => wholeNumber(given, 'version'))
      return c.json(await leadOf(db, await rowOf(db, siteId, c.req.param('id')), at, version))
    })
    .get('/:id/curve', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const version = optional(c.req.query('version'), (given) => wholeNumber(given, 'version'))
      return c.json(await curveOfLead(db, await rowOf(db, siteId, c.req.param('id')), clock(), version))
    })
    .get('/:id/consents', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const { lead_id: leadId } = await rowOf(db, siteId, c.req.param('id'))
      const [after, limit] = [placeOf(c.req.query('cursor')), limitOf(c)]
      const consents = await findConsentsOf(db, siteId, await withMerged(db, siteId, leadId), after, limit + 1)
      return c.json(pageOf(consents, limit, ({ at, id }) => ({ at, id })))
    })
    .get('/:id/events', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const lead = await rowOf(db, siteId, c.req.param('id'))
      const after = placeOf(c.req.query('cursor'))
      const limit = limitOf(c)
      const history = await historyOf(db, siteId, lead.lead_id)
      const rules = await findRuleset(db, siteId)
      if (!rules) throw problem(404, 'There is no such ruleset')
      const moments = timelineOf(history, scoreLead(history, rules.ruleset, clock(), rules.publishes))
      const rest = after ? moments.filter(({ event }) => inOrder(event, after) < 0) : moments
      const page = pageOf(rest.slice(0, limit + 1), limit, ({ event: { at, id } }) => ({ at, id }))
      const items = page.items.map(({ event, ...moment }) => ({
        ...moment,
        id: event.id,
        type: event.type,
        at: event.at,
        visitorId: event.visitorId,
        url: 'url' in event ? event.url : null,
        title: event.type === 'page' ? (event.title ?? null) : null,
        referrer: event.type === 'page' ? (event.referrer ?? null) : null,
        form: event.type === 'form' ? event.form : null,
        fields: event.type === 'form' ? event.fields : null,
        name: event.type === 'track' ? event.name : null,
        properties: event.type === 'track' ? (event.properties ?? {}) : null,
        email: event.type === 'identify' ? event.email : null,
      }))
      return c.json({ items, next: page.next })
    })
    .post(
      '/:id/notes',
      bodyOf(({ text }) => ({ text: shortText(text, 'text', LONGEST_NOTE) })),
      async (c) => {
        const { id: siteId } = await siteFor(c, db)
        const { text } = c.req.valid('json')
        const note = await database.transact(async (tx) => {
          const lead = await holdRow(tx, siteId, c.req.param('id'))
          return recordNote(tx, siteId, lead.lead_id, c.get('user').email, text, clock())
        })
        return c.json(note, 201)
      },
    )
    .delete('/:id/notes/:noteId', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const isGone = await removeNote(
        db,
        siteId,
        await withMerged(db, siteId, c.req.param('id')),
        c.req.param('noteId'),
      )
      if (!isGone) throw problem(404, 'There is no such note')
      return c.body(null, 204)
    })
}

function cursorOf({ rank, last_seen_at, lead_id, version }: LeadRow): string {
  return Buffer.from(JSON.stringify([rank, last_seen_at, lead_id, version])).toString('base64url')
}

function afterOf(cursor: string | undefined): (RankedAfter & { version: number }) | undefined {
  if (!cursor) return undefined
  try {
    const [rank, lastSeenAt, leadId, version] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const isPlace = [rank, lastSeenAt, version].every(Number.isSafeInteger) && typeof leadId === 'string'
    if (isPlace) {
      const numbers = { rank: rank as number, lastSeenAt: lastSeenAt as number, version: version as number }
      return { ...numbers, leadId: leadId.replaceAll('\0', '') }
    }
  } catch {
    // Told below, like every other cursor that is not ours.
  }
  throw problem(400, 'This cursor is not one of ours')
}
