/** What visitors and sites choose: who may be known, until when, and what is left of it afterwards. */
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { useLive } from './support/live.ts'
import { PATIENCE } from './support/wired.ts'

const live = useLive()
const REFUSED = { 'braise.default.consent': 'denied' }

for (const keeper of ['local storage', 'the cookie of data-cookie']) {
  test(`after reset under required consent nobody is known by ${keeper}, and who consents next is somebody else`, async () => {
    const attributes = `data-consent="required" ${keeper === 'local storage' ? '' : 'data-cookie'}`
    live.serve('/', live.html('Home', '', attributes))
    const page = await live.visit('/')
    await call(page, 'consent', 'granted')
    await call(page, 'track', 'Of ada')
    await live.expect('track')
    const ada = whose('Of ada')
    if (keeper !== 'local storage') await vi.waitFor(async () => expect(await cookieOf(page)).not.toBe(''), PATIENCE)

    await call(page, 'reset')
    await call(page, 'track', 'Of nobody')
    expect(await cookieOf(page)).toBe('')
    expect(await storedIn(page)).not.toMatchObject({ 'braise.default.visitor': expect.anything() })
    expect(await storedIn(page)).not.toMatchObject({ 'braise.default.consent': expect.anything() })
    await page.reload()
    await call(page, 'track', 'Of nobody')

    await call(page, 'consent', 'granted')
    await call(page, 'track', 'Of bob')
    await live.expect('track', 2)
    await live.settle(page)
    expect(namesOf('track').filter((name) => name.startsWith('Of'))).toEqual(['Of ada', 'Of bob'])
    expect(whose('Of bob')).not.toBe(ada)
    expect(ada).toBeTruthy()
  })
}

test('a refusal deletes what other settings had kept, and holds when they are back', async () => {
  live.serve('/strict', live.html('Strict', '', 'data-consent="required"'))
  const page = await live.visit('/')
  await live.expect('page')
  const first = whose('/')
  await page.goto(`${live.siteUrl}/strict`)
  await call(page, 'consent', 'denied')
  expect(await storedIn(page)).toEqual(REFUSED)

  await page.goto(`${live.siteUrl}/back`)
  await call(page, 'submit', { email: 'ada@analytical.example' })
  await live.expect('form')
  expect(await storedIn(page)).toEqual(REFUSED)
  expect(live.stored('page').map(({ title }) => title)).toEqual(['/'])
  expect(live.posted().filter(({ visitorId }) => visitorId && visitorId !== first)).toEqual([])
})

test('a refusal holds where storage was full', async () => {
  const page = await live.visit('/')
  await live.expect('page')
  await page.evaluate(fillStorage)
  await call(page, 'track', 'In memory')
  await call(page, 'consent', 'denied')
  expect(await ownIn(page)).toEqual(REFUSED)

  await page.reload()
  await call(page, 'submit', { email: 'ada@analytical.example' })
  await live.expect('form')
  expect(await ownIn(page)).toEqual(REFUSED)
  expect(live.stored('page')).toHaveLength(1)
  expect(live.posted().filter(({ type }) => type === 'form')).toMatchObject([{ url: `${live.siteUrl}/` }])
  expect(live.posted().find(({ type }) => type === 'form')?.visitorId).toBeUndefined()
})

test('a consent to what was so already, given twice, counts the page once', async () => {
  const page = await live.visit('/')
  await live.expect('page')
  await call(page, 'consent', 'granted')
  await call(page, 'consent', 'granted')
  await live.settle(page)
  await page.goto(`${live.siteUrl}/next`)
  await live.expect('page', 2)
  expect(live.stored('page').map(({ title }) => title)).toEqual(['/', '/next'])
  expect(live.posted().filter(({ type }) => type === 'consent')).toHaveLength(1)
})

function call(page: Page, ...details: unknown[]): Promise<unknown> {
  return page.evaluate((given) => void window.braise?.(...(given as [string])), details)
}

function cookieOf(page: Page): Promise<string> {
  return page.evaluate(() => document.cookie)
}

function storedIn(page: Page): Promise<Record<string, string>> {
  return page.evaluate(() => ({ ...localStorage }))
}

/** Without what fills it. */
async function ownIn(page: Page): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await storedIn(page)).filter(([name]) => name.startsWith('braise')))
}

/** To the last character. */
function fillStorage(): void {
  for (let length = 4 * 1024 * 1024, nth = 0; length >= 1; ) {
    try {
      localStorage.setItem(`x${nth++}`, 'x'.repeat(length))
    } catch {
      length = length / 2
    }
  }
}

function namesOf(type: 'track'): string[] {
  return live.stored(type).map(({ name }) => name)
}

/** The visitor of the event that has this name or title. */
function whose(name: string): string | undefined {
  return live
    .posted()
    .find((event) => ('name' in event && event.name === name) || ('title' in event && event.title === name))?.visitorId
}
