/**
 * Where it is known which database it is: where SQL must differ, both forms stand here side by side. What is done to a
 * SQLite file itself stands in `file.ts`.
 */
import { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import {
  Kysely,
  PostgresDialect,
  type RawBuilder,
  SqliteAdapter,
  SqliteDialect,
  type SqliteStatement,
  sql,
} from 'kysely'
import pg from 'pg'
import { assertMigrated, migrate } from './migrating.ts'
import { Mark, nextCommit, type Ownership, own } from './owner.ts'
import { packIds, withPackedIds } from './packed.ts'
import type { Schema } from './schema.ts'
import { type Trouble, troubleInPostgres, troubleInSqlite } from './trouble.ts'
import { Wal } from './wal.ts'

export type Db = Kysely<Schema>
export type { Trouble }

/** What differs between the engines. */
export interface Engine {
  /** A text that is ordered byte by byte, whatever the server's language. */
  text: RawBuilder<unknown>
  /** Brings what version 0003 wrote into a shorter form: `page_id` out of the bodies of events, and ids in few bytes. */
  shorten(db: Kysely<unknown>): Promise<void>
  /** Null: an error like any other. */
  troubleOf(error: unknown): Trouble | null
  /** Writes, then throws unless a commit that nobody syncs for it (`transact` does) is on disk before it is acknowledged. */
  assertDurable(db: Db): Promise<void>
  /** Room within the file for what is to come. */
  unusedBytes(): number
  /** How many bytes `vacuum` would write anew; 0 where there is nothing to do. */
  sizeToVacuum(): number
}

/** Leads whose standing changed, told to every collector on the same database after the commit. */
export interface News {
  siteId: string
  leadIds: string[]
  /** Everybody's standing switched to this version of the rules. */
  version?: number
}

export interface Database {
  /** What it was opened by. */
  url: string
  /** Its file; null: a server keeps it. */
  path: string | null
  db: Db
  engine: Engine
  /** What was found as it was opened: how the process before ended, and how many commits are gone that it had acknowledged. */
  found: { wasUnclean: boolean; lostCommits: number }
  /** A transaction that is tried again, for a while, where it failed for a reason that passes by itself. */
  transact<T>(act: (tx: Db) => Promise<T>): Promise<T>
  /** The same for what can be worked out again: it waits for no sync, and the next one takes it to the disk. */
  transactUnsynced<T>(act: (tx: Db) => Promise<T>): Promise<T>
  /** What is in no hurry comes after everything else: after whoever waits for the disk at this moment, too. */
  othersFirst(): Promise<void>
  tell(news: News): Promise<void>
  /** @returns a function that stops listening */
  listen(hear: (news: News) => void): () => void
  close(): Promise<void>
}

/**
 * Opens `postgres://…` or a SQLite file, which is made where it does not exist and owned from then on, and brings its tables
 * up to date.
 * @throws where the database is out of reach, another's, of another age, or would not keep what it acknowledges
 */
export async function openDatabase(url: string): Promise<Database> {
  const database = isPostgres(url) ? await openPostgres(url) : openOwnSqlite(url)
  try {
    await migrate(database)
    await database.engine.assertDurable(database.db)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

/**
 * Opens a database that a collector may own at the same time, to write a little beside it.
 * @throws where its tables are not those of this version: only a collector changes them
 */
export async function joinDatabase(url: string): Promise<Database> {
  const database = isPostgres(url) ? await openPostgres(url) : openSqlite(url, null)
  try {
    await assertMigrated(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

/** Opens a database that is open and up to date elsewhere, to read. */
export function openReader(url: string): Db {
  if (isPostgres(url)) {
    const pool = new pg.Pool({ connectionString: url, max: 1, types: TYPES })
    pool.on('error', () => {})
    return new Kysely({ dialect: new PostgresDialect({ pool }) })
  }
  const file = new Sqlite(url, { readonly: true, timeout: SQLITE_BUSY_MS })
  file.exec(`pragma cache_size = -${SQLITE_CACHE_KIB}`)
  const prepare = keepStatements(file)
  return new Kysely({ dialect: new SqliteDialect({ database: { prepare, close: () => void file.close() } }) })
}

const isPostgres = (url: string) => /^postgres(ql)?:\/\//.test(url)

/** "Brse": marks the file as Braise's own. */
const APPLICATION_ID = 0x42727365
/** Commits in a checkpoint race can be lost before this version: https://sqlite.org/wal.html#walresetbug */
const OLDEST_SQLITE = [3, 51, 3]
/** Waiting for another process's lock blocks everything else: what may wait tries again by itself (`transact`). */
const SQLITE_BUSY_MS = 5
/**
 * The log begins anew only when all of it has been copied, which never happens while commits follow each other closely.
 * Here, at 80 MiB, the one who commits does the rest: not much, as the checkpoint thread has done most of it.
 */
const SQLITE_CHECKPOINT_PAGES = 20_000

/** Standings are written to indexes in no order, for which the 2 MiB that are usual are few; the rest the system keeps. */
const SQLITE_CACHE_KIB = 16 * 1024

function openOwnSqlite(path: string): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const ownership = own(path)
  try {
    return openSqlite(path, ownership)
  } catch (error) {
    ownership.release()
    throw error
  }
}

/** Changes of tables are all made or none: by itself Kysely makes them one by one, and a power cut would leave some. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}

class SafelyMigratedSqlite extends SqliteDialect {
  override createAdapter() {
    return new TransactionalAdapter()
  }
}

/** @param ownership null: another process may own the file */
function openSqlite(path: string, ownership: Ownership | null): Database {
  const file = new Sqlite(path, { timeout: SQLITE_BUSY_MS, fileMustExist: ownership === null })
  try {
    return serveSqlite(file, path, ownership)
  } catch (error) {
    file.close()
    throw error
  }
}

function serveSqlite(file: Sqlite.Database, path: string, ownership: Ownership | null): Database {
  const prepare = keepStatements(file)
  const answerTo = (question: string) => Object.values(prepare(question).all([])[0] as object)[0] as unknown
  const version = String(answerTo('select sqlite_version()'))
  if (isOlder(version.split('.').map(Number), OLDEST_SQLITE)) {
    throw new Error(`SQLite ${version} can lose commits; at least ${OLDEST_SQLITE.join('.')} is needed`)
  }
  const owner = answerTo('pragma application_id')
  if (owner !== 0 && owner !== APPLICATION_ID) throw new Error(`${path} is another application's database`)
  file.exec(`pragma application_id = ${APPLICATION_ID}`)
  const mode = answerTo('pragma journal_mode = wal')
  if (mode !== 'wal') {
    throw new Error(
      `${path} keeps no log of its writes (its journal mode is ${mode}, not wal), without which nothing would be safe: ` +
        'keep the database in a file on a local disk, as network file systems have no such log',
    )
  }
  // better-sqlite3 is compiled to fall back to NORMAL in WAL mode, with which a power cut loses acknowledged events.
  file.exec('pragma synchronous = full')
  // What is deleted is overwritten, in free pages and in free space within pages: an erased person must not stay there.
  file.exec('pragma secure_delete = on')
  // Before that was so, what was deleted stayed: once, the file is written anew.
  if (answerTo('pragma user_version') === 1) file.exec('vacuum')
  file.exec(`pragma wal_autocheckpoint = ${SQLITE_CHECKPOINT_PAGES}`)
  file.exec(`pragma cache_size = -${SQLITE_CACHE_KIB}`)
  if (ownership?.wasUnclean) copyLog(file)
  const local = new EventEmitter().setMaxListeners(0)
  const dialect = new SafelyMigratedSqlite({ database: { prepare, close: () => void file.close() } })
  const db: Db = new Kysely({ dialect })
  preparing.set(db.getExecutor().adapter, prepare)
  // A number that SQLite keeps for whoever makes a file, and writes with the commit: here it counts the commits.
  const commitNumber = () => Number(answerTo('pragma user_version'))
  const wal = new Wal(path)
  const mark = ownership && new Mark(path, commitNumber())
  // Given back between the tries: there is one connection, and whoever reads needs it too.
  const commitUnsynced = <T>(act: (tx: Db) => Promise<T>) =>
    retry(troubleInSqlite, () =>
      db.connection().execute(async (connection) => {
        file.exec('pragma synchronous = normal')
        try {
          return await connection.transaction().execute(act)
        } finally {
          file.exec('pragma synchronous = full')
        }
      }),
    )
  let closing: Promise<void> | undefined
  return {
    url: path,
    path,
    db,
    found: { wasUnclean: ownership?.wasUnclean ?? false, lostCommits: mark?.lost ?? 0 },
    async transact(act) {
      const count = async (tx: Db) => {
        const result = await act(tx)
        const commit = nextCommit(commitNumber())
        file.exec(`pragma user_version = ${commit}`)
        return [result, commit] as const
      }
      const [result, commit] = await commitUnsynced(count)
      await wal.sync()
      mark?.set(commit)
      return result
    },
    transactUnsynced: commitUnsynced,
    async othersFirst() {
      await wal.synced
      await eventsFirst()
    },
    engine: {
      text: sql`text`,
      async shorten(db) {
        await sql`update event set page_id = body ->> 'pageId', body = json_remove(body, '$.pageId')
          where type in ('page', 'engage')`.execute(db)
        await packIds(db)
      },
      troubleOf: troubleInSqlite,
      async assertDurable() {
        // Only a write brings the setting into force: asked before, it would say yes all the same.
        file.exec(`pragma user_version = ${nextCommit(commitNumber())}`)
        const synchronous = answerTo('pragma synchronous')
        const mode = answerTo('pragma journal_mode')
        if (synchronous !== 2 || mode !== 'wal')
          throw new Error(`SQLite would not sync commits: ${synchronous} ${mode}`)
      },
      unusedBytes: () => Number(answerTo('pragma freelist_count')) * Number(answerTo('pragma page_size')),
      sizeToVacuum: () => Number(answerTo('pragma page_count')) * Number(answerTo('pragma page_size')),
    },
    tell: async (news) => void local.emit('news', news),
    listen(hear) {
      local.on('news', hear)
      return () => local.off('news', hear)
    },
    close() {
      closing ??= db.destroy().then(async () => {
        await wal.close()
        mark?.close()
        ownership?.release()
      })
      return closing
    },
  }
}

/** SQLite answers at once, so that awaiting it lets nobody in. */
function eventsFirst(): Promise<void> {
  return new Promise(setImmediate)
}

/**
 * What the log holds is written to the file itself, and synced there, before anything goes on from it. Of a log that the
 * disk failed to sync the system may still tell what is not on the disk, and would not write it again.
 */
function copyLog(file: Sqlite.Database): void {
  try {
    file.exec('pragma wal_checkpoint(passive)')
  } catch (error) {
    // On a full or failing disk reading goes on all the same.
    if (troubleInSqlite(error) === null) throw error
  }
}

const preparing = new WeakMap<object, (text: string) => SqliteStatement>()

/** Of SQLite: what prepares a statement that runs at once, in the transaction that is open; undefined for Postgres. */
export function preparedOf(tx: Db): ((text: string) => SqliteStatement) | undefined {
  return preparing.get(tx.getExecutor().adapter)
}

/** Statements of every file that was opened, and for good: see below. */
const keptStatements: Map<string, SqliteStatement>[] = []

/**
 * Prepares each statement once and keeps it for the life of the process. Since Node 24.19, an object of better-sqlite3 12
 * that is collected while no JavaScript runs ends the process: https://github.com/WiseLibs/better-sqlite3/issues/1515.
 * So there must be few different texts: lists of values come in few lengths (`parts.ts`).
 */
function keepStatements(file: Sqlite.Database): (text: string) => SqliteStatement {
  const kept = new Map<string, SqliteStatement>()
  keptStatements.push(kept)
  return (text) => {
    if (text === 'rollback' && !file.inTransaction) return NOTHING
    const known = kept.get(text)
    if (known) return known
    const prepared = withPackedIds(file.prepare(text))
    kept.set(text, prepared)
    return prepared
  }
}

/**
 * A full disk ends a transaction by itself. To roll it back then would be an error, which would hide the one that tells:
 * https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction
 */
const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
}

const CHANNEL = 'braise_news'
/** A notification holds less than 8,000 bytes: https://www.postgresql.org/docs/current/sql-notify.html */
const LEADS_A_NOTICE = 150
const RECONNECT_MS = 1000

/** Whole numbers of 64 bits as numbers: none of ours is greater than 2⁵³. */
const TYPES = {
  getTypeParser: ((oid: number) => (oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid))) as never,
}

async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: 10, types: TYPES })
  // A connection that the server ends is replaced at the next query. Without listeners it would end the process: the pool's
  // own hears only idle connections, not one that is in the middle of a transaction.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  const db: Db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  const local = new EventEmitter().setMaxListeners(0)
  let closed = false
  let ear: pg.Client | undefined

  async function openEar(): Promise<void> {
    if (closed) return
    const client = new pg.Client({ connectionString: url })
    ear = client
    client.on('notification', ({ payload }) => local.emit('news', JSON.parse(payload ?? '') as News))
    client.on('error', () => {})
    client.on('end', () => void setTimeout(() => openEar().catch(() => {}), RECONNECT_MS).unref())
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
  }
  await openEar()

  return {
    url,
    path: null,
    db,
    found: { wasUnclean: false, lostCommits: 0 },
    transact: (act) => retry(troubleInPostgres, () => db.transaction().execute(act)),
    async transactUnsynced(act) {
      const actUnsynced = async (tx: Db) => {
        await sql`set local synchronous_commit = off`.execute(tx)
        return act(tx)
      }
      return retry(troubleInPostgres, () => db.transaction().execute(actUnsynced))
    },
    othersFirst: eventsFirst,
    engine: {
      text: sql`text collate "C"`,
      async shorten(db) {
        await sql`update event set page_id = body::json ->> 'pageId', body = cast(body::jsonb - 'pageId' as text)
          where type in ('page', 'engage')`.execute(db)
      },
      troubleOf: troubleInPostgres,
      async assertDurable() {
        const { rows } = await sql<{ name: string; setting: string }>`
          select name, setting from pg_settings where name in ('fsync', 'synchronous_commit')`.execute(db)
        const off = rows.find(({ setting }) => setting === 'off')
        if (off) throw new Error(`Postgres would not sync commits: ${off.name} is off`)
      },
      unusedBytes: () => 0,
      sizeToVacuum: () => 0,
    },
    async tell({ leadIds, ...news }) {
      for (let i = 0; i < Math.max(1, leadIds.length); i += LEADS_A_NOTICE) {
        const notice: News = { ...news, leadIds: leadIds.slice(i, i + LEADS_A_NOTICE) }
        await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notice)})`.execute(db)
      }
    },
    listen(hear) {
      local.on('news', hear)
      return () => local.off('news', hear)
    },
    async close() {
      closed = true
      await ear?.end()
      await db.destroy()
    },
  }
}

/** How long a lock, a deadlock or a broken connection is waited for, and how often it is tried. */
const PATIENCE = 8000
const RETRY_AFTER = 25

async function retry<T>(troubleOf: Engine['troubleOf'], attempt: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (troubleOf(error) !== 'passing' || performance.now() > giveUpAt) throw error
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER))
    }
  }
}

function isOlder(version: number[], than: number[]): boolean {
  const at = version.findIndex((part, i) => part !== than[i])
  return at >= 0 && (version[at] as number) < (than[at] as number)
}
