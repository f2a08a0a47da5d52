import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { writtenForms } from '../../collector/domain/shortid.ts'
import { PATIENCE } from '../support/patience.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()

async function visitWithConsent(): Promise<Page> {
  const form = '<form onsubmit="return false"><input name="email" value="ada@example.com"><button>Send</button></form>'
  stage.serve('/', stage.html('Home', form, 'data-consent="required"'))
  return stage.visit('/')
}

test('a visitor is the same on the next page, and another in another browser', async () => {
  await stage.visit('/')
  await stage.expect('page')
  await stage.visit('/next')
  await stage.expect('page', 2)
  const other = await stage.browser.newContext()
  await (await other.newPage()).goto(stage.siteUrl)
  await stage.expect('page', 3)
  await other.close()
  const [first, second, third] = new Set(stage.received.map(({ batch }) => batch.visitorId))
  expect(first).toBeTruthy()
  expect(second).toBeTruthy()
  expect(third).toBeUndefined()
})

test('before consent nothing is stored and nothing sent, save a form, without a visitor', async () => {
  const page = await visitWithConsent()
  await page.evaluate(() => {
    window.braise?.('identify', 'ada@example.com')
    window.braise?.('track', 'Video Watched')
    history.pushState(null, '', '/two')
  })
  await page.click('button')
  const [form] = await stage.expect('form')
  expect(form?.fields).toEqual({ email: 'ada@example.com' })
  expect(stage.received).toHaveLength(1)
  expect(stage.received[0]?.batch).not.toHaveProperty('visitorId')
  expect(await stage.stored(page)).toEqual({})
  expect(await page.evaluate(() => document.cookie)).toBe('')
})

test('consent is told first, then the page, and the choice is told once', async () => {
  const page = await visitWithConsent()
  await page.evaluate(() => window.braise?.('consent', 'granted', { proof: 'banner 7' }))
  await stage.expect('page')
  // In one post, or in two where the first was due before the page's title was waited for.
  const told = stage.received.flatMap(({ batch }) => batch.events)
  expect(told.map(({ type }) => type)).toEqual(['consent', 'page'])
  expect(told[0]).toMatchObject({ choice: 'granted', proof: 'banner 7' })
  expect(stage.received[0]?.batch.visitorId).toBeTruthy()

  await page.reload()
  await page.evaluate(() => window.braise?.('consent', 'granted'))
  await stage.settle(page)
  expect(stage.events('consent')).toHaveLength(1)
  expect(stage.events('page')).toHaveLength(2)
  expect(new Set(stage.received.map(({ batch }) => batch.visitorId)).size).toBe(1)
})

test('a refusal is told with the visitor that ends, and only the refusal is remembered', async () => {
  const page = await stage.visit('/')
  await stage.expect('page')
  const visitorId = stage.received[0]?.batch.visitorId
  await page.evaluate(() => window.braise?.('consent', 'denied'))
  await stage.expect('consent')
  expect(stage.received.at(-1)?.batch).toMatchObject({ visitorId, events: [{ choice: 'denied' }] })
  expect(await stage.stored(page)).toEqual({ 'braise.acme.consent': 'denied' })
  const posts = stage.received.length
  await page.goto(`${stage.siteUrl}/next`)
  await page.evaluate(() => window.braise?.('submit', { email: 'ada@example.com' }))
  await stage.expect('form')
  expect(stage.received).toHaveLength(posts + 1)
  expect(stage.received.at(-1)?.batch).not.toHaveProperty('visitorId')
  expect(await stage.stored(page)).toEqual({ 'braise.acme.consent': 'denied' })
})

test('a form of before consent waits in storage once consent is given, and is told once, of nobody', async () => {
  const page = await visitWithConsent()
  await stage.closeCollector()
  await page.click('button')
  expect(await stage.stored(page)).toEqual({})
  await page.evaluate(() => window.braise?.('consent', 'granted'))
  expect(await page.evaluate(formsKept)).toBe(1)

  await page.goto('about:blank')
  await stage.openCollector()
  const next = await stage.visit('/')
  expect((await stage.expect('form')).map(({ visitorId }) => visitorId)).toEqual([undefined])
  await stage.settle(next)
  // The last post of the page that went away may still arrive: a resend is harmless, twice in one post is not.
  const forms = stage.received.map(({ batch }) => batch.events.filter(({ type }) => type === 'form').length)
  expect(Math.max(...forms)).toBe(1)
  await vi.waitFor(async () => expect(await next.evaluate(formsKept)).toBe(0), PATIENCE)
})

