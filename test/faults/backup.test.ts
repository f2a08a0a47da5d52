/** A backup is made beside a running server, and restored where none runs. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { findLeads, post, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { PATIENCE } from '../support/patience.ts'
import { runToEnd, type ServerProcess, startServer } from '../support/server.ts'

test('a backup under load holds what was acknowledged before it, and comes back as it was', async () => {
  const { url } = await newSqliteUrl()
  const file = join(dirname(url), 'backup.db')
  const server = await startServer({ databaseUrl: url })
  await takes(server, 'Ada')
  let done = false
  const load = (async () => {
    for (let i = 0; !done; i++) await takes(server, `Eve${i}`)
  })()
  const backup = await runToEnd('backup', ['backup', file], url)
  done = true
  await load
  expect(backup.complained).toBe('')
  expect(backup.code).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(existsSync(`${file}.partial`)).toBe(false)
  expect((await runToEnd('backup', ['backup', file], url)).complained).toContain('is there already')

  const refused = await runToEnd('backup', ['restore', file], url)
  expect(refused.code).toBe(1)
  expect(refused.complained).toContain(`in use by process ${server.pid} on `)
  await takes(server, 'Bob')
  await server.end('SIGTERM')

  const restored = await runToEnd('backup', ['restore', file], url)
  expect(restored.complained).toBe('')
  expect(existsSync(`${url}-replaced`)).toBe(true)
  const again = await startServer({ databaseUrl: url })
  await vi.waitFor(async () => {
    const emails = (await findLeads(again.url)).map(({ email }) => email)
    expect(emails).toContain('ada@analytical.example')
    expect(emails).not.toContain('bob@analytical.example')
  }, PATIENCE)
  const health = (await (await fetch(`${again.url}/health`)).json()) as { lostCommits: number }
  expect(health.lostCommits).toBe(0)
})

test('a copy that makes no sense is not restored, and the file stays as it is', async () => {
  const { url } = await newSqliteUrl()
  const file = join(dirname(url), 'backup.db')
  const server = await startServer({ databaseUrl: url })
  await takes(server, 'Ada')
  expect((await runToEnd('backup', ['backup', file], url)).code).toBe(0)
  await server.end('SIGTERM')
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill(0x5a, 4096))
  const before = readFileSync(url)
  expect((await runToEnd('backup', ['restore', file], url)).code).toBe(1)
  expect(readFileSync(url).equals(before)).toBe(true)
})

async function takes(server: ServerProcess, person: string): Promise<void> {
  const { email: _, ...batch } = visitOf(person, 'demo request', ['/pricing'], Date.now())
  await post(server.url, batch)
}
