import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { describe, inject } from 'vitest'

/** Runs a suite once per engine, each against a real server or file. */
export function onEachEngine(suite: (newDatabase: () => Promise<TestDatabase>, engine: EngineName) => void): void {
  describe.each([
    { engine: 'SQLite' as const, make: newSqliteUrl },
    { engine: 'Postgres' as const, make: newPostgresUrl },
  ])('on $engine', ({ engine, make }) => suite(make, engine))
}

export type EngineName = 'SQLite' | 'Postgres'

export interface TestDatabase {
  url: string
  remove(): Promise<void>
}

/** An empty SQLite file. */
export async function newSqliteUrl(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'braise-sqlite-'))
  return { url: join(folder, 'braise.db'), remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

/** An empty database on the tests' Postgres server. */
export async function newPostgresUrl(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const name = `braise_${randomUUID().replaceAll('-', '')}`
  await runOn(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, remove: () => runOn(server, `drop database if exists ${name} with (force)`) }
}

export async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