test('it waits in storage, too, where consent was given in another tab first', async () => {
  const page = await visitWithConsent()
  const other = await stage.visit('/')
  await stage.closeCollector()
  await page.bringToFront()
  await page.click('button')
  for (const tab of [other, page]) await tab.evaluate(() => window.braise?.('consent', 'granted'))
  expect(await page.evaluate(formsKept)).toBe(1)
})

function formsKept(): number {
  return Object.values<string>(localStorage).filter((text) => text.includes('ada@example.com')).length
}

test('a refusal leaves nothing of a call that was none, whatever it ends in', async () => {
  const page = await stage.visit('/')
  await stage.expect('page')
  await stage.closeCollector()
  await page.evaluate(() => {
    window.braise?.('Signed up.', 'ada@example.com')
    window.braise?.('consent', 'denied')
  })
  expect(Object.keys(await stage.stored(page)).filter((name) => !/consent|queuet/.test(name))).toEqual([])
})

const ENDINGS = {
  'a reset': [['reset']],
  'a refusal taken back': [
    ['consent', 'denied'],
    ['consent', 'granted'],
  ],
}
for (const [ending, calls] of Object.entries(ENDINGS)) {
  test(`what a tab has read is not told of who comes after ${ending} in another tab`, async () => {
    const page = await stage.visit('/read')
    const [view] = await stage.expect('page')
    const other = await stage.visit('/other')
    await stage.expect('page', 2)
    await page.bringToFront()
    await page.waitForTimeout(2500) // Two beats.
    await other.evaluate((all) => {
      for (const call of all) window.braise?.(...(call as [string]))
    }, calls)
    await page.evaluate(() => dispatchEvent(new Event('pagehide')))
    await stage.settle(page)
    const [settled] = stage.events('track').slice(-1)
    expect(settled?.visitorId).not.toBe(view?.visitorId)
    expect(stage.events('engage').filter(({ visitorId }) => visitorId !== view?.visitorId)).toEqual([])
  })
}

for (const rule of ['a refusal', 'data-consent="required"']) {
  test(`${rule} spares what another site keeps whose key begins with this one's and a dot`, async () => {
    const theirs = { 'braise.acme.uk.visitor': '1', 'braise.acme.uk.queuek0': '{}', 'braise.acme.uk.retryAt': '1' }
    const page = await stage.visit('/')
    await stage.expect('page')
    await page.evaluate((names) => void Object.assign(localStorage, names), theirs)
    if (rule === 'a refusal') await page.evaluate(() => window.braise?.('consent', 'denied'))
    else {
      stage.serve('/strict', stage.html('Strict', '', rule))
      await page.goto(`${stage.siteUrl}/strict`)
    }
    const own = rule === 'a refusal' ? { 'braise.acme.consent': 'denied' } : {}
    await vi.waitFor(async () => expect(await stage.stored(page)).toEqual({ ...theirs, ...own }), PATIENCE)
  })
}

test('Global Privacy Control refuses, until consent is given by call', async () => {
  await stage.context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }))
  const page = await stage.visit('/')
  await page.evaluate(() => window.braise?.('submit', { email: 'ada@example.com' }))
  await stage.expect('form')
  expect(stage.received).toHaveLength(1)
  expect(await stage.stored(page)).toEqual({})
  await page.evaluate(() => window.braise?.('consent', 'granted'))
  await stage.expect('page')
})

test('staff keep themselves out by #braise-ignore and in by #braise-count, and the dashboard hears of it', async () => {
  const dashboard = await stage.visit('/')
  await stage.expect('page')
  await dashboard.goto('about:blank')
  await stage.expect('engage') // What the page says as it goes away is among the posts of before.
  await dashboard.evaluate(() => {
    window.addEventListener('message', ({ data }) => document.body.append(data.braise))
  })
  const opened = (hash: string) =>
    dashboard.evaluate((url) => void window.open(url), `${stage.siteUrl}/#braise-${hash}`)
  await opened('ignore')
  await dashboard.waitForFunction(() => document.body.textContent === 'ignored')
  const posts = stage.received.length
  const page = await stage.visit('/next')
  await page.evaluate(() => window.braise?.('submit', { email: 'ada@example.com' }))
  await page.reload()
  await opened('count')
  await dashboard.waitForFunction(() => document.body.textContent === 'ignoredcounted')
  // The page that the dashboard opened counts for nobody, the next one does.
  await page.reload()
  await stage.expect('page', 2)
  expect(stage.events('page').map(({ url }) => url)).toEqual([`${stage.siteUrl}/`, `${stage.siteUrl}/next`])
  expect(stage.events('form')).toEqual([])
  expect(stage.received).toHaveLength(posts + 1)
})

