/** What must be nowhere: looked for in the bytes of every file beside the database, and in all that the server says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { API_TOKEN, findLeads, post, USER_AGENT, visitOf } from './support/client.ts'
import { newSqliteUrl } from './support/engines.ts'
import { PATIENCE } from './support/patience.ts'
import { batch, page } from './support/wire.ts'

const ADDRESS = '203.0.113.77'
const ADDRESS_6 = '2001:db8:77::42'

test('no network address, no user agent and no unlisted parameter is in any file or log', async () => {
  const database = await newSqliteUrl()
  const env = { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', DATABASE_URL: database.url, TRUST_PROXY: '1' }
  const child = spawn(process.execPath, ['dist/collector/main.js'], { env: { ...env, BRAISE_API_TOKEN: API_TOKEN } })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text))
  await vi.waitFor(() => expect(said).toContain('</script>'), PATIENCE)
  const url = /running on (\S+)/.exec(said)?.[1] ?? ''

  const now = Date.now()
  await post(url, visitOf('Ada', 'contact', ['/pricing'], now))
  const { visitorId } = visitOf('Bob', 'contact', [], now)
  const send = (body: string, address: string) => {
    const headers = { 'content-type': 'text/plain', 'user-agent': USER_AGENT, 'x-forwarded-for': address }
    return fetch(`${url}/e`, { method: 'POST', headers, body })
  }
  const telling = page(now, '/search?q=hidden-wish&token=abc123secret&utm_source=kept', {
    referrer: 'https://elsewhere.example/?session=abc123secret',
  })
  for (const address of [ADDRESS, ADDRESS_6]) {
    expect((await send(JSON.stringify(batch(visitorId, now, [telling])), address)).status).toBe(202)
    // What is refused is written down, too.
    for (const body of ['no JSON', '{}', JSON.stringify({ ...batch(visitorId, now, [telling]), site: 'unknown' })]) {
      expect((await send(body, address)).status).toBeGreaterThanOrEqual(400)
    }
  }
  await vi.waitFor(async () => expect(await findLeads(url)).toHaveLength(1), PATIENCE)
  child.kill('SIGTERM')
  await once(child, 'exit')

  const folder = dirname(database.url)
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  const everywhere = [...files, said].join('\n')
  expect(everywhere).toContain('utm_source=kept')
  for (const trace of [ADDRESS, ADDRESS_6, '203.0.113', 'AppleWebKit', 'Chrome/143', 'hidden-wish', 'abc123secret']) {
    expect(everywhere.includes(trace), trace).toBe(false)
  }
  await database.remove()
})
