import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { fileOf } from '../../../collector/http/files.ts'
import { pinTracker } from '../../../collector/http/tracker.ts'
import { newSqliteUrl } from '../../support/engines.ts'
import { visitOnce } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

const visited = visitOnce(newSqliteUrl, () => START)

const ask = (path: string) => fetch(visited.running.url + path)

test('a pinned tracker is the same script, for ever, with the hash that the set-up page prints', async () => {
  const { path, integrity } = visited.running.collector.pinnedTracker
  const pinned = await ask(path)
  const script = await pinned.text()
  expect(script).toBe(await (await ask('/braise.js')).text())
  expect(integrity).toBe(`sha384-${createHash('sha384').update(script).digest('base64')}`)
  expect(pinned.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(pinned.headers.get('access-control-allow-origin')).toBe('*')
})

test('a site that pinned a tracker keeps it when the collector comes with another one', async () => {
  const { database: store, files, pinnedTracker } = visited.running.collector
  const newer = new Map([['braise.js', fileOf('braise.js', Buffer.from('a newer tracker'))]])
  const { path } = await pinTracker(newer, store, START)
  expect(path).not.toBe(pinnedTracker.path)
  expect(newer.get(path.slice(1))?.plain.toString()).toBe('a newer tracker')
  expect(newer.get(pinnedTracker.path.slice(1))?.plain).toEqual(files.get('braise.js')?.plain)
})

test('a version that never was is not there', async () => {
  expect((await ask('/braise-0123456789ab.js')).status).toBe(404)
})