test("an anchor of the site's own that begins like that is a visit", async () => {
  await stage.visit('/#braise-prices')
  await stage.expect('page')
})

test('reset makes another visitor, and leaves what the first one did to the first one', async () => {
  const page = await stage.visit('/')
  await stage.expect('page')
  await page.evaluate(() => {
    window.braise?.('track', 'Before')
    window.braise?.('reset')
    window.braise?.('track', 'After')
  })
  await stage.expect('track', 2)
  const visitorOf = (name: string) => stage.events('track').find((event) => event.name === name)?.visitorId
  expect(visitorOf('Before')).toBe(stage.received[0]?.batch.visitorId)
  expect(visitorOf('After')).not.toBe(visitorOf('Before'))
  expect(visitorOf('After')).toBeTruthy()
})

test('the page learns its visitor id, where consent is wanting once it is given', async () => {
  const page = await visitWithConsent()
  await page.evaluate(() => window.braise?.('visitor', (visitorId: string) => document.body.append(visitorId)))
  expect(await page.textContent('body')).not.toMatch(/[\da-f]{12}/)
  await page.evaluate(() => window.braise?.('consent', 'granted'))
  await stage.expect('page')
  // As the tracker writes it; a moment later, as the call waits for the consent.
  const [visitorId = ''] = stage.received.map(({ batch }) => batch.visitorId)
  const forms = writtenForms(visitorId)
  await page.waitForFunction((written) => written.some((id) => document.body.textContent?.includes(id)), forms)
})

test('what is kept for the visitor and is no id makes way for one, in a cookie too', async () => {
  stage.serve('/', stage.html('Home', '', 'data-cookie'))
  await stage.context.addCookies([{ name: 'braise', value: '1-is-no-id', url: stage.siteUrl }])
  await stage.context.addInitScript(() => {
    localStorage['braise.acme.visitor'] ||= '[object Object]'
  })
  const page = await stage.visit('/')
  await stage.expect('page')
  await page.reload()
  const told = await stage.expect('page', 2)
  expect(new Set(told.map(({ visitorId }) => visitorId)).size).toBe(1)
  expect(await stage.stored(page)).toMatchObject({
    'braise.acme.visitor': expect.stringMatching(/^\d[\da-f-]{32,35}$/),
  })
})

test('a consent is told with an id, whatever was kept for the visitor', async () => {
  const page = await stage.visit('/')
  await page.evaluate(() => {
    localStorage['braise.acme.visitor'] = '[object Object]'
    window.braise?.('consent', 'granted')
  })
  const [consent] = await stage.expect('consent')
  const [view] = await stage.expect('page')
  expect(consent?.visitorId).toBeTruthy()
  expect(view?.visitorId).toBe(consent?.visitorId)
})

test('with data-cookie the collector of the own domain gets its cookie back', async () => {
  stage.serve('/', stage.html('Home', '', 'data-cookie'))
  stage.answers = [{ status: 202, headers: { 'set-cookie': 'braise=abc' } }]
  const page = await stage.visit('/')
  await stage.expect('page')
  await stage.settle(page)
  await vi.waitFor(() => expect(stage.received.at(-1)?.headers.cookie).toBe('braise=abc'), PATIENCE)
})

test('what a consent tool notes of us in its cookie is not taken for the visitor', async () => {
  stage.serve('/', stage.html('Home', '', 'data-cookie'))
  await stage.context.addCookies([{ name: 'tarteaucitron', value: '!braise=true', url: stage.siteUrl }])
  const page = await stage.visit('/')
  await stage.expect('page')
  expect(await stage.stored(page)).toMatchObject({ 'braise.acme.visitor': expect.stringMatching(/^\d/) })
})
