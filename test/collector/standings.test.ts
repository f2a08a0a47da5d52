import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultRuleset } from '../../collector/domain/defaults.ts'
import { scoreLead } from '../../collector/domain/score.ts'
import { carryOn, workOutOn } from '../../collector/rescoring.ts'
import { updateStandings } from '../../collector/standings.ts'
import { StandingsJob } from '../../collector/standings-job.ts'
import { type Database, openDatabase } from '../../collector/store/database.ts'
import { findTouched } from '../../collector/store/fresh.ts'
import { historyOf } from '../../collector/store/history.ts'
import { newId } from '../../collector/store/id.ts'
import { findLead, type LeadRow } from '../../collector/store/ranked.ts'
import { findRulesetOrThrow, findVersions, publishRuleset } from '../../collector/store/rulesets.ts'
import { ensureSite } from '../../collector/store/sites.ts'
import { stitch } from '../../collector/store/spans.ts'
import { stageLogOf } from '../../collector/store/stagelog.ts'
import { failOn, publish, settle, takeIn } from '../support/arrivals.ts'
import { onEachEngine, type TestDatabase } from '../support/engines.ts'
import { visit } from '../support/visiting.ts'
import { batch, DAY, form, HOUR, identify, MINUTE, page, START, track } from '../support/wire.ts'
import { ruleFor, rulesOf } from './domain/given.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'
const EVE = 'eve@mill.example'
const NEVER = Number.MAX_SAFE_INTEGER

