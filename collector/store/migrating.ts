/** Brings the tables of a database to this version of Braise, or says why not. */
import { Migrator, sql } from 'kysely'
import type { Db, Engine } from './database.ts'
import { migrationsFor } from './migrations.ts'

interface Tables {
  db: Db
  engine: Engine
}

/** @throws where a newer version has changed them */
export async function migrate({ db, engine }: Tables): Promise<void> {
  const migrations = migrationsFor(engine)
  refuseNewer(await findMigrations(db), Object.keys(migrations))
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest()
  if (error) throw error
}

/** @throws where they are not those of this version */
export async function assertMigrated({ db, engine }: Tables): Promise<void> {
  const known = Object.keys(migrationsFor(engine))
  const made = await findMigrations(db)
  refuseNewer(made, known)
  if (made.length < known.length) {
    throw new Error(
      'The tables are of an older version of Braise: start the collector once, and it brings them up to date',
    )
  }
}

/** Tables that a newer version has changed are not understood, and what is written to them may be wrong. */
function refuseNewer(made: string[], known: string[]): void {
  const newer = made.filter((name) => !known.includes(name))
  if (newer.length === 0) return
  throw new Error(
    `the database was changed by a newer version of Braise (${newer.join(', ')}): start that version, or restore a backup`,
  )
}

/** @returns the names of the changes that were made to the tables; none in an empty database */
async function findMigrations(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map(({ name }) => name)
}
