import { expect, test } from 'vitest'
import type { Batch } from '../../../tracker/protocol.ts'
import { uuid } from '../../support/client.ts'
import { newSqliteUrl } from '../../support/engines.ts'
import { visitOnce } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

const visitorId = uuid(START)

const visited = visitOnce(newSqliteUrl, () => START)

interface Post {
  batch?: Partial<Batch> | { cookie: unknown }
  origin?: string
  from?: string
}

async function cookieAfter({ batch, origin = 'https://www.acme.example', from = 'same-site' }: Post) {
  const event = { id: uuid(START), type: 'consent', at: START, choice: 'granted' }
  const body = { site: 'default', visitorId, sentAt: START, cookie: '', events: [event], ...batch }
  const response = await visited.post(body, { origin, 'sec-fetch-site': from })
  expect(response.status).toBe(202)
  expect(response.headers.get('access-control-allow-origin')).toBe(origin)
  expect(response.headers.get('access-control-allow-credentials')).toBe('true')
  return response.headers.get('set-cookie')
}

test('a collector on the site’s own domain keeps the visitor for thirteen months', async () => {
  const cookie = await cookieAfter({ batch: { cookie: 'acme.example' } })
  expect(cookie).toBe(`braise=${visitorId}; Max-Age=34214400; Domain=acme.example; Path=/; Secure; SameSite=Lax`)
  expect(await cookieAfter({})).toBe(`braise=${visitorId}; Max-Age=34214400; Path=/; Secure; SameSite=Lax`)
})

test('a refusal takes the cookie away', async () => {
  const refusal = { id: uuid(START), type: 'consent', at: START, choice: 'denied' } as const
  expect(await cookieAfter({ batch: { events: [refusal] } })).toMatch(/^braise=; Max-Age=0;/)
})

test('where a batch holds the events of two visitors, the cookie follows the one who came later', async () => {
  const [before, after] = [uuid(START), uuid(START + 1)]
  const viewOf = (visitorId: string, at: number) =>
    ({ id: uuid(at), type: 'page', at, visitorId, url: 'https://acme.example/' }) as const
  const events = [viewOf(before, START - 3000), viewOf(after, START - 2000), viewOf(before, START - 4000)]
  expect(await cookieAfter({ batch: { events } })).toMatch(`braise=${after};`)
  expect(await cookieAfter({ batch: { events: events.reverse() } })).toMatch(`braise=${after};`)
})

test('no cookie without data-cookie, without a visitor, from another site, or for another domain', async () => {
  expect(await cookieAfter({ batch: { cookie: undefined } })).toBeNull()
  expect(await cookieAfter({ from: 'cross-site' })).toBeNull()
  expect(await cookieAfter({ batch: { cookie: 'rival.example' } })).toBeNull()
  expect(await cookieAfter({ batch: { cookie: 'cme.example' } })).toBeNull()
  expect(await cookieAfter({ batch: { cookie: 'acme.example; Secure' } })).toBeNull()
  const form = {
    id: uuid(START),
    type: 'form',
    at: START,
    url: 'https://acme.example/',
    form: 'a',
    fields: {},
  } as const
  expect(await cookieAfter({ batch: { visitorId: undefined, events: [form] } })).toBeNull()
})
