/** All that is held on a person, as a file to hand out: JSON, or CSV with `format=csv`. */
import type { Context } from 'hono'
import { BYTE_ORDER_MARK, csvRow } from '../domain/csv.ts'
import { PERSONAL_TABLES, type PersonalTable } from '../store/held.ts'
import type { SignedIn } from './context.ts'

export type Held = Record<PersonalTable, object[]>

/** @param id by which its name tells it from others */
export function heldFile(c: Context<SignedIn>, id: string, { site, held }: { site: string; held: Held }, now: number) {
  const format = c.req.query('format') === 'csv' ? 'csv' : 'json'
  const name = `braise-person-${id.slice(0, 8)}-${new Date(now).toISOString().slice(0, 10)}.${format}`
  c.header('content-disposition', `attachment; filename="${name}"`)
  if (format === 'json') return c.json({ exportedAt: now, site, held: told(held) })
  c.header('content-type', 'text/csv; charset=utf-8')
  return c.body(tableOf(held))
}

/** Each table with what it is for, and its rows as they are stored. */
function told(held: Held) {
  return Object.entries(held).map(([table, rows]) => ({ table, about: PERSONAL_TABLES[table as PersonalTable], rows }))
}

/** A line for each value: tables of many shapes in one file. */
function tableOf(held: Held): string {
  const lines = told(held).flatMap(({ table, about, rows }) =>
    rows.flatMap((row, i) =>
      Object.entries(row).map(([column, value]) =>
        csvRow([table, about, i + 1, column, value as string | number | null]),
      ),
    ),
  )
  return BYTE_ORDER_MARK + csvRow(['table', 'about', 'row', 'column', 'value']) + lines.join('')
}
