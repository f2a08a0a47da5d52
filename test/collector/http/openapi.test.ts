/** The document of the API says of every route what that route does. */
import { HonoRequest } from 'hono/request'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { newSqliteUrl, type TestDatabase } from '../../support/engines.ts'
import { addressOf, ROUTES } from '../../support/routes.ts'
import { asOperator, makeTwoSites, type TwoSites } from '../../support/sites.ts'
import { type Visited, visit } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

interface Described {
  security: { token?: string[]; cookie?: string[] }[]
  parameters: { $ref?: string; name?: string; in?: string }[]
  requestBody?: { content: { 'application/json': { schema: { properties: object; required: string[] } } } }
  responses: Record<string, { content?: Record<string, { schema?: { properties: object } }> }>
}

let database: TestDatabase
let visited: Visited
let two: TwoSites
let paths: Record<string, Record<string, Described>>

beforeAll(async () => {
  database = await newSqliteUrl()
  visited = await visit(database.url, () => START)
  two = await makeTwoSites(visited)
  paths = (await visited.read<{ paths: typeof paths }>('/openapi.json')).paths
})
afterAll(async () => {
  await visited.running.stop()
  await database.remove()
})
afterEach(() => void vi.restoreAllMocks())

const OF_API = Object.entries(ROUTES).filter(([route]) => route.includes(' /api/'))

function describedOf(route: string): Described {
  const [method = '', path = ''] = route.split(' ')
  const described = paths[path.replace('/api', '').replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
  if (!described) throw new Error(`${route} is not in the document`)
  return described
}

async function ask(route: string, body: unknown) {
  const [method = ''] = route.split(' ')
  const url = visited.running.url.replace('localhost', '127.0.0.1') + addressOf(route, two.ids.shop)
  const stop = new AbortController()
  const headers = { ...asOperator, ...(body !== undefined && { 'content-type': 'application/json' }) }
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const response = await fetch(url, { method, signal: stop.signal, headers, ...sent })
  const type = response.headers.get('content-type')?.split(';')[0] ?? null
  const text = type === 'text/event-stream' ? '' : await response.text()
  stop.abort()
  return { status: response.status, type, text }
}

test('it has every route of the API and no other, for those for whom the route is', () => {
  const there = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} /api${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  expect(there.sort()).toEqual(OF_API.map(([route]) => route).sort())
  for (const [route, entry] of OF_API) {
    const { security, parameters } = describedOf(route)
    const role = entry.for === 'all sites' ? 'admin' : entry.for
    expect([route, security]).toEqual([route, role === 'anyone' ? [] : [{ token: [role] }, { cookie: [role] }]])
    const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => name)
    expect([route, inPath]).toEqual([route, [...route.matchAll(/:(\w+)/g)].map(([, name]) => name)])
  }
})

test('whatever it refers to is there', async () => {
  const document = await visited.read('/openapi.json')
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, ref]) => ref ?? '')
  expect(refs.length).toBeGreaterThan(0)
  for (const ref of refs) {
    const found = ref.split('/').reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document)
    expect(found, ref).toBeDefined()
  }
})

test('a body that lacks what it says is needed is refused, with a problem', async () => {
  for (const [route, { body }] of OF_API) {
    const schema = describedOf(route).requestBody?.content['application/json'].schema
    for (const name of schema?.required ?? []) {
      const { [name]: _, ...rest } = { ...(body?.(two.ids.shop) as Record<string, unknown>) }
      const { status, type } = await ask(route, rest)
      expect([route, name, status, type]).toEqual([route, name, 422, 'application/problem+json'])
    }
  }
})

test('of each route it says what is asked of the address and the body, and what comes back', async () => {
  const asked = { query: new Set<string>(), body: new Set<string>() }
  const { query, json } = HonoRequest.prototype as { query(name?: string): unknown; json(): Promise<object> }
  vi.spyOn(HonoRequest.prototype, 'query').mockImplementation(function (this: HonoRequest, name?: string) {
    if (name !== undefined) asked.query.add(name)
    return query.call(this, name) as never
  })
  vi.spyOn(HonoRequest.prototype, 'json').mockImplementation(async function (this: HonoRequest) {
    return new Proxy(await json.call(this), {
      get(body, name) {
        // To await it is to ask whether it is a promise.
        if (typeof name === 'string' && name !== 'then') asked.body.add(name)
        return Reflect.get(body, name)
      },
    })
  })
  const [told, done]: unknown[][] = [[], []]
  for (const [route, { body, answers }] of OF_API) {
    asked.query.clear()
    asked.body.clear()
    const { status, type, text } = await ask(route, body?.(two.ids.shop))
    const { parameters, requestBody, responses } = describedOf(route)
    const inQuery = parameters.flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? [])
    const inBody = Object.keys(requestBody?.content['application/json'].schema.properties ?? {})
    told?.push([route, inQuery.sort(), inBody.sort()])
    done?.push([route, [...asked.query].sort(), [...asked.body].sort()])
    // Where there is nothing to take back, say, it is a problem that comes.
    if (answers !== undefined) continue
    const content = responses[status]?.content ?? {}
    const schema = content['application/json']?.schema
    told?.push([
      status in responses,
      type !== null && type in content ? type : null,
      Object.keys(schema?.properties ?? {}).sort(),
    ])
    done?.push([true, type, schema ? Object.keys(JSON.parse(text)).sort() : []])
  }
  expect(told).toEqual(done)
})
