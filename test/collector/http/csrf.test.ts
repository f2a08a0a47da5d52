/** What pages of other origins, and hostile addresses, can do: nothing. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { launchBrowser } from '../../support/browser.ts'
import { newSqliteUrl } from '../../support/engines.ts'
import { keptOf, makeTwoSites, type TwoSites } from '../../support/sites.ts'
import { visitOnce } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

const CONTENT_TYPES = [
  undefined,
  'text/plain',
  'text/plain;charset=UTF-8',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/html',
  'application/xml',
  'application/octet-stream',
  'application/csp-report',
  'text/plain; application/json',
  'application/jsonp',
  'application/json',
]
const ORIGINS: Record<string, string>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'http://evil.localhost', 'sec-fetch-site': 'same-site' },
  { origin: 'null' },
  {},
]

let two: TwoSites
let own: Record<string, string>
let url: string

const visited = visitOnce(newSqliteUrl, () => START)
beforeAll(async () => {
  url = visited.running.url
  two = await makeTwoSites(visited)
  own = await two.welcome('ada', 'admin', 'all')
})

function requests(): [string, string, string][] {
  const { lead } = two.ids.shop
  return [
    ['POST', `/leads/${lead}/notes?site=shop`, '{"text":"From elsewhere"}'],
    ['PUT', '/session/password', '{"password":"a difference engine","newPassword":"an analytical engine"}'],
    ['PATCH', '/sites/shop', '{"origins":["https://evil.example"]}'],
    ['DELETE', `/leads/${lead}?site=shop`, '{}'],
  ]
}

function ask(method: string, path: string, body: string, headers: Record<string, string>): Promise<Response> {
  // Bytes, for a text would have a content type of its own.
  return fetch(`${url.replace('localhost', '127.0.0.1')}/api${path}`, { method, headers, body: Buffer.from(body) })
}

test('no content type, method or origin lets another page change anything', async () => {
  const before = await keptOf(visited, 'shop')
  const { 'sec-fetch-site': _, ...cookie } = own
  for (const [method, path, body] of requests()) {
    for (const type of CONTENT_TYPES) {
      for (const origin of ORIGINS) {
        const headers = { ...cookie, ...origin, ...(type !== undefined && { 'content-type': type }) }
        const { status } = await ask(method, path, body, headers)
        expect(status, `${method} ${type} ${JSON.stringify(origin)}`).toBe(403)
      }
      if (type === 'application/json') continue
      const { status } = await ask(method, path, body, { ...own, ...(type !== undefined && { 'content-type': type }) })
      expect(status, `${method} ${type} from the dashboard itself`).toBe(415)
    }
  }
  expect(await keptOf(visited, 'shop')).toBe(before)
})

test('a page of another origin in a real browser changes nothing, with the cookie that the browser sends along', async () => {
  const before = await keptOf(visited, 'shop')
  const seen: (string | undefined)[] = []
  const evil = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<!doctype html>'))
  await new Promise<void>((resolve) => evil.listen(0, 'localhost', resolve))
  let browser: Browser | undefined
  try {
    browser = await launchBrowser()
    const context = await browser.newContext()
    const [name = '', value = ''] = own.cookie?.split('=') ?? []
    await context.addCookies([{ name, value, domain: 'localhost', path: '/', httpOnly: true, sameSite: 'Lax' }])
    context.on('request', async (request) => {
      if (request.url().startsWith(`${url}/api`)) seen.push((await request.allHeaders()).cookie)
    })
    // Another port is another origin of the same site: there SameSite protects from nothing.
    const page = await context.newPage()
    await page.goto(`http://localhost:${(evil.address() as AddressInfo).port}/`)
    await page.evaluate(
      async ({ url, requests }) => {
        const tries: Promise<unknown>[] = []
        for (const [method, path, body] of requests) {
          for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
            for (const mode of ['cors', 'no-cors'] as const) {
              const init = { method, mode, body, headers: { 'content-type': type }, credentials: 'include' } as const
              // A method that a page may not use without asking is refused by the browser itself, at once.
              tries.push(Promise.resolve().then(() => fetch(`${url}/api${path}`, init)))
            }
          }
          navigator.sendBeacon(`${url}/api${path}`, new Blob([body ?? ''], { type: 'text/plain' }))
          for (const enctype of ['text/plain', 'multipart/form-data', 'application/x-www-form-urlencoded']) {
            const frame = document.createElement('iframe')
            frame.name = `f${enctype}${path}`
            document.body.append(frame)
            const form = document.createElement('form')
            Object.assign(form, { method: 'post', action: `${url}/api${path}`, enctype, target: frame.name })
            const input = document.createElement('input')
            // As text/plain this makes {"text":"From elsewhere","a":"="}
            Object.assign(input, { name: `${body?.slice(0, -1)},"a":"`, value: '"}' })
            form.append(input)
            document.body.append(form)
            form.submit()
            tries.push(new Promise((resolve) => frame.addEventListener('load', resolve)))
          }
        }
        await Promise.allSettled(tries)
      },
      { url, requests: requests() },
    )
    expect(seen.filter((cookie) => cookie?.includes(value)).length).toBeGreaterThan(0)
    expect(await keptOf(visited, 'shop')).toBe(before)
  } finally {
    await browser?.close()
    evil.close()
  }
})

const HOSTILE = [
  "' or '1'='1",
  '1; drop table lead; --',
  "'; delete from user; --",
  ') union select password_hash from "user" --',
  'rank desc, (select 1)',
  '(case when 1=1 then rank else fit end)',
  'rank"; --',
  '1 or sleep(5)',
  "1'||pg_sleep(5)||'",
  'jndi:ldap://evil.example',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '%27%20or%201=1',
  '-1',
  '1e308',
  '0x41',
  'NaN',
  'Infinity',
  '9'.repeat(400),
  '[object Object]',
  '__proto__',
  'constructor',
  '\u202e\u0000',
  '\ud800',
  '💥'.repeat(50),
  'eyJhIjoxfQ',
  'W10',
  'WzEsMiwiJyBvciAxPTEgLS0iLDFd',
  'null',
  'undefined',
  'true',
  '%',
  '_',
  '*',
  '\\',
  '"',
  '`',
  '\n',
  'a'.repeat(2000),
].flatMap((value) => [value, ` ${value}`, `${value}'`, `"${value}"`, encodeURIComponent(value.toWellFormed())])

test('no value in an address does more than be refused', async () => {
  expect(HOSTILE.length).toBeGreaterThanOrEqual(200)
  const before = await keptOf(visited, 'shop')
  const { lead } = two.ids.shop
  const paths: Record<string, string[]> = {
    '/leads?site=shop': ['sort', 'stage', 'limit', 'cursor', 'q', 'owner'],
    [`/leads/${lead}?site=shop`]: ['at', 'version'],
    [`/leads/${lead}/events?site=shop`]: ['cursor', 'limit'],
    '/audit?limit=5': ['action', 'cursor', 'actor', 'site'],
  }
  for (const [path, names] of Object.entries(paths)) {
    const { items: usual } = await visited.read<{ items?: unknown[] }>(path)
    for (const name of names) {
      for (const value of HOSTILE) {
        const query = new URLSearchParams([[name, value]])
        const response = await visited.api(`${path}&${query}`)
        const said = `${path} ${query}`
        if (response.status === 200) {
          const { items } = (await response.json()) as { items?: unknown[] }
          // A search finds those whom it is about, which is nobody here; whatever else is taken changes nothing.
          if (items?.length !== 0) expect(items, said).toEqual(usual)
        } else expect([400, 404, 409], `${said}: ${response.status}`).toContain(response.status)
      }
    }
  }
  expect(await keptOf(visited, 'shop')).toBe(before)
})
