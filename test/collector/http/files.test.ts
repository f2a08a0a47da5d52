import { readdirSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { API_TOKEN } from '../../support/client.ts'
import { newSqliteUrl } from '../../support/engines.ts'
import { visitOnce } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

const visited = visitOnce(newSqliteUrl, () => START)

interface Answer {
  status: number | undefined
  headers: Record<string, string | string[] | undefined>
  body: Buffer
}

/** As it comes over the wire: `fetch` would decompress it. */
function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(visited.running.url.replace('localhost', '127.0.0.1') + path, { headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) })
      })
    }).on('error', reject)
  })
}

test('files are sent as small as the browser takes them', async () => {
  const plain = await ask('/braise.js')
  expect(plain.headers['content-encoding']).toBeUndefined()
  const br = await ask('/braise.js', { 'accept-encoding': 'gzip, deflate, br, zstd' })
  expect(br.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(br.body)).toEqual(plain.body)
  const gzip = await ask('/braise.js', { 'accept-encoding': 'gzip' })
  expect(gzip.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(gzip.body)).toEqual(plain.body)
  expect(br.headers.vary).toBe('Accept-Encoding')
})

test('the tracker is kept for a day and may be loaded by any page; the dashboard is asked for each time', async () => {
  const tracker = await ask('/braise.js')
  expect(tracker.headers).toMatchObject({
    'cache-control': 'public, max-age=86400',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
  })
  for (const path of ['/', '/leads/x', '/join', '/sign-in', '/assets/main.js', '/assets/style.css']) {
    const { status, headers } = await ask(path)
    expect([path, status, headers['cache-control']]).toEqual([path, 200, 'no-cache'])
  }
})

test('the dashboard loads one style sheet, and every sheet of its pages is in it', async () => {
  const { body } = await ask('/assets/style.css')
  expect(body.toString()).not.toContain('@import')
  for (const sheet of readdirSync('dashboard/styles')) {
    expect(body.includes(readFileSync(`dashboard/styles/${sheet}`)), sheet).toBe(true)
  }
})

test('what the browser has already is not sent again', async () => {
  const { headers } = await ask('/')
  const again = await ask('/', { 'if-none-match': String(headers.etag) })
  expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag])
  expect((await ask('/', { 'if-none-match': 'W/"older"' })).status).toBe(200)
})

test('a page may load nothing but its own, and stand in no frame', async () => {
  for (const path of ['/', '/nothing', '/api/leads']) {
    const policy = String((await ask(path)).headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  }
})

test('there is no way out of the folder', async () => {
  for (const path of ['/assets/../package.json', '/assets/%2e%2e/package.json', '/..%2fpackage.json', '/assets/x.js']) {
    expect((await ask(path)).status, path).toBe(404)
  }
})

test('health and readiness are told to anybody', async () => {
  expect(JSON.parse((await ask('/health')).body.toString())).toMatchObject({ status: 'ok' })
  expect((await ask('/ready')).status).toBe(200)
})

test('an unknown address is a page for a person, and a problem for a program', async () => {
  const forPerson = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
  const page = await ask('/nowhere', forPerson)
  expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
  expect(page.body).toEqual((await ask('/')).body)
  for (const [path, headers] of [
    ['/nowhere', {}],
    ['/nowhere', { accept: '*/*' }],
    ['/favicon.ico', { accept: 'image/avif,image/webp,*/*;q=0.8' }],
    ['/assets/nothing.js', { accept: '*/*' }],
    ['/api/nowhere', { ...forPerson, authorization: `Bearer ${API_TOKEN}` }],
  ] as const) {
    const { status, headers: told, body } = await ask(path, headers)
    expect([path, status, told['content-type']]).toEqual([path, 404, 'application/problem+json'])
    expect(JSON.parse(body.toString())).toMatchObject({ status: 404, detail: 'There is nothing here' })
  }
})
