import { afterEach, beforeEach, expect, test } from 'vitest'
import { scoreLead } from '../../collector/domain/score.ts'
import { updateStandings } from '../../collector/standings.ts'
import { type Database, openDatabase } from '../../collector/store/database.ts'
import { historyOf } from '../../collector/store/history.ts'
import { newId } from '../../collector/store/id.ts'
import { findRulesetOrThrow } from '../../collector/store/rulesets.ts'
import { ensureSite } from '../../collector/store/sites.ts'
import { failOn, settle, takeIn } from '../support/arrivals.ts'
import { onEachEngine, type TestDatabase } from '../support/engines.ts'
import { batch, engage, form, HOUR, MINUTE, page, START } from '../support/wire.ts'

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

  const take = (visitorId: string, now: number, ...events: Parameters<typeof batch>[2]) =>
    takeIn(database, batch(visitorId, now, events), now)
  const standings = () => database.db.selectFrom('standing').selectAll().orderBy('lead_id').execute()

  test('an event in order is counted without a look at what was before, a late one with it', async () => {
    const ada = newId(START)
    await take(ada, START, page(START, '/pricing'), form(START + 1, 'newsletter', { email: 'ada@analytical.example' }))
    await settle(database, START + MINUTE)
    const [known] = await standings()
    const leadId = known?.lead_id ?? ''
    const before = await historyOf(database.db, 'default', leadId)
    // Whoever reads this history from now on fails.
    await database.db.updateTable('event').set({ body: 'no JSON' }).execute()

    const now = START + 2 * HOUR
    const demo = page(now, '/demo')
    await take(ada, now, demo)
    await settle(database, now, failOn)
    const { ruleset } = await findRulesetOrThrow(database.db, 'default')
    const expected = scoreLead([...before, { ...demo, visitorId: ada }], ruleset, now)
    expect(expected.rank).toBeGreaterThan(known?.rank ?? 0)
    expect(await standings()).toMatchObject([{ rank: expected.rank, engagement: expected.engagement }])

    await take(ada, now + MINUTE, page(now - HOUR, '/pricing'))
    const errors: unknown[] = []
    await settle(database, now + MINUTE, (error) => errors.push(error))
    expect(errors).toHaveLength(1)
  })

  test('what was counted event by event, through an interruption, is what the whole histories are worth', async () => {
    const people = ['ada', 'bob', 'eve'].map((name) => ({ id: newId(START), email: `${name}@analytical.example` }))
    let now = START
    for (const [i, { id, email }] of people.entries()) {
      const seen = page(now, '/pricing')
      await take(id, now, seen, page(now + 1, '/demo'), engage(now + 2, seen.pageId, 40_000))
      await take(id, now + 3, form(now + 3, i === 0 ? 'demo request' : 'newsletter', { email }))
      now += 50 * MINUTE
    }
    await settle(database, now)
    for (let round = 0; round < 6; round++) {
      for (const { id } of people) {
        now += 7 * MINUTE
        const seen = page(now, `/blog/${round}`)
        await take(id, now, seen, engage(now + 10, seen.pageId, 20_000))
      }
      // One round only: what is not seen to is left to the process that comes after.
      await updateStandings(database, () => now, failOn)
      await take(people[round % 3]?.id ?? '', now + MINUTE, page(now + MINUTE, '/pricing'))
      await database.close()
      database = await openDatabase(file.url)
    }
    now += HOUR
    await settle(database, now)
    // Fading is worked out when the rank changes by it; here for all of them, at this instant.
    await database.db.updateTable('lead').set({ next_change_at: 1 }).execute()
    await settle(database, now)
    const counted = await standings()
    await database.db.updateTable('lead').set({ next_change_at: 0 }).execute()
    await database.db.updateTable('standing').set({ bookmark: null }).execute()
    await settle(database, now)
    expect(counted).toHaveLength(3)
    expect(counted).toEqual(await standings())
  })
})
