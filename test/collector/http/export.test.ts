import Sqlite from 'better-sqlite3'
import { sql } from 'kysely'
import { beforeAll, expect, test, vi } from 'vitest'
import { BYTE_ORDER_MARK } from '../../../collector/domain/csv.ts'
import type { Database } from '../../../collector/store/database.ts'
import { visitOf } from '../../support/client.ts'
import { onEachEngine } from '../../support/engines.ts'
import { asOperator } from '../../support/sites.ts'
import { visitOnce } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

/** More than is read at a time. */
const LEADS = 503

onEachEngine((newDatabase, engine) => {
  const visited = visitOnce(newDatabase, () => START)
  beforeAll(async () => {
    const batches = Array.from({ length: LEADS }, (_, i) => visitOf(`Person${i}`, 'newsletter', ['/pricing'], START))
    while (batches.length > 0) await Promise.all(batches.splice(0, 200).map((batch) => visited.take(batch)))
    const { email: _, ...eve } = visitOf('Eve', 'newsletter', ['/'], START)
    for (const event of eve.events) {
      if (event.type === 'form') event.fields = { email: 'eve@mill.example', firstName: '=1+1', company: 'Né;@SUM(1)' }
    }
    await visited.take(eve)
    await visited.counted()
  }, 120_000)

  const read = async (query = '') => {
    const response = await visited.api(`/leads/export${query}`)
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())
    return { response, text, rows: text.trimEnd().split('\r\n').slice(1) }
  }

  const ranking = async () => {
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Page = await visited.read(`/leads?limit=100&cursor=${cursor}`)
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.next
    }
    return ids
  }
  interface Page {
    items: { id: string }[]
    next: string | null
  }

  test('the file is in the order of the list, hottest first, of the moment in which it was asked for', async () => {
    const before = await ranking()
    const { app } = visited.running
    const answer = await app.request('/api/leads/export', { headers: asOperator })
    const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>
    let text = ''
    const take = async () => {
      const { value, done } = await reader.read()
      text += new TextDecoder().decode(value)
      return !done
    }
    // With the header goes the reading of the first page, which is done before the list has been read as well.
    await take()
    await ranking()
    // Whoever is last in the list is on the next page, and comes to its head before that is read.
    const last = before.at(-1) as string
    await visited.api(`/leads/${last}`, { method: 'PATCH', body: JSON.stringify({ traits: { title: 'Director' } }) })
    expect((await ranking())[0]).toBe(last)
    while (await take());
    const ids = text
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(',')[0])
    expect(ids).toEqual(before.map((id) => `"${id}"`))
    const points = text
      .split('\r\n')
      .slice(1, -1)
      .flatMap((row) => row.split(',').slice(-8, -6))
    expect(points.filter((each) => !/^-?\d+(\.\d)?$/.test(each))).toEqual([])
  })

  test('who goes away in the middle leaves no old state of the database behind', async () => {
    const { app, collector } = visited.running
    const answer = await app.request('/api/leads/export', { headers: asOperator })
    const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>
    await reader.read()
    await ranking()
    expect(await olderStates(collector.database)).toBe(1)
    await reader.cancel()
    expect(await olderStates(collector.database)).toBe(0)
  })

  /** How many still read what was before. */
  async function olderStates({ url, db }: Database): Promise<number> {
    if (engine === 'Postgres') {
      const { rows } = await sql`select 1 from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`.execute(db)
      return rows.length
    }
    await visited.api('/sites/default', { method: 'PATCH', body: JSON.stringify({ name: 'Acme' }) })
    const file = new Sqlite(url, { timeout: 50 })
    const [{ busy } = { busy: 0 }] = file.pragma('wal_checkpoint(truncate)') as { busy: number }[]
    file.close()
    return busy
  }

  test('the list as a file has every lead once, in UTF-8 that says so, and runs nothing', async () => {
    const { response, text, rows } = await read()
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="braise-leads-default-\d{4}-/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(text.startsWith(`${BYTE_ORDER_MARK}"id","name","company","email"`)).toBe(true)
    expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(LEADS + 1)
    expect(rows).toHaveLength(LEADS + 1)
    expect(rows.find((row) => row.includes('eve@mill.example'))).toMatch(/"'=1\+1","Né;'@SUM\(1\)"/)
  })

  test('it has what the list shows, and is written down', async () => {
    expect((await read('?q=eve')).rows).toHaveLength(1)
    expect((await read('?stage=customer')).rows).toHaveLength(0)
    expect((await read('?stage=x')).response.status).toBe(400)
    const { items } = await visited.read<{ items: { action: string; detail: string }[] }>(
      '/audit?action=leads%20exported',
    )
    expect(items.map(({ detail }) => detail)).toContain('customer')
  })

  test('one that cannot be read to its end is cut off, so that nobody takes it for the whole list', async () => {
    const { db } = visited.running.collector.database
    const last = (await ranking()).at(-1) as string
    await db.updateTable('standing').set({ why: 'of ada@analytical.example' }).where('lead_id', '=', last).execute()
    const complaints = vi.spyOn(console, 'error')
    const { body } = await visited.api('/leads/export')
    let told = ''
    const reading = async () => {
      for await (const part of body ?? []) told += Buffer.from(part).toString()
    }
    await expect(reading()).rejects.toThrow()
    expect(told).toContain('"id","name","company","email"')
    expect(told).not.toContain('Error')
    expect(complaints).not.toHaveBeenCalled()
    complaints.mockRestore()
  })
})
