import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '../../../collector/store/id.ts'
import { API_TOKEN } from '../../support/client.ts'
import { onEachEngine, type TestDatabase } from '../../support/engines.ts'
import { scrapedFrom, valuesOf } from '../../support/prometheus.ts'
import { type Visited, visit } from '../../support/visiting.ts'
import { batch, form, identify, page, START } from '../../support/wire.ts'

const METRICS_TOKEN = 'a token that opens the metrics and no more'

onEachEngine((newDatabase, engine) => {
  let database: TestDatabase
  let visited: Visited

  beforeEach(async () => {
    database = await newDatabase()
    visited = await visit(database.url, () => START, { METRICS_TOKEN })
  })
  afterEach(async () => {
    await visited.running.stop()
    await database.remove()
  })

  function ask(path: string, token?: string): Promise<Response> {
    const url = visited.running.url.replace('localhost', '127.0.0.1')
    return fetch(url + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  }

  async function scrape() {
    const response = await ask('/metrics', METRICS_TOKEN)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    return scrapedFrom(await response.text())
  }

  test('only its own token opens it, and it opens nothing else', async () => {
    for (const token of [undefined, '', API_TOKEN, `${METRICS_TOKEN}!`]) {
      expect((await ask('/metrics', token)).status).toBe(401)
    }
    expect((await ask('/metrics', METRICS_TOKEN)).status).toBe(200)
    expect((await ask('/api/leads', METRICS_TOKEN)).status).toBe(401)
    await visited.running.stop()
    visited = await visit(database.url, () => START)
    for (const token of [undefined, '', METRICS_TOKEN]) expect((await ask('/metrics', token)).status).toBe(404)
  })

  test('it tells what became of events and requests, and where the leads stand', async () => {
    const [ada, bob, eve] = [newId(START), newId(START), newId(START)]
    await visited.take(batch(ada, START, [page(START), form(START, 'demo request', { email: 'ada@a.example' })]))
    await visited.take(batch(bob, START, [page(START), { ...page(START), url: 'javascript:alert(1)' }]))
    await visited.take(batch(newId(START), START, [page(START), page(START)]), { 'user-agent': 'Googlebot/2.1' })
    await visited.take(batch(eve, START, [identify(START, 'eve@e.example')]))
    expect((await visited.post('no JSON')).status).toBe(400)
    expect((await visited.post(batch(ada, START, []), { 'content-type': 'text/html' })).status).toBe(415)
    await visited.counted()

    const scraped = await scrape()
    const events = valuesOf(scraped.get('braise_events_total'), 'outcome')
    expect(events).toEqual({ accepted: 4, bot: 2, rejected: 1 })
    const requests = valuesOf(scraped.get('braise_requests_total'), 'status')
    expect(requests).toEqual({ 202: 4, 400: 1, 415: 1, 429: 0, 503: 0 })
    const leads = valuesOf(scraped.get('braise_leads'), 'stage')
    expect(leads).toMatchObject({ sql: 1, lead: 1, visitor: 1, mql: 0, customer: 0, quarantined: 0 })
  })

  test('it tells how commits went, and how the machine is', async () => {
    for (let i = 0; i < 3; i++) await visited.take(batch(newId(START), START, [page(START), page(START)]))
    await visited.counted()
    const scraped = await scrape()
    const [commits] = scraped.get('braise_commit_events')?.metrics ?? []
    expect(commits).toMatchObject({ count: '3', sum: '6', buckets: { '1': '0', '3': '3', '+Inf': '3' } })
    const [seconds] = scraped.get('braise_commit_seconds')?.metrics ?? []
    expect(seconds?.count).toBe('3')
    expect(Number(seconds?.sum)).toBeGreaterThan(0)
    const numberOf = (name: string) => Number(scraped.get(`braise_${name}`)?.metrics[0]?.value)
    for (const name of ['queue_events', 'queue_bytes', 'scoring_backlog_events', 'lost_commits']) {
      expect([name, numberOf(name)]).toEqual([name, 0])
    }
    // It looks once a second whether there is anything to count.
    expect(numberOf('scoring_lag_seconds')).toBeGreaterThanOrEqual(0)
    expect(numberOf('healthy')).toBe(1)
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    const build = scraped.get('braise_build_info')?.metrics[0]
    expect(build).toMatchObject({ value: '1', labels: { version, node: process.version } })
    // The disk of a server is the server's.
    if (engine === 'SQLite') expect(numberOf('disk_free_bytes')).toBeGreaterThan(0)
    else expect(scraped.has('braise_disk_free_bytes')).toBe(false)
  })

  test('what is wrong with the database does not keep it from telling', async () => {
    visited.running.collector.condition.declareDamaged('a test')
    const scraped = await scrape()
    expect(scraped.get('braise_healthy')?.metrics[0]?.value).toBe('0')
  })
})
