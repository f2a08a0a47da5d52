/** `npm run demo`: the ordinary server on a database of its own, with a sample site at `/demo/` and a month of visitors. */
import { type Running, startCollector } from '../collector.ts'
import { readConfig } from '../config.ts'
import { greet, runUntilSignal } from '../console.ts'
import { checkBatch } from '../http/batch.ts'
import { arrivalsOf } from '../judge.ts'
import { recordEdit } from '../store/edits.ts'
import { markDue } from '../store/leads.ts'
import { findRanked } from '../store/ranked.ts'
import { findRulesetOrThrow, publishRuleset } from '../store/rulesets.ts'
import { findSite } from '../store/sites.ts'
import { findAsset, renderPage } from './pages.ts'
import { simulateVisitors } from './visitors.ts'

const BATCHES_AT_ONCE = 200
const DAY = 24 * 60 * 60 * 1000

await runUntilSignal(async () => {
  const running = await startCollector(readConfig({ DATABASE_URL: './data/demo.db', ...process.env }))
  serveSampleSite(running.app)
  await fillOnce(running)
  greet(running)
  console.log(`The sample site is at ${running.url}/demo/\n`)
  return running
})

function serveSampleSite(app: Running['app']): void {
  app.get('/demo', (c) => c.redirect('/demo/'))
  app.get('/demo/*', (c, next) => {
    const page = renderPage(c.req.path)
    if (page !== undefined) return c.html(page)
    const asset = findAsset(c.req.path)
    if (!asset) return next()
    return c.body(asset.body, 200, { 'content-type': asset.contentType })
  })
}

/** A month of visitors, through the same intake as everybody's; a second start finds them there. */
async function fillOnce({ collector, url }: Running): Promise<void> {
  const { config, database, clock, intake, standings } = collector
  const site = await findSite(database.db, config.site)
  if (!site || site.firstEventAt !== null) return
  console.log('Filling the demo with a month of visitors …')
  const batches = simulateVisitors({ site: config.site, origin: config.publicUrl ?? url, now: clock() })
  await publishTargets(collector, Math.min(...batches.map(({ receivedAt }) => receivedAt)))
  for (let i = 0; i < batches.length; i += BATCHES_AT_ONCE) {
    const arrivals = batches.slice(i, i + BATCHES_AT_ONCE).flatMap(({ receivedAt, userAgent, batch }) => {
      return arrivalsOf(checkBatch(batch), {
        site,
        bot: /bot/i.test(userAgent),
        whereabouts: {},
        receivedAt,
        secrets: [],
      })
    })
    await Promise.all(arrivals.map((arrival) => intake.takeIn(arrival)))
  }
  await standings.upToDate()
  await hearFromSales(collector)
}

/** What the sample company would have answered at its first run. Its home page is `/demo/`, which is no request for a demo. */
async function publishTargets({ config, database, rescoring }: Running['collector'], now: number): Promise<void> {
  const { ruleset } = await findRulesetOrThrow(database.db, config.site)
  const rules = ruleset.rules.map((rule) =>
    rule.id === 'demoPage' ? { ...rule, when: { event: 'page' as const, path: ['/demo/demo'] } } : rule,
  )
  const lists = {
    sectors: ['Food and drink', 'Packaging', 'Automotive'],
    sizes: ['201-500', '501-1000'],
    regions: ['France', 'United Kingdom'],
    competitors: ['torqwell.example'],
  }
  const note = { note: 'Targets of the sample company', author: 'Braise' }
  await database.db
    .transaction()
    .execute((tx) => publishRuleset(tx, config.site, { ...ruleset, rules, lists }, note, now))
  await rescoring.done()
}

/** What sales said of those who were hot and have been silent since: rules can be held against it. */
async function hearFromSales({ config, database, clock, standings }: Running['collector']): Promise<void> {
  const silent = (await findRanked(database.db, { siteId: config.site }, undefined, 1000)).filter(
    ({ rank, last_seen_at }) => rank >= 20 && last_seen_at < clock() - 5 * DAY,
  )
  await database.transact(async (tx) => {
    for (const [i, lead] of silent.entries()) {
      const isWon = i % 3 === 0
      const said = { stage: isWon ? ('customer' as const) : ('lost' as const), note: isWon ? null : 'No budget' }
      const at = lead.last_seen_at + 4 * DAY
      await recordEdit(tx, config.site, lead.lead_id, { type: 'stage', at, author: 'sales@oilcan.example', ...said })
    }
    await markDue(
      tx,
      config.site,
      silent.map(({ lead_id }) => lead_id),
      clock(),
    )
  })
  await standings.upToDate()
}
