/** `npm run bench`: everything in one run, figures as ratios where they can be. `npm run bench -- ranking` runs one part. */
import { benchIntake } from './intake/intake.ts'
import { benchRanking } from './ranking.ts'
import { benchRules } from './rules.ts'

const parts: Record<string, () => Promise<void>> = { intake: benchIntake, ranking: benchRanking, rules: benchRules }
const wanted = process.argv.slice(2)

for (const [name, bench] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench()
}
