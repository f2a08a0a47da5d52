import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { writtenForms } from '../../collector/domain/shortid.ts'
import { newId } from '../../collector/store/id.ts'
import { PATIENCE } from '../support/patience.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

const acceptedIds = () =>
  stage.received.filter(({ status }) => status === 202).flatMap(({ batch }) => batch.events.map(({ id }) => id))

test('a collector that was down misses nothing and gets nothing twice', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  await stage.closeCollector()
  await page.evaluate(() => history.pushState(null, '', '/one'))
  await page.evaluate(() => window.braise?.('submit', { email: 'ada@example.com' }))
  await page.evaluate(() => window.braise?.('track', 'Video Watched', { seconds: 40 }))
  await page.waitForFunction(() => Object.values<string>(localStorage).some((text) => text.includes('Video Watched')))
  await stage.openCollector()
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await stage.settle(page)
  expect(stage.events('page').map(({ url }) => new URL(url).pathname)).toEqual(['/', '/one'])
  expect(stage.events('form')).toHaveLength(1)
  expect(stage.events('track')[1]).toMatchObject({ name: 'Video Watched', properties: { seconds: 40 } })
  expect(acceptedIds()).toHaveLength(new Set(acceptedIds()).size)
  await vi.waitFor(async () => expect(Object.keys(await stage.stored(page)).filter(isQueued)).toEqual([]), PATIENCE)
})

test('a collector that comes back is found without any event to help', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  await stage.closeCollector()
  await page.evaluate(() => window.braise?.('identify', 'ada@example.com', { firstName: 'Ada' }))
  await waitForQueue(page, (length) => length > 0)
  await stage.openCollector()
  expect(await stage.expect('identify')).toMatchObject([{ email: 'ada@example.com', traits: { firstName: 'Ada' } }])
})

test('the queue outlives a reload, and its events keep their time and visitor', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  const { visitorId } = stage.received[0]?.batch ?? {}
  stage.answers = Array(3).fill({ status: 503 })
  await page.evaluate(() => window.braise?.('submit', { email: 'ada@example.com' }))
  await vi.waitFor(() => expect(stage.answers.length).toBeLessThan(3), PATIENCE)
  const before = Date.now()
  await page.reload()
  const [form] = await stage.expect('form')
  expect(form?.at).toBeLessThanOrEqual(before)
  expect(stage.received.every(({ batch }) => batch.visitorId === visitorId)).toBe(true)
})

test('what an earlier tracker has queued is delivered, unless it is older than a day', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  const hour = 60 * 60 * 1000
  for (const [name, hours] of Object.entries({ Young: 23, Old: 25 })) {
    // Its ids were UUIDs without their first dashes.
    const id = writtenForms(newId(Date.now() - hours * hour))[1] as string
    const { visitorId } = stage.received[0]?.batch ?? {}
    const event = JSON.stringify({ id, type: 'track', url: stage.siteUrl, details: [name], visitorId })
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), [`braise.acme.queuek${id}`, event] as const)
  }
  await stage.settle(page)
  const names = stage.events('track').map(({ name }) => name)
  expect(names).toContain('Young')
  expect(names).not.toContain('Old')
})

test('what waits for a site whose name begins with this one’s and a dot is left to it', async () => {
  const page = await stage.visit('/')
  const id = writtenForms(newId(Date.now()))[1] as string
  const text = JSON.stringify({ id, type: 'track', url: stage.siteUrl, details: ['Of acme.fr'] })
  const name = `braise.acme.fr.queuek${id}`
  await page.evaluate(([key, value]) => localStorage.setItem(key, value), [name, text] as const)
  await stage.settle(page)
  expect(stage.events('track').map((event) => event.name)).not.toContain('Of acme.fr')
  expect(await stage.stored(page)).toHaveProperty([name], text)
})

test('an emptied event and a foreign name that contains ours hold up nothing', async () => {
  const page = await stage.visit('/')
  await page.evaluate(() => {
    localStorage.setItem('braise.acme.queuek0', '')
    localStorage.setItem('x.braise.acme.queuek0', 'theirs')
  })
  await stage.settle(page)
  expect(await stage.stored(page)).toHaveProperty(['x.braise.acme.queuek0'], 'theirs')
})

test('Retry-After is waited for, by every page, and then the events are sent', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  stage.answers = [{ status: 503, headers: { 'retry-after': '1' } }]
  await page.evaluate(() => window.braise?.('identify', 'ada@example.com'))
  await vi.waitFor(() => expect(stage.received.at(-1)?.status).toBe(503), PATIENCE)
  await page.waitForFunction(() => 'braise.acme.retryAt' in localStorage)
  const { 'braise.acme.retryAt': retryAt } = await stage.stored(page)
  expect(Number(retryAt)).toBeGreaterThanOrEqual((stage.received.at(-1)?.batch.sentAt ?? 0) + 1000)
  const posts = stage.received.length
  await page.evaluate(() => window.braise?.('identify', 'ada@example.com', { company: 'Analytical' }))
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await page.reload()
  await stage.expect('identify', 2)
  expect(stage.received[posts]?.batch.sentAt).toBeGreaterThanOrEqual(Number(retryAt))
  expect(stage.received[posts]?.batch.events.map(({ type }) => type).slice(0, 2)).toEqual(['identify', 'identify'])
})

