/** On Postgres: what users do waits for leads and visitors before it holds anything else, so that no ring comes of it. */
import { type RawBuilder, sql } from 'kysely'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Db } from '../../collector/store/database.ts'
import { newId } from '../../collector/store/id.ts'
import type { LeadDetail, OptOut } from '../../dashboard/api.ts'
import { newPostgresUrl, type TestDatabase } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { type Visited, visit } from '../support/visiting.ts'
import { batch, form, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
const BOB = 'bob@mill.example'

let database: TestDatabase
let visited: Visited
let db: Db
let leads: Record<string, string>

beforeEach(async () => {
  database = await newPostgresUrl()
  visited = await visit(database.url, () => START)
  db = visited.running.collector.database.db
  for (const email of [ADA, BOB]) {
    await visited.take(batch(newId(START), START, [form(START, 'demo request', { email })]))
  }
  await visited.counted()
  const { items } = await visited.read<{ items: { id: string; email: string }[] }>('/leads')
  leads = Object.fromEntries(items.map(({ id, email }) => [email, id]))
  // By itself it would count them in the middle of the test.
  await visited.running.collector.standings.stop()
})
afterEach(async () => {
  await visited.running.stop()
  await database.remove()
})

/**
 * Holds these rows, as whoever counts or erases them does, and looks whether these others are free while what a user does
 * waits.
 */
async function meet(held: RawBuilder<unknown>, others: RawBuilder<unknown>, act: () => Promise<Response>) {
  const answer = await db.transaction().execute(async (tx) => {
    await sql`${held} for update`.execute(tx)
    const answered = act()
    await vi.waitFor(async () => {
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      expect((await waiting.execute(db)).rows).toHaveLength(1)
    }, PATIENCE)
    const { rows } = await sql`${others} for update nowait`.execute(tx)
    expect(rows.length).toBeGreaterThan(0)
    return { answered }
  })
  expect((await answer.answered).status).toBe(200)
}

const patch = (path: string, body: object) => visited.api(path, { method: 'PATCH', body: JSON.stringify(body) })
const theLead = (email: string) => sql`select 1 from lead where lead_id = ${leads[email]}`

test('who answers an objection, or takes it back on the list or on the lead page', async () => {
  const page = `${visited.running.url.replace('localhost', '127.0.0.1')}/opt-out/default`
  await fetch(page, { method: 'POST', body: new URLSearchParams({ email: ADA }) })
  const { items } = await visited.read<{ items: OptOut[] }>('/objections')
  const path = `/objections/${items[0]?.id}`
  const asked = sql`select 1 from opt_out`
  await meet(theLead(ADA), asked, () => patch(path, { answer: 'confirmed' }))
  await meet(theLead(ADA), asked, () => patch(path, { answer: null }))
  await patch(path, { answer: 'confirmed' })
  const { decisions } = await visited.read<LeadDetail>(`/leads/${leads[ADA]}`)
  const decision = `/leads/${leads[ADA]}/decisions/${decisions.find(({ undone }) => !undone)?.id}`
  const takeBack = () => visited.api(decision, { method: 'DELETE' })
  await meet(theLead(ADA), sql`select 1 from objection where undone_at is null`, takeBack)
})

test('who takes links back, or undoes that or a merge', async () => {
  const post = (path: string, body: object) => visited.api(path, { method: 'POST', body: JSON.stringify(body) })
  const undo = async () => {
    const { mapEdits } = await visited.read<LeadDetail>(`/leads/${leads[ADA]}`)
    return () =>
      visited.api(`/leads/${leads[ADA]}/decisions/${mapEdits.find((each) => !each.undone)?.id}`, { method: 'DELETE' })
  }
  const links = sql`select 1 from link where email = ${ADA}`
  const visitors = sql`select 1 from visitor where visitor_id in (select visitor_id from link where email = ${ADA})`
  await meet(visitors, links, () => post(`/leads/${leads[ADA]}/unlink`, { since: 0 }))
  await meet(visitors, sql`select 1 from map_edit`, await undo())
  await post(`/leads/${leads[ADA]}/merge`, { lead: leads[BOB] })
  await meet(theLead(BOB), sql`select 1 from map_edit where kind = 'merge'`, await undo())
})
