/** What it costs that SQLite overwrites what it deletes: each event leaves a mark that is deleted once it is counted. */
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EVENTS, fill } from '../full.ts'
import { inFolder, ROUNDS } from '../machine.ts'
import { type Round, rateOf, roundOf, tell } from './intake.ts'

export async function benchSecureDelete(): Promise<void> {
  const without = buildWithout()
  try {
    await inFolder(async (folder) => {
      const path = join(folder, 'braise.db')
      const visitorIds = await fill(path, EVENTS)
      copyFileSync(path, join(folder, 'other.db'))
      const overwriting: Round[] = []
      const leaving: Round[] = []
      for (let i = 0; i < ROUNDS; i++) {
        overwriting.push(await roundOf('dist/collector/main.js', path, visitorIds, 10))
        leaving.push(await roundOf(`${without}/main.js`, join(folder, 'other.db'), visitorIds, 10))
      }
      console.log('\nOverwriting what is deleted, ten events a request')
      tell('secure_delete off', leaving, 1)
      tell('secure_delete on', overwriting, rateOf(overwriting) / rateOf(leaving))
    })
  } finally {
    rmSync(without, { recursive: true, force: true })
  }
}

/** A copy of the built server, beside it, so that it finds its packages. */
function buildWithout(): string {
  const folder = mkdtempSync('dist/without-')
  cpSync('dist/collector', folder, { recursive: true })
  let found = 0
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const [before = '', ...rest] = readFileSync(join(folder, name), 'utf8').split('pragma secure_delete = on')
    found += rest.length
    writeFileSync(join(folder, name), [before, ...rest].join('pragma secure_delete = off'))
  }
  if (found === 0) throw new Error('There is no secure_delete to take out')
  return folder
}
