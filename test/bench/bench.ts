/**
 * `npm run bench`: everything in one run, figures as ratios where they can be. `npm run bench -- ranking` runs one part,
 * which takes less than five minutes. `BENCH_EVENTS=100000` makes the databases smaller.
 */
import { benchCollectors } from './intake/collectors.ts'
import { benchGrowth } from './intake/growth.ts'
import { benchIntake } from './intake/intake.ts'
import { benchSecureDelete } from './intake/secure-delete.ts'
import { benchLate } from './late.ts'
import { benchRanking } from './ranking.ts'
import { benchReading } from './reading.ts'
import { benchRules } from './rules.ts'

const parts: Record<string, () => Promise<void>> = {
  intake: benchIntake,
  growth: benchGrowth,
  'secure-delete': benchSecureDelete,
  reading: benchReading,
  late: benchLate,
  postgres: benchCollectors,
  ranking: benchRanking,
  rules: benchRules,
}
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !parts[name])
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}, but ${Object.keys(parts).join(', ')}`)

for (const [name, bench] of Object.entries(parts)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench()
}
