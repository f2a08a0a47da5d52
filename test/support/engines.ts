import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, inject } from 'vitest'

/** Runs a suite once per engine, each against a real server or file. */
export function onEachEngine(suite: (newDatabase: () => Promise<TestDatabase>, engine: EngineName) => void): void {
  describe.each([
    { engine: 'SQLite' as const, make: newSqliteUrl },
    { engine: 'Postgres' as const, make: newPostgresUrl },
  ])('on $engine', ({ engine, make }) => suite(() => make(), engine))
}

export type EngineName = 'SQLite' | 'Postgres'

export interface TestDatabase {
  url: string
  /** Another one with all that is in this one, which nobody has open. */
  copy(): Promise<TestDatabase>
  remove(): Promise<void>
}

/** An empty SQLite file. */
export async function newSqliteUrl(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'braise-sqlite-'))
  const url = join(folder, 'braise.db')
  return {
    url,
    async copy() {
      const other = await newSqliteUrl()
      cpSync(url, other.url)
      return other
    },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** An empty database on the tests' Postgres server, or a copy of another one there. */
export async function newPostgresUrl(template = 'template1'): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `braise_${randomUUID().replaceAll('-', '')}`
  await runOn(server, `create database ${name} template ${template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    copy: () => newPostgresUrl(name),
    remove: () => runOn(server, `drop database if exists ${name} with (force)`),
  }
}

export async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
