/** `/api/rules`: the live ruleset. */
import { Hono } from 'hono'
import { findRulesetOrThrow } from '../store/rulesets.ts'
import type { Collector, SignedIn } from './context.ts'
import { siteFor } from './query.ts'

export function ruleRoutes({ database: { db } }: Collector) {
  return new Hono<SignedIn>().get('/', async (c) => {
    const site = await siteFor(c, db)
    const { version, ruleset } = await findRulesetOrThrow(db, site.id)
    return c.json({ version, ruleset })
  })
}
