import { beforeAll, expect, test, vi } from 'vitest'
import { BYTE_ORDER_MARK } from '../../../collector/domain/csv.ts'
import { visitOf } from '../../support/client.ts'
import { onEachEngine } from '../../support/engines.ts'
import { visitOnce } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

/** More than is read at a time. */
const LEADS = 503

onEachEngine((newDatabase) => {
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
  })

  const read = async (query = '') => {
    const response = await visited.api(`/leads/export${query}`)
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer())
    return { response, text, rows: text.trimEnd().split('\r\n').slice(1) }
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
    const { db } = visited.running.collector.database
    const [eve] = await db.selectFrom('lead').select('lead_id').where('email', '=', 'eve@mill.example').execute()
    const points = { engagement: 12.3456, fit: 7.8912 }
    await db
      .updateTable('standing')
      .set(points)
      .where('lead_id', '=', eve?.lead_id ?? '')
      .execute()
    const { rows } = await read('?q=eve')
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain(',12.3,7.9,')
    expect((await read('?stage=customer')).rows).toHaveLength(0)
    expect((await read('?stage=x')).response.status).toBe(400)
    const { items } = await visited.read<{ items: { action: string; detail: string }[] }>(
      '/audit?action=leads%20exported',
    )
    expect(items.map(({ detail }) => detail)).toContain('customer')
  })

  test('one that cannot be read to its end is cut off, so that nobody takes it for the whole list', async () => {
    const { db } = visited.running.collector.database
    const { id } = (await db.selectFrom('lead').select('lead_id as id').orderBy('lead_id', 'desc').execute())[0] ?? {}
    await db
      .updateTable('standing')
      .set({ why: 'of ada@analytical.example' })
      .where('lead_id', '=', id ?? '')
      .execute()
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
