import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scoreLead } from '../../collector/domain/score.ts'
import { carryOn, workOutOn } from '../../collector/rescoring.ts'
import { updateStandings } from '../../collector/standings.ts'
import { type Database, openDatabase } from '../../collector/store/database.ts'
import { historyOf } from '../../collector/store/history.ts'
import { holdVisitors, holdWithLeads } from '../../collector/store/holding.ts'
import { newId } from '../../collector/store/id.ts'
import { findOrCreateLead, holdDueLeads, markDue, saveLeads } from '../../collector/store/leads.ts'
import { mergeLeads } from '../../collector/store/map.ts'
import { answerOptOut, findOptOuts, recordOptOut } from '../../collector/store/optouts.ts'
import { findLead, findLeads } from '../../collector/store/ranked.ts'
import { purgeLead } from '../../collector/store/retention.ts'
import { findRulesetOrThrow, publishRuleset } from '../../collector/store/rulesets.ts'
import type { LeadTable } from '../../collector/store/schema.ts'
import { ensureSite } from '../../collector/store/sites.ts'
import { failOn, finishPublish, publish, settle, takeIn } from '../support/arrivals.ts'
import { newPostgresUrl, runOn, type TestDatabase } from '../support/engines.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { batch, DAY, form, identify, page, START, track } from '../support/wire.ts'
import { rule, ruleFor, rulesOf } from './domain/given.ts'

const ADA = 'ada@analytical.example'

