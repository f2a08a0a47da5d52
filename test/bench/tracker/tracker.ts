/**
 * `npm run bench:tracker`: our tracker beside others, as Markdown. `-- sizes` runs one part, `-- --write` puts what ran
 * into tracker/README.md. The others come from the npm registry; once they are here, all else stays on this machine.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { measureCosts } from './cost.ts'
import { playMatrix } from './matrix.ts'
import { measureSizes } from './sizes.ts'

const README = 'tracker/README.md'

const parts: Record<string, () => Promise<string>> = { sizes: measureSizes, behaviour: playMatrix, cost: measureCosts }
const options = process.argv.slice(2)
const wanted = options.filter((option) => !option.startsWith('--'))

for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const text = await measure()
  console.log(`\n## ${name}\n\n${text}`)
  if (options.includes('--write')) writeFileSync(README, withPart(readFileSync(README, 'utf8'), name, text))
}

/** What stands between `<!-- name -->` and `<!-- /name -->` is replaced. */
function withPart(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = document.indexOf(begin)
  const to = document.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${README} has no ${begin} … ${end}`)
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`
}
