/** `/api/rules`: the live ruleset, its versions, trying others out and publishing them. */
import { Hono } from 'hono'
import { presets } from '../domain/presets.ts'
import type { Ruleset } from '../domain/rule.ts'
import { checkRuleset } from '../domain/ruleset-check.ts'
import { RULESET_SCHEMA } from '../domain/ruleset-schema.ts'
import { previewOf } from '../preview.ts'
import { recordAudit } from '../store/audit.ts'
import {
  findRuleset,
  findRulesetOrThrow,
  findVersions,
  PublishedMeanwhile,
  PublishUnderWay,
  publishRuleset,
  type VersionRow,
} from '../store/rulesets.ts'
import { sumUpInThreads } from '../threads.ts'
import { bodyOf, optional, shortText } from './body.ts'
import type { Collector, SignedIn } from './context.ts'
import { problem } from './problem.ts'
import { siteFor } from './query.ts'

const LONGEST_NOTE = 1000

export function ruleRoutes({ database, clock, rescoring, previews }: Collector) {
  const { db } = database

  return new Hono<SignedIn>()
    .get('/', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const { version, ruleset } = await findRulesetOrThrow(db, siteId)
      const publishing = (await findVersions(db, siteId)).find(({ state }) => state === 'publishing')
      return c.json({ version, ruleset, publishing: publishing?.version ?? null })
    })
    .get('/schema', (c) => c.json(RULESET_SCHEMA))
    .get('/presets', (c) => c.json({ items: presets(), next: null }))
    .get('/export', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const version = optional(c.req.query('version'), versionOf)
      const found = await findRuleset(db, siteId, version)
      if (!found) throw problem(404, 'There is no such version of the rules')
      const name = `braise-rules-${siteId.replace(/[^\w.-]/g, '_')}-${found.version}.json`
      c.header('content-disposition', `attachment; filename="${name}"`)
      c.header('content-type', 'application/json')
      return c.body(`${JSON.stringify(found.ruleset, null, 2)}\n`)
    })
    .get('/versions', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      return c.json({ items: (await findVersions(db, siteId)).map(itemOf), next: null })
    })
    .get('/versions/:version', async (c) => {
      const { id: siteId } = await siteFor(c, db)
      const version = versionOf(c.req.param('version'))
      const row = (await findVersions(db, siteId)).find((each) => each.version === version)
      const found = row && (await findRuleset(db, siteId, version))
      if (!found) throw problem(404, 'There is no such version of the rules')
      return c.json({ ...itemOf(row), ruleset: found.ruleset })
    })
    .post(
      '/publish',
      bodyOf(({ ruleset, note, basedOn }) => ({
        ruleset: rulesetOf(ruleset),
        note: shortText(note, 'note', LONGEST_NOTE),
        basedOn: optional(basedOn, versionOf),
      })),
      async (c) => {
        const { id: siteId } = await siteFor(c, db)
        const { ruleset, note, basedOn } = c.req.valid('json')
        const author = c.get('user').email
        const version = await database.transact(async (tx) => {
          const signed = { note, author, basedOn }
          const version = await publishRuleset(tx, siteId, ruleset, signed, clock()).catch(tellConflict)
          const deed = { actor: author, siteId, detail: `version ${version}: ${note}` }
          await recordAudit(tx, { ...deed, action: 'rules published' }, clock())
          return version
        })
        rescoring.wake()
        return c.json({ version }, 202)
      },
    )
    .post(
      '/preview',
      bodyOf(({ ruleset }) => ({ ruleset: rulesetOf(ruleset) })),
      async (c) => {
        const { id: siteId } = await siteFor(c, db)
        const { ruleset } = c.req.valid('json')
        const from = performance.now()
        const at = clock()
        const { signal } = c.req.raw
        const today = await findRulesetOrThrow(db, siteId)
        const next = { ruleset, publishes: [...today.publishes, at] }
        const sums = await previews.run(signal, () => sumUpInThreads(database, siteId, { today, next }, at, signal))
        const tookMs = Math.round(performance.now() - from)
        return c.json({ at, version: today.version, tookMs, ...previewOf(sums, ruleset, at) })
      },
    )
}

function itemOf({ version, state, note, author, published_at, live_at, done, total }: VersionRow) {
  return {
    version,
    state,
    note,
    author,
    publishedAt: published_at,
    liveAt: live_at,
    progress: state === 'publishing' ? { done, total } : null,
  }
}

/** @throws a problem that lists everything that is wrong with it */
function rulesetOf(input: unknown): Ruleset {
  const errors = checkRuleset(input)
  if (errors.length === 0) return input as Ruleset
  const many = errors.length === 1 ? '1 error' : `${errors.length} errors`
  throw problem(422, `The ruleset has ${many}`, { errors })
}

function tellConflict(error: unknown): never {
  if (error instanceof PublishedMeanwhile) {
    const { live } = error
    throw problem(409, `Version ${live} was published meanwhile`, { live })
  }
  if (!(error instanceof PublishUnderWay)) throw error
  const { version } = error
  throw problem(409, `Version ${version} is being published: wait until it is live`, { publishing: version })
}

function versionOf(input: unknown): number {
  if (!/^\d{1,9}$/.test(String(input))) throw problem(400, 'version is not a whole number')
  return Number(input)
}
