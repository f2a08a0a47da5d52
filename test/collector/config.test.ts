import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../collector/config.ts'

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
  }
  return []
}

test('an empty environment is a good one', () => {
  expect(readConfig({})).toMatchObject({
    port: 3000,
    databaseUrl: './data/braise.db',
    publicUrl: null,
    trustProxy: 0,
    apiToken: null,
    metricsToken: null,
    admin: null,
    site: 'default',
    erased: { path: './data/braise.erased', key: null },
  })
  expect(readConfig({ PORT: ' ', PUBLIC_URL: '', BRAISE_SITE: '' })).toEqual(readConfig({}))
})

test('every problem is listed, each with the name of what is wrong', () => {
  const names = [
    'PORT',
    'TRUST_PROXY',
    'RATE_LIMIT',
    'SITE_RATE_LIMIT',
    'DATABASE_URL',
    'PUBLIC_URL',
    'BRAISE_API_TOKEN',
    'METRICS_TOKEN',
    'ERASED_KEY',
    'BRAISE_SITE',
    'BRAISE_ADMIN_EMAIL',
    'BRAISE_ADMIN_PASSWORD',
  ]
  const problems = problemsOf({
    PORT: '70000',
    TRUST_PROXY: '-1',
    RATE_LIMIT: '1.5',
    SITE_RATE_LIMIT: 'many',
    DATABASE_URL: 'mysql://somewhere',
    PUBLIC_URL: 'stats.example.com',
    BRAISE_API_TOKEN: 'too short',
    METRICS_TOKEN: 'too short',
    ERASED_KEY: 'too short',
    BRAISE_SITE: 'with a blank',
    BRAISE_ADMIN_EMAIL: 'ada',
    BRAISE_ADMIN_PASSWORD: 'short',
  })
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual(names)
})

test('a first user needs both an address and a password', () => {
  expect(problemsOf({ BRAISE_ADMIN_EMAIL: 'ada@analytical.example' })).toHaveLength(1)
  expect(problemsOf({ BRAISE_ADMIN_PASSWORD: 'long enough' })).toHaveLength(1)
  const env = { BRAISE_ADMIN_EMAIL: 'Ada@Analytical.example', BRAISE_ADMIN_PASSWORD: 'long enough' }
  expect(readConfig(env).admin?.email).toBe('ada@analytical.example')
  // By no other form of it could they ever sign in.
  const written = (BRAISE_ADMIN_EMAIL: string) => readConfig({ ...env, BRAISE_ADMIN_EMAIL }).admin?.email
  expect(written('Ada@M\u00fchle.example')).toBe('ada@xn--mhle-0ra.example')
  expect(problemsOf({ ...env, BRAISE_ADMIN_EMAIL: 'admin@localhost' })).toHaveLength(1)
})

test('what looks like a number and is none is a problem', () => {
  for (const PORT of ['x', '1e9', '-0.5', 'NaN', '3000 ports', 'Infinity']) expect(problemsOf({ PORT })).toHaveLength(1)
})

test('a database is a path or Postgres: what others write before a path is not taken for a folder', () => {
  for (const DATABASE_URL of ['file:./braise.db', 'sqlite:///data/braise.db', 'mysql://somewhere'])
    expect(problemsOf({ DATABASE_URL })).toEqual([expect.stringContaining('such as ./data/braise.db')])
  for (const databaseUrl of ['./data/a:b.db', 'C:\\braise\\main.db', 'postgresql://host/leads'])
    expect(readConfig({ DATABASE_URL: databaseUrl })).toMatchObject({ databaseUrl })
})

test('who was erased is kept beside the database, or under its name', () => {
  const pathFor = (DATABASE_URL: string) => readConfig({ DATABASE_URL }).erased.path
  expect(pathFor('/var/braise/main.db')).toBe('/var/braise/main.erased')
  expect(pathFor('postgres://ada:secret@host/leads?sslmode=require')).toBe('./data/leads.erased')
})
