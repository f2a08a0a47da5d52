/**
 * SQLite keeps ids in the 16 bytes that they are, not in the 36 letters that they are written in: a quarter of what an
 * event takes. They are packed and unpacked here alone, whatever the column: everybody else sees the letters.
 */
import { type Kysely, type SqliteStatement, sql } from 'kysely'

/** The statement, with ids in letters for ids in bytes. Every value of every row goes through it. */
export function withPackedIds(statement: SqliteStatement): SqliteStatement {
  return {
    reader: statement.reader,
    all: (values) => unpackAll(statement.all(values.map(pack)) as Record<string, unknown>[]),
    run: (values) => statement.run(values.map(pack)),
    iterate: (values) => statement.iterate(values.map(pack)),
  }
}

/** Packs what earlier versions kept as letters, in every column that may hold an id. */
export async function packIds(db: Kysely<unknown>): Promise<void> {
  const digits = (many: number) => '[0-9a-f]'.repeat(many)
  const written = [8, 4, 4, 4, 12].map(digits).join('-')
  for (const table of await db.introspection.getTables()) {
    for (const { name } of table.columns.filter(({ dataType }) => dataType.toLowerCase() === 'text')) {
      const column = sql.ref(name)
      await sql`update ${sql.table(table.name)} set ${column} = unhex(${column}, '-')
        where length(${column}) = 36 and ${column} glob ${written}`.execute(db)
    }
  }
}

const BYTES = 16
const LETTERS = 36
/** What each letter is worth; less than nothing: no digit. */
const DIGITS = new Int8Array(128).fill(-1)
for (let digit = 0; digit < 16; digit++) DIGITS[digit.toString(16).charCodeAt(0)] = digit
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Letter by letter: a regular expression, a replacement and a conversion take five times as long. */
function pack(value: unknown): unknown {
  if (typeof value !== 'string' || value.length !== LETTERS) return value
  const id = Buffer.allocUnsafe(BYTES)
  let wrong = 0
  for (let byte = 0, letter = 0; byte < BYTES; byte++, letter += 2) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) {
      if (value[letter] !== '-') return value
      letter++
    }
    const worth = (digitAt(value, letter) << 4) | digitAt(value, letter + 1)
    wrong |= worth
    id[byte] = worth
  }
  return wrong < 0 ? value : id
}

function digitAt(text: string, index: number): number {
  return DIGITS[text.charCodeAt(index)] ?? -1
}

function unpackAll(rows: Record<string, unknown>[]): unknown[] {
  for (const row of rows) {
    for (const name in row) {
      const value = row[name]
      if (value instanceof Buffer) row[name] = unpack(value)
    }
  }
  return rows
}

function unpack(id: Buffer): string {
  let written = ''
  for (let byte = 0; byte < BYTES; byte++) {
    if (byte === 4 || byte === 6 || byte === 8 || byte === 10) written += '-'
    written += HEX[id[byte] as number]
  }
  return written
}
