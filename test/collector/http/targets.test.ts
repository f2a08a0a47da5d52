/** On Postgres: what the first user sells, put into rules that somebody publishes at the same moment. */
import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { publishRuleset } from '../../../collector/store/rulesets.ts'
import { newPostgresUrl } from '../../support/engines.ts'
import { PATIENCE } from '../../support/patience.ts'
import { visit } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

test('neither what was published meanwhile is lost, nor whom the first user sells to', async () => {
  const { url, remove } = await newPostgresUrl()
  const visited = await visit(url, () => START)
  const { db } = visited.running.collector.database
  const token = new URL(visited.running.firstLink ?? '').hash.slice(1)
  const user = { email: 'ada@analytical.example', password: 'a difference engine' }
  const targets = { sectors: ['Packaging'], timeZone: 'Europe/Paris' }
  const joining = await db.transaction().execute(async (tx) => {
    await publishRuleset(
      tx,
      'default',
      { ...defaultRuleset(), rules: [] },
      { note: 'By a program', author: 'api' },
      START,
    )
    const joined = visited.api('/join', { method: 'POST', body: JSON.stringify({ token, ...user, targets }) })
    await vi.waitFor(async () => {
      const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      expect((await waiting.execute(db)).rows).toHaveLength(1)
    }, PATIENCE)
    return { joined }
  })
  expect((await joining.joined).status).toBe(201)
  const { version, ruleset } = await visited.read<{ version: number; ruleset: ReturnType<typeof defaultRuleset> }>(
    '/rules',
  )
  expect({ version, rules: ruleset.rules, sectors: ruleset.lists.sectors }).toEqual({
    version: 3,
    rules: [],
    sectors: ['Packaging'],
  })
  await visited.running.stop()
  await remove()
})
