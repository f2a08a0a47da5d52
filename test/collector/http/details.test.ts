/** What the tracker posts: lines, the first of which is common to the events after it, and in these lists. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkBatch, parseBody } from '../../../collector/http/batch.ts'
import { Malformed } from '../../../collector/http/checks.ts'
import { uuid } from '../../support/client.ts'
import { newSqliteUrl, type TestDatabase } from '../../support/engines.ts'
import { type Visited, visit } from '../../support/visiting.ts'
import { START } from '../../support/wire.ts'

let database: TestDatabase
let visited: Visited

beforeAll(async () => {
  database = await newSqliteUrl()
  visited = await visit(database.url, () => START)
})
afterAll(async () => {
  await visited.running.stop()
  await database.remove()
})

const common = { site: 'default', sentAt: START }
const url = 'https://acme.example/'
const told = (type: string, ...details: unknown[]) => ({ id: uuid(START), type, url, visitorId: uuid(START), details })

test('details are known by their places', () => {
  const pageId = uuid(START)
  const events = [
    told('engage', pageId, 5000, 80),
    told('track', 'Video Watched', { seconds: 40 }),
    told('identify', 'ada@example.com', { firstName: 'Ada' }, { proof: 'v1.1.ff' }),
    told('consent', 'granted', { proof: 'banner 7' }),
    told('link', 'https://other.example/', false),
    told('form', 7, 4, 9100.4, uuid(START - 60), { form: 'demo request' }, 'demo', { a: 'b' }),
    told('form', 7, 4, 9100.4, uuid(START - 5000), null, null, {}),
    { ...told('form', 7, 4, 9100.4, uuid(START - 60), null), form: 'demo', fields: { a: 'b' } },
  ]
  const checked = checkBatch([common, ...events]).visits.flatMap((each) => each.events)
  expect(checked).toMatchObject([
    { type: 'engage', pageId, visibleMs: 5000, scrollDepth: 80 },
    { type: 'track', url, name: 'Video Watched', properties: { seconds: 40 } },
    { type: 'identify', email: 'ada@example.com', traits: { firstName: 'Ada' }, proof: 'v1.1.ff' },
    { type: 'consent', choice: 'granted', proof: 'banner 7' },
    { type: 'track', name: 'Link Clicked', properties: { href: 'https://other.example/' } },
    {
      type: 'form',
      form: 'demo request',
      own: 'demo',
      fields: { a: 'b' },
      after: events[5]?.details[3],
      filledMs: 9100,
    },
    { type: 'form', form: 'form', own: undefined, fields: {}, after: undefined, offered: 7, filled: 4 },
    { type: 'form', form: 'demo', own: 'demo', fields: { a: 'b' }, after: events[7]?.details[3], filledMs: 9100 },
  ])
})

test('a link to a page of the site is no event, and a command that there is not is refused alone', async () => {
  const events = [
    told('link', 'https://acme.example/about.html', false),
    told('nonsense', 'a'),
    told('__proto__'),
    { ...told('track', 'a'), type: { toString: 1, valueOf: 1 } },
    told('track', 'Video Watched'),
    { ...told('identify', 'ada@example.com', null, null) },
  ]
  const response = await visited.post([common, ...events])
  expect(response.status).toBe(202)
  expect(await response.json()).toEqual({
    accepted: 2,
    rejected: events.slice(1, 4).map((event) => ({ id: event?.id, reason: 'unknown type of event' })),
  })
})

test('an event that is refused is shown with what it is called', () => {
  const events = [told('form', 'many', 0, 0, '', null, 'demo', {}), { ...told('track', 'Video Watched'), url: 'x' }]
  expect(checkBatch([common, ...events]).rejected).toMatchObject([
    { reason: 'offered is not a number', sample: expect.stringContaining('"form":"demo"') },
    { reason: 'url is not an http address', sample: expect.stringContaining('"name":"Video Watched"') },
  ])
})

test('lines of JSON are a list, and JSON with line breaks is what it is', () => {
  const events = [told('track', 'a\n{'), told('track', 'b')]
  expect(parseBody([common, ...events].map((each) => JSON.stringify(each)).join('\n'))).toEqual([common, ...events])
  expect(parseBody(JSON.stringify({ ...common, events }, null, 2))).toEqual({ ...common, events })
  expect(parseBody(`${JSON.stringify({ ...common, events })}\n`)).toEqual({ ...common, events })
  expect(() => parseBody('{\n{}')).toThrow(SyntaxError)
})

test('a line that is no JSON is refused alone', async () => {
  const good = told('track', 'Video Watched')
  const lines = [JSON.stringify(common), 'garbage', JSON.stringify(good), '{"id":']
  const response = await fetch(`${visited.running.url}/e`, { method: 'POST', body: lines.join('\n') })
  const rejected = { id: null, reason: 'the event is not an object' }
  expect([response.status, await response.json()]).toEqual([202, { accepted: 1, rejected: [rejected, rejected] }])
})

test('more lines than a batch may have events are not read, nor lines beside events', () => {
  expect(() => parseBody(`{}${'\n{'.repeat(101)}`)).toThrow(Malformed)
  expect(() => checkBatch([{ ...common, events: [told('track', 'a')] }, told('track', 'b')])).toThrow(Malformed)
})

test('a list without what is common to its events is malformed', () => {
  for (const list of [[], [1], ['x', told('track', 'a')], [[common]]]) expect(() => checkBatch(list)).toThrow(Malformed)
})

test('what somebody typed where the keyboard does not go, or into a honeypot, is a trap, and no field of the form', () => {
  const honeypot = { 'text|0|_gotcha|': 'eve@spam.example', 'text||b_5c1e2f9a7b_0d3e|': 'x' }
  const fields = {
    ...honeypot,
    'text|-1|website|': 'http://spam.example',
    'text|-1|role|': 'CTO',
    'text|0|company|': 'Analytical',
  }
  const { visits } = checkBatch([common, { ...told('form', 6, 5, 100), fields }])
  expect(visits[0]?.events).toMatchObject([
    { trapped: true, offered: 3, filled: 2, fields: { title: 'CTO', company: 'Analytical' } },
  ])
})
