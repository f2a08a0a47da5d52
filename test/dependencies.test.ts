import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('there are few direct production dependencies, pinned, each with its reason in the README', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }
  const [, table = ''] = readFileSync('collector/README.md', 'utf8').split('## Its dependencies')
  const rows = [...table.matchAll(/^\| (`.+?`) +\| (.+?) +\|$/gm)]
  const reasons = new Map(rows.flatMap(([, names = '', why = '']) => namesIn(names).map((name) => [name, why])))
  expect([...reasons.keys()].sort()).toEqual(Object.keys(dependencies).sort())
  for (const why of reasons.values()) expect(why).not.toBe('')
  expect(Object.keys(dependencies).length).toBeLessThanOrEqual(12)
  for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}
