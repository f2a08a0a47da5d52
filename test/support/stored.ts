/** SQL for a column of ids as they are written elsewhere, in a SQLite file that is read without the collector. */
export function writtenId(column: string): string {
  const [a, b, c, d, e] = [
    [1, 8],
    [9, 4],
    [13, 4],
    [17, 4],
    [21, 12],
  ].map((part) => `substr(hex(${column}), ${part})`)
  return `lower(${a} || '-' || ${b} || '-' || ${c} || '-' || ${d} || '-' || ${e})`
}