describe('two collectors on one Postgres database', () => {
  let database: TestDatabase
  let now: number
  let one: Visited
  let other: Visited

  beforeEach(async () => {
    now = START
    database = await newPostgresUrl()
    one = await visit(database.url, () => now)
    other = await visit(database.url, () => now)
  })
  afterEach(async () => {
    await Promise.all([one.running.stop(), other.running.stop()])
    await database.remove()
  })

  test('batches for one lead, to both at a time, lose no points', async () => {
    const ROUNDS = 25
    const author = { note: 'a point for each hit', author: 'eve' }
    const { db } = one.running.collector.database
    await publishRuleset(db, 'default', rulesOf([ruleFor('Hit', 0.25)]), author, now)
    const browsers = Array.from({ length: 4 }, () => newId(now))
    for (const browser of browsers) {
      // A long history takes a while to read and to add up: time enough for the other to get in between.
      const past = Array.from({ length: 49 }, () => track(now, 'Noise'))
      for (let i = 0; i < 4; i++)
        await one.take(
          batch(
            browser,
            now,
            past.map((event) => ({ ...event, id: newId(now) })),
          ),
        )
      await one.take(batch(browser, now, [identify(now, ADA)]))
    }
    for (let round = 1; round <= ROUNDS; round++) {
      now += 1000
      const hits = browsers.map(async (browser, i) => {
        for (let hit = 0; hit < 3; hit++) {
          await (i % 2 ? one : other).take(batch(browser, now, [track(now, 'Hit')]))
        }
      })
      await Promise.all(hits)
      await Promise.all([one.counted(), other.counted()])
      const { items } = await one.read<{ items: { engagement: number }[] }>('/leads')
      expect(items, `round ${round}`).toMatchObject([{ engagement: round * 3 }])
    }
  })

  test('a standing that is due is worked out by one of them', async () => {
    for (let i = 0; i < 60; i++) {
      const events = [page(now, '/pricing'), form(now, 'newsletter', { email: `ada${i}@analytical.example` })]
      await one.take(batch(newId(now), now, events))
    }
    await Promise.all([one.counted(), other.counted()])
    const { db } = one.running.collector.database
    const due = await db.selectFrom('lead').select('lead_id').where('site_id', '=', 'default').execute()
    const told: string[] = []
    const third = await openDatabase(database.url)
    third.listen(({ siteId, leadIds }) => siteId === 'default' && told.push(...leadIds))
    // All of them fade alike, and fall due at the same instant.
    now += 2 * DAY
    await Promise.all([one.counted(), other.counted()])
    await expect.poll(() => told.length).toBeGreaterThanOrEqual(due.length)
    expect(told.sort()).toEqual(due.map(({ lead_id }) => lead_id).sort())
    await third.close()
  })

  test("each one's stream shows what the other took in", async () => {
    const streams = [await listenTo(one), await listenTo(other)]
    await one.take(batch(newId(now), now, [identify(now, ADA)]))
    await other.take(batch(newId(now), now, [identify(now, 'bob@mill.example')]))
    for (const stream of streams) {
      await expect.poll(() => stream.heard).toContain(ADA)
      await expect.poll(() => stream.heard).toContain('bob@mill.example')
      stream.end()
    }
  })

  test('a version that one publishes is worked out by one of them, and both switch to it', async () => {
    for (const email of [ADA, 'bob@mill.example']) {
      await one.take(batch(newId(now), now, [page(now, '/pricing'), identify(now, email)]))
    }
    await one.counted()
    const told = [await listenTo(one), await listenTo(other)]
    const ruleset = rulesOf([rule({ points: 33 })])
    const body = JSON.stringify({ ruleset, note: 'every page is worth a third' })
    expect((await other.api('/rules/publish', { method: 'POST', body })).status).toBe(202)
    for (const each of told) await expect.poll(() => each.heard).toContain('event: rules\ndata: {"version":2}')
    for (const each of [one, other]) {
      const { items, version } = await each.read<{ items: { rank: number }[]; version: number }>('/leads')
      expect([version, items.map(({ rank }) => rank)]).toEqual([2, [33, 33]])
    }
    for (const each of told) each.end()
  })

  test('the server may drop every connection: nothing acknowledged is lost, and all goes on', async () => {
    const acknowledged: string[] = []
    const statuses = new Set<number>()
    async function postMany(visited: Visited): Promise<void> {
      for (let i = 0; i < 40; i++) {
        const event = page(now, `/${i}`)
        const { status } = await visited.post(batch(newId(now), now, [event]))
        statuses.add(status)
        if (status === 202) acknowledged.push(event.id)
      }
    }
    const posting = [postMany(one), postMany(other)]
    for (let i = 0; i < 3; i++) {
      await runOn(
        database.url,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await Promise.all(posting)
    expect([...statuses].filter((status) => status !== 202 && status !== 503)).toEqual([])

    expect(await one.take(batch(newId(now), now, [identify(now, ADA)]))).toEqual({ accepted: 1, rejected: [] })
    await one.counted()
    await other.counted()
    expect((await other.read<{ items: object[] }>('/leads')).items).toMatchObject([{ email: ADA }])
    const stored = await one.running.collector.database.db.selectFrom('event').select('event_id').execute()
    expect(stored.map(({ event_id }) => event_id)).toEqual(expect.arrayContaining(acknowledged))
    // The connection that hears news comes back too.
    const stream = await listenTo(other)
    await expect
      .poll(
        async () => {
          await one.take(batch(newId(now), now, [identify(now, 'bob@mill.example')]))
          await one.counted()
          return stream.heard
        },
        { timeout: 10_000, interval: 500 },
      )
      .toContain('bob@mill.example')
    stream.end()
  })
})

describe('a crowd that claims one address', () => {
  test('is not read anew for each of it: the next ones take as few rows after 20,000 as after 2,000', async () => {
    const rowsForTen = async (crowd: number) => {
      const database = await newPostgresUrl()
      let collector = await openDatabase(database.url)
      await ensureSite(collector.db, 'default', START)
      await takeIn(collector, batch(newId(START), START, [identify(START, ADA)]), START)
      await settle(collector, START)
      const { lead_id } = await collector.db.selectFrom('lead').select('lead_id').executeTakeFirstOrThrow()
      // As though they had come one by one: all but five a week are quarantined.
      for (const table of ['claim', 'link', 'span'] as const) {
        const rest = {
          claim: sql`(site_id, visitor_id, event_id, email, at, received_at, signed)
            select 'default', 'crowd ' || i, 'event ' || i, ${ADA}, cast(${START} as bigint) + i, cast(${START} as bigint) + i, 0`,
          link: sql`(site_id, visitor_id, email, event_id, received_at, beyond)
            select 'default', 'crowd ' || i, ${ADA}, 'event ' || i, cast(${START} as bigint) + i, 'visitors'`,
          span: sql`(site_id, visitor_id, from_at, until_at, lead_id, quarantined)
            select 'default', 'crowd ' || i, 0, cast(${Number.MAX_SAFE_INTEGER} as bigint), ${lead_id}, 1`,
        }[table]
        await sql`insert into ${sql.table(table)} ${rest} from generate_series(1, ${crowd}) as i`.execute(collector.db)
      }
      // As autovacuum does: of tables it knows nothing of, Postgres takes any index for as good as another.
      await sql`analyze`.execute(collector.db)
      const read = async () => {
        // What a connection has read is counted when it ends.
        await collector.close()
        collector = await openDatabase(database.url)
        const { rows } = await sql<{ read: number }>`select sum(seq_tup_read + idx_tup_fetch)::bigint as read
          from pg_stat_user_tables where relname in ('claim', 'link', 'span')`.execute(collector.db)
        return Number(rows[0]?.read)
      }
      const before = await read()
      for (let i = 0; i < 10; i++) {
        const at = START + crowd + i
        // Each with a second address, which makes the others' claims matter.
        const events = [identify(at, ADA), identify(at + 1, `eve${i}@mill.example`)]
        await takeIn(collector, batch(newId(at), at + 1, events), at + 1)
        await settle(collector, at + 1)
      }
      const after = await read()
      await collector.close()
      await database.remove()
      return after - before
    }
    const [some, many] = [await rowsForTen(2000), await rowsForTen(20_000)]
    expect(some).toBeGreaterThan(10)
    expect(many / some).toBeLessThan(1.5)
  })
})

describe('two connections to one Postgres database', () => {
  const now = START
  const visitorId = newId(now)
  let database: TestDatabase
  let mine: Database
  let theirs: Database

  beforeEach(async () => {
    database = await newPostgresUrl()
    mine = await openDatabase(database.url)
    theirs = await openDatabase(database.url)
    await ensureSite(mine.db, 'default', now)
    await takeIn(mine, batch(visitorId, now, [page(now, '/pricing')]), now)
    await settle(mine, now)
  })
  afterEach(async () => {
    await mine.close()
    await theirs.close()
    await database.remove()
  })

  test('whoever deletes a person holds their visitors in the order in which they are counted, before anything else', async () => {
    // Merged the other way round than their ids go.
    const [first, second] = [newId(now), newId(now)].sort() as [string, string]
    await takeIn(mine, batch(first, now, [identify(now, ADA)]), now)
    await takeIn(mine, batch(second, now, [identify(now, 'bob@mill.example')]), now)
    await settle(mine, now)
    const idOf = async (email: string) => {
      const lead = await mine.db.selectFrom('lead').select('lead_id').where('email', '=', email)
      return (await lead.executeTakeFirstOrThrow()).lead_id
    }
    const [ada, bob] = [await idOf(ADA), await idOf('bob@mill.example')]
    await mine.db.transaction().execute((tx) => mergeLeads(tx, 'default', ada, bob, { by: 'eve', at: now }))
    const later = now + 4 * 365 * DAY
    let purging: Promise<boolean> | undefined
    await mine.db.transaction().execute(async (tx) => {
      await holdVisitors(tx, [{ site_id: 'default', visitor_id: first }])
      purging = theirs.db.transaction().execute((tx) => purgeLead(tx, 'default', ada, later - DAY, later))
      await Promise.race([purging, aMoment()])
      // Held by the other already, it would be a ring: Postgres would end one of the two.
      await holdWithLeads(tx, [{ site_id: 'default', visitor_id: second }])
    })
    expect(await purging).toBe(true)
    expect(await mine.db.selectFrom('claim').selectAll().execute()).toEqual([])
  })

  test('a lead that one works out is held: what the other brings meanwhile waits for it, and is counted', async () => {
    await markDue(mine.db, 'default', [visitorId], now)
    let settling: Promise<unknown> | undefined
    await mine.db.transaction().execute(async (tx) => {
      const [held] = await holdDueLeads(tx, [{ siteId: 'default', leadId: visitorId }], now)
      const before = held?.lead as LeadTable
      await takeIn(theirs, batch(visitorId, now, [page(now, '/demo')]), now)
      settling = settle(theirs, now)
      await Promise.race([settling, aMoment()])
      await saveLeads(tx, [{ before, lead: { ...before, next_change_at: now + DAY } }])
    })
    await settling
    await settle(mine, now)
    const history = await historyOf(mine.db, 'default', visitorId)
    const { ruleset } = await findRulesetOrThrow(mine.db, 'default')
    const lead = await findLead(mine.db, 'default', visitorId)
    expect(history).toHaveLength(2)
    expect(lead?.rank).toBe(scoreLead(history, ruleset, now).rank)
  })

  test('a lead made while an objection by its address is confirmed is not scored, should whoever recorded it die at once', async () => {
    await mine.db.transaction().execute((tx) => recordOptOut(tx, 'default', ADA, now))
    const [asked] = await findOptOuts(mine.db, 'default', 'waiting', undefined, 1)
    const scored = () => theirs.db.selectFrom('lead').select('objected').where('email', '=', ADA).execute()
    await mine.db.transaction().execute(async (tx) => {
      await answerOptOut(tx, 'default', asked?.id ?? '', 'confirmed', { author: 'eve', at: now })
      await takeIn(theirs, batch(newId(now), now, [identify(now, ADA)]), now)
      await settle(theirs, now)
      expect(await scored()).toEqual([{ objected: 0 }])
    })
    await settle(theirs, now)
    expect(await scored()).toEqual([{ objected: 1 }])
    expect(await theirs.db.selectFrom('recount').selectAll().execute()).toEqual([])
  })

  test('a lead that has become empty is not removed under the hands of who brings history to it', async () => {
    await findOrCreateLead(mine.db, 'default', ADA, newId(now), now)
    let settling: Promise<unknown> | undefined
    await mine.db.transaction().execute(async (tx) => {
      const leadId = await findOrCreateLead(tx, 'default', ADA, newId(now), now)
      settling = settle(theirs, now)
      await Promise.race([settling, aMoment()])
      const span = { site_id: 'default', visitor_id: visitorId, from_at: 0, until_at: now + 1, lead_id: leadId }
      await tx
        .insertInto('span')
        .values({ ...span, quarantined: 0 })
        .execute()
      await markDue(tx, 'default', [leadId, visitorId], now)
    })
    await settling
    await settle(mine, now)
    const leads = await mine.db.selectFrom('lead').select('lead_id').execute()
    const rows = await findLeads(
      mine.db,
      'default',
      leads.map(({ lead_id }) => lead_id),
    )
    expect(rows.map(({ email, rank }) => ({ email, rank }))).toEqual([{ email: ADA, rank: 10 + 3 }])
  })

  test('a ruleset published while leads are being worked out is missed by none of them', async () => {
    await markDue(mine.db, 'default', [visitorId], now)
    const author = { note: 'nothing counts', author: 'eve' }
    let settling: Promise<unknown> | undefined
    await theirs.db.transaction().execute(async (tx) => {
      // Nobody's points any more. The lead is held before the version is committed.
      await publishRuleset(tx, 'default', rulesOf([ruleFor('Hit', 1)]), author, now)
      settling = settle(mine, now)
      await Promise.race([settling, aMoment()])
    })
    await settling
    await finishPublish(theirs, now)
    expect(await findLead(mine.db, 'default', visitorId)).toMatchObject({ rank: 0, version: 2 })
  })

  test('a publish goes on where everybody of a part is gone by the time that it is worked out', async () => {
    const author = { note: 'a test', author: 'eve' }
    await mine.transact((tx) => publishRuleset(tx, 'default', rulesOf([rule({ points: 33 })]), author, now))
    const workOut = workOutOn(mine.db)
    const slowly: typeof workOut = async (...which) => {
      const part = await workOut(...which)
      for (const table of ['standing', 'lead'] as const) await theirs.db.deleteFrom(table).execute()
      return part
    }
    while (await carryOn(mine, slowly, 'test', now, failOn)) {
      // until it is live
    }
    expect(await findRulesetOrThrow(mine.db, 'default')).toMatchObject({ version: 2 })
  })

  test('a visitor who is new while a version is published, and whom no part of it has seen, is ranked by it', async () => {
    const bob = newId(now)
    await takeIn(mine, batch(bob, now, [page(now, '/demo')]), now)
    const slow: Database = {
      ...mine,
      async transactUnsynced(act) {
        return mine.transactUnsynced(async (tx) => {
          const result = await act(tx)
          // Published and live before the visitor's lead is committed.
          await publish(theirs, rulesOf([rule({ points: 33 })]), now)
          return result
        })
      },
    }
    await updateStandings(slow, () => now, failOn)
    await finishPublish(theirs, now)
    await settle(theirs, now)
    const rows = await findLeads(mine.db, 'default', [visitorId, bob])
    expect(rows.map(({ rank, version }) => ({ rank, version }))).toEqual(Array(2).fill({ rank: 33, version: 2 }))
  })
})

/** Long enough to get in between, where nothing is held. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 400))

/** What a stream has told so far. */
async function listenTo({ api }: Visited): Promise<{ heard: string; end(): void }> {
  const abort = new AbortController()
  const response = await api('/stream', { signal: abort.signal })
  const told = { heard: '', end: () => abort.abort() }
  const text = new TextDecoder()
  void (async () => {
    for await (const chunk of response.body ?? []) told.heard += text.decode(chunk, { stream: true })
  })().catch(() => {})
  return told
}
