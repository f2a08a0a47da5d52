/** How the rate falls as the database grows, from 10,000 events to `BENCH_EVENTS` (10,000,000), ten a request. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { fillRoughly } from '../full.ts'
import { inFolder, inWords, ROUNDS } from '../machine.ts'
import { type Round, rateOf, roundOf, tell } from './intake.ts'

const MOST_EVENTS = Number(process.env.BENCH_EVENTS ?? 10_000_000)
const SIZES = [10_000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= MOST_EVENTS)
/** Of a larger one, what the rounds before have added is a small part. */
const COPIED_UP_TO = 1_000_000

export async function benchGrowth(): Promise<void> {
  await inFolder(async (folder) => {
    const databases: { size: number; path: string; visitorIds: string[]; rounds: Round[] }[] = []
    for (const size of SIZES) {
      const path = join(folder, `${size}.db`)
      databases.push({ size, path, visitorIds: await fillRoughly(path, size), rounds: [] })
    }
    for (let i = 0; i < ROUNDS; i++) {
      for (const { size, path, visitorIds, rounds } of databases) {
        const copy = join(folder, `round-${i}-of-${size}.db`)
        if (size <= COPIED_UP_TO) copyFileSync(path, copy)
        rounds.push(await roundOf('dist/collector/main.js', size <= COPIED_UP_TO ? copy : path, visitorIds, 10))
      }
    }
    console.log(`\nTaking in, by how much there is already; ${inWords(SIZES[0] ?? 0)} events = 1.00`)
    const [first] = databases
    for (const { size, rounds } of databases) {
      tell(`${inWords(size)} events`, rounds, rateOf(rounds) / rateOf(first?.rounds ?? []))
    }
  })
}
