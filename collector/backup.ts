/** `npm run backup -- FILE` and `npm run restore -- FILE`: a copy of the SQLite file, and back. */
import { readConfig } from './config.ts'
import { backUp, restore } from './store/backup.ts'

const [verb, file] = process.argv.slice(2)
if ((verb !== 'backup' && verb !== 'restore') || !file) {
  console.error('Usage: npm run backup -- FILE, or npm run restore -- FILE')
  process.exit(1)
}
try {
  const { databaseUrl } = readConfig(process.env)
  if (/^\w+:\/\//.test(databaseUrl)) throw new Error('Postgres has its own tools: pg_dump and pg_restore')
  if (verb === 'backup') {
    await backUp(databaseUrl, file)
    console.log(`${file} holds all of ${databaseUrl}, and was read as a whole.`)
  } else {
    const kept = await restore(databaseUrl, file)
    console.log(`${databaseUrl} is what ${file} was.${kept ? ` The former one is ${kept}: delete it in time.` : ''}`)
  }
} catch (error) {
  console.error((error as Error).message)
  process.exit(1)
}
