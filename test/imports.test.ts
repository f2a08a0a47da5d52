/** Who may import whom: the table "Arrows" of the architecture. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { violationsOf } from './support/imports.ts'

test('every import follows the arrows', () => {
  const sources = sourcesOf('tracker', 'collector', 'dashboard')
  expect(sources.has('collector/domain/score.ts')).toBe(true)
  expect(sources.has('dashboard/main.tsx')).toBe(true)
  expect(violationsOf(sources)).toEqual([])
})

test.each([
  ['tracker/protocol.ts', "import { uuid } from './visitor.ts'"],
  ['tracker/visitor.ts', "import type { Claim } from '../collector/domain/identity.ts'"],
  ['tracker/visitor.ts', "import { v7 } from 'uuid'"],
  ['collector/domain/score.ts', "import { createHash } from 'node:crypto'"],
  ['collector/domain/score.ts', "import fastCheck from 'fast-check'"],
  ['collector/domain/score.ts', "import type { LeadRow } from '../store/ranked.ts'"],
  ['collector/domain/score.ts', "import { send } from '../../tracker/transport.ts'"],
  ['collector/store/leads.ts', "import { Intake } from '../intake.ts'"],
  ['collector/store/leads.ts', "import type { Config } from '../config.ts'"],
  ['collector/store/leads.ts', "import { Hono } from 'hono'"],
  ['collector/intake.ts', "import { problem } from './http/problem.ts'"],
  ['collector/intake.ts', "import type { Collector } from './http/context.ts'"],
  ['collector/intake.ts', "import { sql } from 'kysely'"],
  ['collector/rescoring.ts', "import { createApp } from './app.ts'"],
  ['collector/http/leads.ts', "import { createApp } from '../app.ts'"],
  ['collector/http/leads.ts', "import type { Kysely } from 'kysely'"],
  ['collector/http/leads.ts', "import Sqlite from 'better-sqlite3'"],
  ['collector/app.ts', "import { startCollector } from './collector.ts'"],
  ['collector/app.ts', "import pg from 'pg'"],
  ['collector/collector.ts', "import { Hono } from 'hono'"],
  ['collector/collector.ts', "import { greet } from './console.ts'"],
  ['collector/collector.ts', "import { simulateVisitors } from './demo/visitors.ts'"],
  ['collector/main.ts', "import { serve } from '@hono/node-server'"],
  ['collector/http/pages.ts', "import { render } from '../../dashboard/main.tsx'"],
  ['collector/http/leads.ts', "import { newSqliteUrl } from '../../test/support/engines.ts'"],
  ['dashboard/api.ts', "import { createApp } from '../collector/app.ts'"],
  ['dashboard/api.ts', "import { type App } from '../collector/app.ts'"],
  ['dashboard/api.ts', "import type { App, Hidden } from '../collector/app.ts'"],
  ['dashboard/api.ts', "import type * as app from '../collector/app.ts'"],
  ['dashboard/api.ts', "import type { LeadItem } from '../collector/http/leads.ts'"],
  ['dashboard/leads.tsx', "import type { App } from '../collector/app.ts'"],
  ['dashboard/leads.tsx', "import { heldScore } from '../collector/domain/score.ts'"],
  ['dashboard/leads.tsx', "import type { VisitorEvent } from '../tracker/protocol.ts'"],
  ['dashboard/leads.tsx', "import { hc } from 'hono/client'"],
])('in %s, %s goes against an arrow', (path, statement) => {
  expect(violationsOf(new Map([[path, `const before = 1\n${statement}\n`]]))).toEqual([
    `${path} imports ${/'(.+)'/.exec(statement)?.[1]}`,
  ])
})

test.each([
  "export { sql } from 'kysely'",
  "export * from 'kysely'",
  "export type { Kysely } from 'kysely'",
  "import 'kysely'",
  "import kysely = require('kysely')",
  "const kysely = await import('kysely')",
  "const load = () => require('kysely')",
  "let db: import('kysely').Kysely<unknown>",
  "import {\n  sql, // the language\n} from\n  'kysely'",
])('an import is found in whatever form it comes: %s', (text) => {
  expect(violationsOf(new Map([['collector/domain/score.ts', text]]))).toEqual([
    'collector/domain/score.ts imports kysely',
  ])
})

test('an import that is worked out at run time goes against every arrow', () => {
  expect(violationsOf(new Map([['collector/intake.ts', 'await import(`./domain/' + '$' + '{name}.ts`)']]))).toEqual([
    'collector/intake.ts imports null',
  ])
})

test('what only looks like an import is none', () => {
  const text = `// import { sql } from 'kysely'\nconst text = "import { sql } from 'kysely'"\n`
  expect(violationsOf(new Map([['collector/domain/score.ts', text]]))).toEqual([])
})

test('the arrows themselves may be followed', () => {
  const sources = {
    'tracker/transport.ts': "import type { Batch } from './protocol.ts'\nimport { keep } from './visitor.ts'",
    'collector/domain/history.ts': "import type { VisitorEvent } from '../../tracker/protocol.ts'",
    'collector/store/leads.ts': "import { sql } from 'kysely'\nimport { plain } from '../domain/match.ts'",
    'collector/password.ts': "import { scrypt } from 'node:crypto'",
    'collector/http/collect.ts':
      "import { bodyLimit } from 'hono/body-limit'\nimport { Unavailable } from '../intake.ts'",
    'collector/app.ts': "import { Hono } from 'hono'\nimport { leadRoutes } from './http/leads.ts'",
    'collector/collector.ts':
      "import { createAdaptorServer } from '@hono/node-server'\nimport { createApp } from './app.ts'",
    'collector/main.ts': "import { startCollector } from './collector.ts'\nimport { greet } from './console.ts'",
    'collector/demo/demo.ts': "import { startCollector } from '../collector.ts'",
    'dashboard/api.ts': "import { hc } from 'hono/client'\nimport type { App } from '../collector/app.ts'",
    'dashboard/leads.tsx': "import { useState } from 'preact/hooks'\nimport { findLeads } from './api.ts'",
  }
  expect(violationsOf(new Map(Object.entries(sources)))).toEqual([])
})

test('files that import each other in a ring are found, unless they take only types', () => {
  const ada = 'collector/domain/ada.ts'
  const bob = 'collector/domain/bob.ts'
  const toBob = "import { bob } from './bob.ts'"
  expect(
    violationsOf(
      new Map([
        [ada, toBob],
        [bob, "import { ada } from './ada.ts'"],
      ]),
    ),
  ).toEqual([`a ring: ${ada} → ${bob} → ${ada}`])
  expect(
    violationsOf(
      new Map([
        [ada, toBob],
        [bob, "import type { Ada } from './ada.ts'"],
      ]),
    ),
  ).toEqual([])
})

function sourcesOf(...folders: string[]): Map<string, string> {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  const sources = paths.filter((path) => /\.tsx?$/.test(path))
  return new Map(sources.map((path) => [path.replaceAll('\\', '/'), readFileSync(path, 'utf8')]))
}
