/** Tables for spreadsheets (RFC 4180) that no spreadsheet takes for formulas. */

/** So that Excel reads UTF-8 as such. */
export const BYTE_ORDER_MARK = '\u{feff}'

/** @param cells a number is ours and stands as it is; a text may be a stranger's */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => (typeof cell === 'string' ? quoted(harmless(cell)) : (cell ?? ''))).join(',')}\r\n`
}

/**
 * A cell that begins with = + - or @ (full-width ones too) is worked out as a formula by Excel, LibreOffice and Google
 * Sheets: an apostrophe before it makes it text. The same after what elsewhere separates cells, because a spreadsheet set
 * to semicolons cuts `Ada;=1+1` in two, quoted or not. https://owasp.org/www-community/attacks/CSV_Injection
 */
function harmless(text: string): string {
  return text.replace(CONTROLS, ' ').replace(/(^|[;,"'|])(\s*)(?=[=+\-@＝＋－＠])/g, "$1$2'")
}

/** Line ends and tabs would begin another row or cell there; of others a table has no use. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
