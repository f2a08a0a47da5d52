/** What users write of a lead in the moment in which it is erased or purged. */
import { setImmediate as pause } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { purgeSite } from '../../collector/retention.ts'
import { newId } from '../../collector/store/id.ts'
import { findRetention } from '../../collector/store/retention.ts'
import { onEachEngine } from '../support/engines.ts'
import { visitEach } from '../support/visiting.ts'
import { batch, DAY, form, START } from '../support/wire.ts'

const ADA = 'ada@analytical.example'
/** Whoever takes longer to go is never gone. */
const MOST_WRITERS = 500

onEachEngine((newDatabase) => {
  let now: number
  let ada: string

  beforeEach(() => {
    now = START
  })
  const visited = visitEach(newDatabase, () => now)
  beforeEach(async () => {
    await visited.take(batch(newId(now), now, [form(now, 'newsletter', { email: ADA })]))
    await visited.counted()
    const { items } = await visited.read<{ items: { id: string }[] }>('/leads')
    ada = items[0]?.id as string
  })

  const ask = (method: string, path: string, body?: unknown) =>
    visited.api(`/leads/${ada}${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const erase = () => ask('DELETE', '')
  const purge = async () => {
    const { database } = visited.running.collector
    now += 4 * 365 * DAY
    await purgeSite(database, 'default', await findRetention(database.db, 'default'), now, async () => {})
  }
  const note = () => ask('POST', '/notes', { text: 'she wrote programs' })
  const trait = () => ask('PATCH', '', { traits: { firstName: 'Ada' } })
  const objection = () => ask('PATCH', '', { objected: true, note: 'by telephone' })

  for (const [how, go] of [
    ['erased', erase],
    ['purged', purge],
  ] as const) {
    for (const [what, write, table] of [
      ['a note', note, 'note'],
      ['a trait', trait, 'edit'],
      ['an objection', objection, 'objection'],
    ] as const) {
      test(`of ${what} written while its lead is ${how}, nothing stays behind`, async () => {
        const { db } = visited.running.collector.database
        let isGone = false
        const going = go().finally(() => {
          isGone = true
        })
        const written: Promise<Response>[] = []
        while (!isGone && written.length < MOST_WRITERS) {
          written.push(write())
          await pause()
        }
        await going
        const statuses = (await Promise.all(written)).map(({ status }) => status)
        expect(statuses.filter((status) => ![200, 201, 404].includes(status))).toEqual([])
        await visited.counted()
        expect(await db.selectFrom('lead').select('email').where('site_id', '=', 'default').execute()).toEqual([])
        expect(await db.selectFrom(table).select('at').where('lead_id', '=', ada).execute()).toEqual([])
        expect(await note().then(({ status }) => status)).toBe(404)
      })
    }
  }
})
