/**
 * Lists of values in few lengths, powers of two, because each length makes another statement, and statements are kept.
 * Parameters in a statement are limited: 32,766 in SQLite, 65,535 in Postgres.
 */
const LONGEST_PART = 1024

/** Cuts rows to insert into parts: 13 rows are 8, 4 and 1. */
export function inParts<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let from = 0; from < rows.length; ) {
    const length = Math.min(LONGEST_PART, 2 ** Math.floor(Math.log2(rows.length - from)))
    parts.push(rows.slice(from, from + length))
    from += length
  }
  return parts
}

/** Fills a list to look up with its last value: 13 values are 16. */
export function filledUp<T>(values: readonly T[]): T[] {
  const last = values.at(-1)
  if (last === undefined) return []
  const length = 2 ** Math.ceil(Math.log2(values.length))
  return [...values, ...Array<T>(length - values.length).fill(last)]
}
