/**
 * Statements that do the same for many rows, in a text that never changes: each is compiled once. SQLite runs it for one
 * row after another, Postgres once for all of them.
 */
import { CompiledQuery } from 'kysely'
import { type Db, preparedOf } from './database.ts'

type Columns = Record<string, 'text' | 'bigint' | 'double precision'>

/** Whatever a row is given as; ids as they are written. */
type Given<C extends Columns> = { [name in keyof C]: string | number | null }

/**
 * @param columns what each row has
 * @param text a statement that reads from `given`, the rows
 * @param holding what Postgres adds to it, to hold what it finds until the transaction ends
 * @returns what runs it, and gives back what it returns for all rows
 */
export function forEachRow<R, const C extends Columns>(columns: C, text: string, holding = '') {
  const names = Object.keys(columns)
  const one = `with ${givenOne(names)} ${text}`
  const types = names.map((name) => `${name} ${columns[name]}`).join(', ')
  const all = `with given as (select * from json_to_recordset($1) as given (${types})) ${text} ${holding}`
  return async (tx: Db, rows: readonly Given<C>[]): Promise<R[]> => {
    if (rows.length === 0) return []
    const prepare = preparedOf(tx)
    if (!prepare) {
      const result = await tx.executeQuery(CompiledQuery.raw(all, [JSON.stringify(rows)]))
      return result.rows as R[]
    }
    const statement = prepare(one)
    const found: R[] = []
    for (const row of rows) {
      const values = names.map((name) => row[name])
      if (statement.reader) found.push(...(statement.all(values) as R[]))
      else statement.run(values)
    }
    return found
  }
}

/** Holds rows until the transaction ends. SQLite lets one transaction write at a time: there is nobody to keep out. */
export function holdEachRow<const C extends Columns>(columns: C, text: string) {
  const hold = forEachRow<never, C>(columns, text)
  return async (tx: Db, rows: readonly Given<C>[]): Promise<void> => {
    if (!preparedOf(tx)) await hold(tx, rows)
  }
}

/** Writes rows over what is there under the same key. */
export function overwrite<const C extends Columns>(table: string, key: readonly (keyof C)[], columns: C) {
  const names = Object.keys(columns)
  const others = names.filter((name) => !key.includes(name))
  const update = `update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`
  return forEachRow<never, C>(columns, insertion(table, key, names, update))
}

/** Writes rows where nothing is there under the same key. @returns those that were written */
export function addNew<const C extends Columns>(table: string, key: readonly (keyof C & string)[], columns: C) {
  const names = Object.keys(columns)
  const text = insertion(table, key, names, 'nothing')
  const one = `with ${givenOne(names)} ${text}`
  const all = forEachRow<Given<C>, C>(columns, `${text} returning ${key.join(', ')}`)
  return async <Row extends Given<C>>(tx: Db, rows: readonly Row[]): Promise<Row[]> => {
    const prepare = preparedOf(tx)
    if (prepare) {
      const statement = prepare(one)
      return rows.filter((row) => statement.run(names.map((name) => row[name])).changes > 0)
    }
    const keyOf = (row: Given<C>) => key.map((name) => row[name]).join(' ')
    const written = new Set((await all(tx, rows)).map(keyOf))
    return rows.filter((row) => written.has(keyOf(row)))
  }
}

function insertion(table: string, key: readonly PropertyKey[], names: readonly string[], otherwise: string): string {
  const list = names.join(', ')
  // "where true" parts the select from what follows, for SQLite.
  return `insert into ${table} (${list}) select ${list} from given where true
    on conflict (${key.join(', ')}) do ${otherwise}`
}

function givenOne(names: readonly string[]): string {
  return `given as (select ${names.map((name) => `? as ${name}`).join(', ')})`
}