onEachEngine((newDatabase) => {
  let file: TestDatabase
  let database: Database

  beforeEach(async () => {
    file = await newDatabase()
    database = await openDatabase(file.url)
    await ensureSite(database.db, 'default', START)
  })
  afterEach(async () => {
    await database.close()
    await file.remove()
  })

  async function leadOf(email: string) {
    const { lead_id } = await database.db
      .selectFrom('lead')
      .select('lead_id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    return (await findLead(database.db, 'default', lead_id)) as LeadRow
  }

  async function scoreOf(email: string, now: number) {
    const { lead_id } = await leadOf(email)
    const { ruleset, publishes } = await findRulesetOrThrow(database.db, 'default')
    return scoreLead(await historyOf(database.db, 'default', lead_id), ruleset, now, publishes)
  }

  /** Somebody visits some pages and leaves an address. */
  async function comes(email: string, at: number, visitorId = newId(at), paths = ['/pricing', '/demo']) {
    const events = [...paths.map((path) => page(at, path)), form(at, 'contact', { email, firstName: 'Ada' })]
    await takeIn(database, batch(visitorId, at, events), at)
    return visitorId
  }

  test('a lead that only fades moves at the right instant, and no other is read', async () => {
    await comes(ADA, START)
    await comes(BOB, START + 5 * MINUTE, newId(START), ['/pricing'])
    await settle(database, START + 5 * MINUTE)
    let steps = 0
    for (let lead = await leadOf(ADA); lead.next_change_at < START + 390 * DAY; lead = await leadOf(ADA)) {
      const next = lead.next_change_at
      await settle(database, next - 1)
      const bob = await leadOf(BOB)
      expect(await leadOf(ADA)).toEqual(lead)
      expect((await scoreOf(ADA, next - 1)).rank).toBe(lead.rank)

      const alone = bob.next_change_at > next
      expect((await updateStandings(database, () => next, failOn)).seen).toBe(alone ? 1 : 2)
      if (alone) expect(await leadOf(BOB)).toEqual(bob)
      const { rank, stage, fit, spam } = await scoreOf(ADA, next)
      const moved = await leadOf(ADA)
      expect(moved).toMatchObject({ rank, fit, spam, stage: stage.stage })
      expect([moved.rank, moved.stage]).not.toEqual([lead.rank, lead.stage])
      steps += 1
    }
    // 58 points and more, one by one, and down from SQL.
    expect(steps).toBeGreaterThan(30)
    const log = await stageLogOf(database.db, 'default', (await leadOf(ADA)).lead_id)
    expect(log.map(({ stage, cause }) => `${stage} ${cause}`).reverse()).toEqual([
      'lead contact',
      'mql decision',
      'sql decision',
      'mql cooled',
      'lead cooled',
    ])
  })

  test('what a crash left behind is caught up by a new process: visitors not stitched, leads not worked out', async () => {
    await comes(ADA, START)
    await comes(BOB, START)
    const [first] = (await findTouched(database.db, '', 1, START)).touched.values()
    await database.db.transaction().execute((tx) => stitch(tx, 'default', first?.visitorId ?? '', START))
    expect(await database.db.selectFrom('touch').selectAll().execute()).toHaveLength(1)
    await database.close()

    const after = await visit(file.url, () => START)
    await expect
      .poll(async () =>
        (await after.read<{ items: { email: string }[] }>('/leads')).items.map(({ email }) => email).sort(),
      )
      .toEqual([ADA, BOB])
    await after.running.stop()
    database = await openDatabase(file.url)
    expect(await leadOf(ADA)).toMatchObject({ stage: 'sql', rank: (await scoreOf(ADA, START)).rank })
  })

  test('what is taken in while a round is under way is counted on what is kept, and can be counted on', async () => {
    const visitorId = await comes(ADA, START)
    await settle(database, START)
    for (const at of [START + MINUTE, START + 2 * MINUTE]) {
      await takeIn(database, batch(visitorId, at, [page(at, '/docs')]), at)
    }
    const times = [START + MINUTE]
    await updateStandings(database, () => times.shift() ?? START + 2 * MINUTE, failOn)
    const { lead_id, rank } = await leadOf(ADA)
    const kept = database.db.selectFrom('standing').select(['bookmark', 'last_seen_at']).where('lead_id', '=', lead_id)
    expect(await kept.executeTakeFirst()).toEqual({ bookmark: expect.any(String), last_seen_at: START + 2 * MINUTE })
    expect(rank).toBe((await scoreOf(ADA, START + 2 * MINUTE)).rank)
  })

  test('what comes between finding and counting is counted with the rest, and not found again', async () => {
    const visitorId = await comes(ADA, START)
    await settle(database, START)
    const read = (at: number) => takeIn(database, batch(visitorId, at, [page(at, '/docs')]), at)
    await read(START + MINUTE)
    let isFound = false
    const meanwhile: Database = {
      ...database,
      async transactUnsynced(act) {
        if (!isFound) await read(START + 2 * MINUTE)
        isFound = true
        return database.transactUnsynced(act)
      },
    }
    await updateStandings(meanwhile, () => START + 2 * MINUTE, failOn)
    expect(await database.db.selectFrom('touch').selectAll().execute()).toEqual([])
    const { rank, last_seen_at } = await leadOf(ADA)
    expect([rank, last_seen_at]).toEqual([(await scoreOf(ADA, START + 2 * MINUTE)).rank, START + 2 * MINUTE])
  })

  test('sites take turns: where one has more than a round takes, the next round begins with the one after it', async () => {
    await ensureSite(database.db, 'acme', START)
    for (const site of ['acme', 'acme', 'default']) {
      await takeIn(database, { ...batch(newId(START), START, [page(START, '/')]), site }, START)
    }
    const sitesAfter = async (after: string) => {
      const { touched, last } = await findTouched(database.db, after, 2, START)
      return { sites: Array.from(touched.values(), ({ siteId }) => siteId), last }
    }
    expect(await sitesAfter('')).toEqual({ sites: ['acme', 'acme'], last: 'acme' })
    expect(await sitesAfter('acme')).toEqual({ sites: ['default', 'acme'], last: 'acme' })
    const { touched, last } = await findTouched(database.db, 'default', 4, START)
    expect([touched.size, last]).toEqual([3, null])
  })

  test('whoever should have moved while nothing ran moves when it runs again', async () => {
    await comes(ADA, START)
    await settle(database, START)
    await database.close()
    database = await openDatabase(file.url)
    const later = START + 90 * DAY
    expect(await settle(database, later)).toBe(1)
    const { rank, stage } = await scoreOf(ADA, later)
    expect(await leadOf(ADA)).toMatchObject({ rank, stage: stage.stage })
  })

  test('the stage log only grows: a late event that changes the past adds a correction dated now', async () => {
    const visitorId = newId(START)
    const newsletter = form(START + 10 * MINUTE, 'newsletter', { email: ADA })
    await takeIn(database, batch(visitorId, START + HOUR, [newsletter]), START + HOUR)
    await settle(database, START + HOUR)
    const { lead_id } = await leadOf(ADA)
    const before = await stageLogOf(database.db, 'default', lead_id)
    expect(before).toMatchObject([{ stage: 'lead', at: START + 10 * MINUTE }])

    const late = form(START + 5 * MINUTE, 'demo request', { email: ADA })
    await takeIn(database, batch(visitorId, START + 2 * HOUR, [late]), START + 2 * HOUR)
    await settle(database, START + 2 * HOUR)
    const after = await stageLogOf(database.db, 'default', lead_id)
    expect(after.slice(1)).toEqual(before)
    expect(after[0]).toMatchObject({ stage: 'sql', cause: 'correction', at: START + 2 * HOUR, number: 2 })
    expect(await leadOf(ADA)).toMatchObject({ stage: 'sql' })

    await settle(database, START + 2 * HOUR)
    expect(await stageLogOf(database.db, 'default', lead_id)).toEqual(after)
  })

  test('a published ruleset counts for everybody at once, and the past stays in the log', async () => {
    await comes(ADA, START)
    await comes(BOB, START)
    await settle(database, START)
    const rules = defaultRuleset().rules.filter(({ id }) => id === 'pricing')
    const ruleset = { ...defaultRuleset(), rules, fit: [] }
    await publish(database, ruleset, START + HOUR)
    for (const email of [ADA, BOB]) expect(await leadOf(email)).toMatchObject({ rank: 10, version: 2 })
    const log = await stageLogOf(database.db, 'default', (await leadOf(ADA)).lead_id)
    expect(log.map(({ stage }) => stage)).toEqual(['lead', 'sql', 'mql', 'lead'])
    expect(log[0]).toMatchObject({ cause: 'rules', version: 2, at: START + HOUR })
  })

  test('how many there are to work out is known with the first part', async () => {
    for (const email of [ADA, BOB]) await comes(email, START)
    await settle(database, START)
    const note = { note: 'a test', author: 'eve' }
    await database.transact((tx) => publishRuleset(tx, 'default', defaultRuleset(), note, START))
    const progress = async () => {
      const [{ state, done, total } = { state: '', done: 0, total: 0 }] = await findVersions(database.db, 'default')
      return { state, done, total }
    }
    expect(await progress()).toEqual({ state: 'publishing', done: 0, total: 0 })
    await carryOn(database, workOutOn(database.db), 'test', START, failOn)
    expect(await progress()).toEqual({ state: 'publishing', done: 2, total: 2 })
  })

  test('a lead whose history cannot be scored keeps no other waiting, and is tried again an hour later', async () => {
    await comes(ADA, START)
    await comes(BOB, START)
    await comes(EVE, START)
    await settle(database, START)
    const broken = await database.db.selectFrom('claim').select(['event_id']).where('email', '=', ADA).execute()
    const eventId = broken[0]?.event_id ?? ''
    const mended = await database.db.selectFrom('event').select('body').where('event_id', '=', eventId).execute()
    await database.db.updateTable('event').set({ body: '{}' }).where('event_id', '=', eventId).execute()
    await database.db.updateTable('lead').set({ next_change_at: 0 }).execute()

    const errors: unknown[] = []
    const later = START + DAY
    await settle(database, later, (error) => errors.push(error))
    expect(errors).toHaveLength(1)
    for (const email of [BOB, EVE])
      expect(await leadOf(email)).toMatchObject({ rank: (await scoreOf(email, later)).rank })
    expect(await leadOf(ADA)).toMatchObject({ next_change_at: later + HOUR })

    await database.db.updateTable('event').set({ body: mended[0]?.body }).where('event_id', '=', eventId).execute()
    expect(await settle(database, later + HOUR - 1)).toBe(0)
    await settle(database, later + HOUR)
    expect(await leadOf(ADA)).toMatchObject({ rank: (await scoreOf(ADA, later + HOUR)).rank })
  })

  test('a visitor who cannot be stitched keeps no other waiting, and is tried again an hour later', async () => {
    // A second browser of one lead breaks this index, which stands for whatever nobody has thought of.
    await sql`create unique index nobody_twice on span (lead_id)`.execute(database.db)
    await comes(ADA, START)
    await comes(ADA, START)
    await comes(BOB, START)
    const errors: unknown[] = []
    await settle(database, START, (error) => errors.push(error))
    expect(errors).toHaveLength(1)
    expect((await leadOf(BOB)).stage).toBe('sql')
    const inTime = await scoreOf(ADA, START)

    await sql`drop index nobody_twice`.execute(database.db)
    expect(await settle(database, START + HOUR - 1)).toBe(0)
    await settle(database, START + HOUR)
    const { lead_id } = await leadOf(ADA)
    expect(await historyOf(database.db, 'default', lead_id)).toHaveLength(6)
    expect(inTime.rank).toBeGreaterThan(0)
  })

  test('what a collector whose clock is ahead took in counts as soon as it is past', async () => {
    await comes(ADA, START + 10 * MINUTE)
    await settle(database, START)
    expect(await leadOf(ADA)).toMatchObject({ stage: 'visitor', next_change_at: START + 10 * MINUTE })
    await settle(database, START + 10 * MINUTE)
    expect(await leadOf(ADA)).toMatchObject({ stage: 'sql' })
  })

  test('whoever changes something does not wait until everybody is counted anew', async () => {
    await comes(ADA, START)
    await settle(database, START)
    const MANY = 4000
    // As after an upgrade: everybody's turn has come, and whatever happens goes first.
    await sql`insert into lead (site_id, lead_id, version, first_seen_at, last_seen_at, next_change_at)
      with recursive n as (select 1 as i union all select i + 1 from n where i < ${MANY})
      select 'default', 'old ' || i, 1, 1, 1, 1 from n`.execute(database.db)
    await database.db.updateTable('lead').set({ next_change_at: 0 }).where('email', '=', ADA).execute()
    const job = new StandingsJob(database, () => START, failOn)
    await job.caughtUp()
    expect((await leadOf(ADA)).next_change_at).toBeGreaterThan(START)
    const waiting = await database.db.selectFrom('lead').select('lead_id').where('next_change_at', '=', 1).execute()
    expect(waiting.length).toBeGreaterThan(0)
    await job.stop()
  })

  test('a lead in which nothing fades is not looked at again before its first page is thirteen months old', async () => {
    await publish(database, rulesOf([ruleFor('Hit', 10)]), START)
    const visitorId = newId(START)
    await takeIn(database, batch(visitorId, START, [identify(START, ADA)]), START)
    await settle(database, START)
    expect(await leadOf(ADA)).toMatchObject({ next_change_at: NEVER })
    await takeIn(database, batch(visitorId, START, [track(START, 'Hit')]), START)
    await settle(database, START)
    expect(await leadOf(ADA)).toMatchObject({ rank: 10, next_change_at: START + 396 * DAY })
    await settle(database, START + 396 * DAY)
    expect(await leadOf(ADA)).toMatchObject({ rank: 0, next_change_at: NEVER })
  })
})