test('a wait asked for before consent does not hide a later one, when another tab has consented', async () => {
  stage.serve('/strict', stage.html('Strict', '', 'data-consent="required"'))
  const page = await stage.visit('/strict')
  const other = await stage.visit('/strict')
  stage.answers = [{ status: 503, headers: { 'retry-after': '1' } }]
  await page.evaluate(() => window.braise?.('submit', { email: 'ada@example.com' }))
  await stage.expect('form')
  await other.evaluate(() => window.braise?.('consent', 'granted'))
  await stage.expect('page')

  stage.answers = [{ status: 503, headers: { 'retry-after': '3600' } }]
  await page.evaluate(() => window.braise?.('track', 'Video Watched'))
  await page.waitForFunction(() => Number(localStorage['braise.acme.retryAt']) > Date.now() + 59 * 60 * 1000)
  const posts = stage.received.length
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await page.goto('about:blank')
  await stage.visit('/asks')
  expect(stage.received).toHaveLength(posts)
})

test('what will never be accepted is dropped', async () => {
  stage.answers = [{ status: 400 }]
  const page = await stage.visit('/')
  await vi.waitFor(() => expect(stage.received).toHaveLength(1), PATIENCE)
  await vi.waitFor(async () => expect(Object.keys(await stage.stored(page)).filter(isQueued)).toEqual([]), PATIENCE)
  await stage.settle(page)
  expect(stage.events('page')).toEqual([])
})

test('a collector that turns a site away for an hour is left alone for as long, and its events are kept', async () => {
  stage.answers = [{ status: 404, headers: { 'retry-after': '3600' } }]
  const page = await stage.visit('/')
  await page.waitForFunction(() => Number(localStorage['braise.acme.retryAt']) > Date.now() + 59 * 60 * 1000)
  await page.evaluate(() => window.braise?.('submit', { email: 'ada@example.com' }))
  await page.reload()
  await waitForQueue(page, (length) => length >= 3)
  expect(stage.received).toHaveLength(1)
  // An hour later:
  await page.evaluate(() => {
    localStorage['braise.acme.retryAt'] = '1'
  })
  await page.reload()
  await stage.expect('form')
  expect(stage.events('page').length).toBeGreaterThanOrEqual(2)
})

test('a wait of more than a day, from a clock that has been put right since, is not waited for', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  await page.evaluate(() => {
    localStorage['braise.acme.retryAt'] = String(Date.now() + 25 * 60 * 60 * 1000)
    window.braise?.('track', 'Video Watched')
  })
  await vi.waitFor(() => expect(stage.events('track').map(({ name }) => name)).toContain('Video Watched'), PATIENCE)
})

test('two tabs share the queue without losing each other’s events', async () => {
  stage.answers = Array(100).fill({ status: 503 })
  const one = await stage.visit('/one')
  const two = await stage.visit('/two')
  for (const [tab, name] of [
    [one, 'A'],
    [two, 'B'],
    [one, 'C'],
    [two, 'D'],
  ] as const) {
    await tab.evaluate((event) => window.braise?.('track', event), name)
  }
  await waitForQueue(one, (length) => length >= 6)
  stage.answers = []
  await one.evaluate(() => dispatchEvent(new Event('online')))
  const tracks = await stage.expect('track', 4)
  expect(tracks.map(({ name }) => name).sort()).toEqual(['A', 'B', 'C', 'D'])
  expect(stage.events('page')).toHaveLength(2)
})

test('a full queue gives up engagement and pages first, forms last, and posts no more than a collector takes at once', async () => {
  stage.answers = Array(1000).fill({ status: 503 })
  const page = await stage.visit('/')
  await page.evaluate(() => {
    window.braise?.('submit', { email: 'ada@example.com' })
    for (let nth = 0; nth < 30; nth++) history.pushState(null, '', `/${nth}`)
    for (let nth = 0; nth < 95; nth++) window.braise?.('track', `Event ${nth}`)
  })
  await waitForQueue(page, (length) => length === 100)
  stage.answers = []
  await page.evaluate(() => dispatchEvent(new Event('online')))
  await stage.expect('track', 95)
  await stage.expect('form')
  for (const { batch, body } of stage.received) {
    expect(batch.events.length).toBeLessThanOrEqual(100)
    expect(Buffer.byteLength(body)).toBeLessThan(50_000)
  }
})

test('big events go in several posts that fit what a browser sends as a page goes away', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  stage.received = []
  await page.evaluate(() => {
    for (let nth = 0; nth < 8; nth++) {
      const properties = Object.fromEntries(Array.from('abcdefghijkl', (name) => [name, 'é'.repeat(500)]))
      window.braise?.('track', `Big ${nth}`, properties)
    }
  })
  await page.goto(`${stage.siteUrl}/next`)
  await stage.expect('track', 4)
  for (const { body } of stage.received) expect(Buffer.byteLength(body)).toBeLessThan(50_000)
})

function isQueued(name: string): boolean {
  return name.startsWith('braise.acme.queue')
}

async function waitForQueue(page: Page, isEnough: (length: number) => boolean): Promise<void> {
  await vi.waitFor(
    async () =>
      expect(Object.keys(await stage.stored(page)).filter(isQueued)).toSatisfy(({ length }) => isEnough(length)),
    PATIENCE,
  )
}
