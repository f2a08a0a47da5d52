/** Whatever is sent three times, side by side and across restarts, counts once. */
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { LeadDetail, LeadItem } from '../../dashboard/api.ts'
import type { Batch } from '../../tracker/protocol.ts'
import { onEachEngine, type TestDatabase } from '../support/engines.ts'
import { groupBy } from '../support/groups.ts'
import { inLength } from '../support/length.ts'
import { anyLife, LIFETIME, TICK } from '../support/lives.ts'
import { visit } from '../support/visiting.ts'
import { batch, START } from '../support/wire.ts'

const SEED = 20261127
const LIVES = inLength(10, 200)
/** While batches are under way. */
const RESTARTED_EVERY = 15

vi.setConfig({ testTimeout: inLength(180_000, 900_000) })

onEachEngine((newDatabase) => {
  test('events sent three times at once, in any order and across restarts, are stored once and worth what they are worth', async () => {
    const ticks = ticksOfLives()
    const events = ticks.flat().flatMap(({ events }) => events)
    const once = await outcomeOf(ticks)
    expect(once.stored).toBe(events.length)
    const thrice = await outcomeOf(ticks.map((batches) => shuffled([...batches, ...batches, ...batches])))
    expect(thrice).toEqual(once)
    // Had each sending an id of its own, they would be worth more.
    const anew = (each: Batch) => ({
      ...each,
      events: each.events.map((event) => ({ ...event, id: idAfter(event.id) })),
    })
    const doubled = await outcomeOf(ticks.map((batches) => [...batches, ...batches.map(anew)]))
    expect(doubled.stored).toBe(2 * events.length)
    expect(doubled.leads).not.toEqual(once.leads)
  })

  /** What a collector makes of what it is sent at each tick: it stops in the middle of some, and starts again. */
  async function outcomeOf(ticks: Batch[][]) {
    const database: TestDatabase = await newDatabase()
    onTestFinished(() => database.remove())
    let now = START
    let visited = await visit(database.url, () => now)
    onTestFinished(() => visited.running.stop())
    for (const [tick, batches] of ticks.entries()) {
      if (batches.length === 0) continue
      now = START + tick * TICK
      let unanswered = batches
      for (let isFirst = true; unanswered.length > 0; isFirst = false) {
        const sending = Promise.allSettled(unanswered.map((each) => visited.take(each)))
        if (isFirst && tick % RESTARTED_EVERY === 0) {
          await visited.running.stop()
          visited = await visit(database.url, () => now)
        }
        const answers = await sending
        unanswered = unanswered.filter((_, i) => answers[i]?.status === 'rejected')
      }
      await visited.counted()
    }
    const { db } = visited.running.collector.database
    const { stored } = await db
      .selectFrom('event')
      .select((select) => select.fn.countAll().as('stored'))
      .where('site_id', '=', 'default')
      .executeTakeFirstOrThrow()
    const leads = new Map<string, unknown>()
    for (const stage of ['', 'visitor', 'quarantined']) {
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: { items: LeadItem[]; next: string | null } = await visited.read(
          `/leads?limit=100&stage=${stage}&cursor=${cursor}`,
        )
        for (const { id, ...item } of page.items) {
          const { reasons } = await visited.read<LeadDetail>(`/leads/${id}`)
          leads.set(item.email ?? id, { ...item, reasons })
        }
        cursor = page.next
      }
    }
    return { stored: Number(stored), leads }
  }
})

/** What everybody sends at each tick, a batch for each visitor: each event once, within a day after it happened. */
function ticksOfLives(): Batch[][] {
  const lives = fc.tuple(...Array.from({ length: LIVES }, (_, number) => anyLife(number)))
  const [all] = fc.sample(lives, { seed: SEED, numRuns: 1 })
  const deeds = (all ?? []).flatMap((life) => life.deeds)
  const byTick = groupBy(deeds, ({ at }) => Math.max(0, Math.floor((at - START) / TICK) + 1))
  return Array.from({ length: LIFETIME / TICK + 1 }, (_, tick) => {
    const byVisitor = groupBy(byTick.get(tick) ?? [], ({ visitorId }) => visitorId)
    return [...byVisitor].map(([visitorId, events]) =>
      batch(
        visitorId,
        START + tick * TICK,
        events.map(({ visitorId: _, ...event }) => event),
      ),
    )
  })
}

function shuffled<T>(all: T[]): T[] {
  return all
    .map((one) => ({ one, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one)
}

/** Another id, the same each time. */
const idAfter = (id: string) => id.replace(/^./, (digit) => ((Number.parseInt(digit, 16) + 8) % 16).toString(16))
