/** A database as it is after a year: histories of many people, all of them scored. */
import { sql } from 'kysely'
import { updateStandings } from '../../collector/standings.ts'
import { type Database, openDatabase } from '../../collector/store/database.ts'
import { ensureSite } from '../../collector/store/sites.ts'
import { failOn } from '../support/arrivals.ts'
import { fillHistories, leadIdOf, visitorIdOf } from './histories.ts'
import { inWords } from './machine.ts'

/** How many events there are before anything is measured. */
export const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000)
const EVENTS_A_LEAD = 20
/** Whose ids the load knows: as many as fit on a command line. Where there are fewer, the others are new. */
const VISITORS = 3000
const LEADS_A_PART = 1000

/** @returns ids of some visitors */
export async function fill(databaseUrl: string, events: number): Promise<string[]> {
  return fillWith(databaseUrl, events, (database) => scoreEveryone(database))
}

/**
 * The same where there are too many to be scored one by one: those who are going to do something are, and the others'
 * standings are copies of theirs. They are as long, stand in the same indexes, and nobody looks at them.
 */
export async function fillRoughly(databaseUrl: string, events: number): Promise<string[]> {
  return fillWith(databaseUrl, events, async (database, scored) => {
    for (let from = 0; from < scored.length; from += LEADS_A_PART) {
      const part = scored.slice(from, from + LEADS_A_PART)
      await database.db.updateTable('lead').set({ next_change_at: 0 }).where('lead_id', 'in', part).execute()
    }
    await score(database)
    await sql`create temporary table model as select row_number() over (order by lead_id) - 1 as number, * from standing`.execute(
      database.db,
    )
    await sql`create index model_by_number on model (number)`.execute(database.db)
    await sql`insert into standing (site_id, lead_id, version, owner, stage, shelf, listed, rank, engagement, fit, spam, why,
        last_seen_at, next_change_at, bookmark)
      select lead.site_id, lead.lead_id, model.version, model.owner, stage, shelf, listed, rank, engagement, fit, spam, why,
        lead.last_seen_at, ${Number.MAX_SAFE_INTEGER}, bookmark
      from lead join model on model.number = lead.rowid % (select count(*) from model)
      where not exists (select 1 from standing where standing.site_id = lead.site_id and standing.lead_id = lead.lead_id)`.execute(
      database.db,
    )
  })
}

async function fillWith(
  databaseUrl: string,
  events: number,
  scoreThem: (database: Database, leadIds: string[]) => Promise<void>,
): Promise<string[]> {
  const database = await openDatabase(databaseUrl)
  try {
    // Whatever happens to it, it is made anew: it need not be safe, and most of it fits into memory.
    if (database.path !== null) await sql`pragma synchronous = off`.execute(database.db)
    if (database.path !== null) await sql`pragma cache_size = -1000000`.execute(database.db)
    await ensureSite(database.db, 'acme', 0)
    const leads = Math.ceil(events / EVENTS_A_LEAD)
    const from = performance.now()
    await fillHistories(database, leads, EVENTS_A_LEAD, Date.now())
    const step = Math.max(1, Math.floor(leads / VISITORS))
    const some = Array.from({ length: VISITORS }, (_, i) => i * step)
    await scoreThem(database, some.filter((i) => i < leads).map(leadIdOf))
    const seconds = (performance.now() - from) / 1000
    console.log(`\nMade ${inWords(leads)} leads with ${inWords(events)} events in ${seconds.toFixed(0)} s`)
    return some.map(visitorIdOf)
  } finally {
    await database.close()
  }
}

async function scoreEveryone(database: Database): Promise<void> {
  await database.db.updateTable('lead').set({ next_change_at: 0 }).execute()
  await score(database)
}

async function score(database: Database): Promise<void> {
  while ((await updateStandings(database, Date.now, failOn)).seen > 0) {
    // until nobody is left
  }
}
