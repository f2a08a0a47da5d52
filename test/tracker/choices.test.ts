/** What visitors and sites choose: who may be known, until when, and what is left of it afterwards. */
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { PATIENCE } from '../support/patience.ts'
import { useLive } from './support/live.ts'
import { pretendHidden } from './support/unseen.ts'

const live = useLive()
const STUB = 'window.braise = window.braise || function () { (braise.q = braise.q || []).push(arguments) }'
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
    await answered(page)

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

test('what was done before reset is delivered under required consent too, and then nothing of it is left', async () => {
  live.serve('/', live.html('Home', '', 'data-consent="required" data-cookie'))
  const page = await live.visit('/')
  await call(page, 'consent', 'granted')
  await live.expect('page')
  await vi.waitFor(async () => expect(await cookieOf(page)).not.toBe(''), PATIENCE)
  await page.evaluate(() => {
    window.braise?.('track', 'The last of ada')
    window.braise?.('reset')
  })
  await live.expect('track')
  expect(whose('The last of ada')).toBe(whose('Home'))
  await vi.waitFor(async () => expect(await storedIn(page)).toEqual({}), PATIENCE)
  // The answer to it brought none back.
  expect(await cookieOf(page)).toBe('')
})

test('after reset with data-cookie who comes next is somebody else, though the last events of before are told later', async () => {
  live.serve('/', live.html('Home', '', 'data-cookie'))
  const page = await live.visit('/')
  await live.expect('page')
  await vi.waitFor(async () => expect(await cookieOf(page)).not.toBe(''), PATIENCE)
  await page.evaluate(() => {
    window.braise?.('track', 'Of ada')
    window.braise?.('reset')
  })
  await live.expect('track')
  await vi.waitFor(async () => expect(await cookieOf(page)).not.toBe(''), PATIENCE)
  await call(page, 'track', 'Of bob')
  await live.expect('track', 2)
  expect(whose('Of bob')).not.toBe(whose('Of ada'))
})

for (const attributes of ['data-cookie', 'data-cookie data-consent="required"']) {
  test(`a refusal as the first that is said takes the cookie away, with ${attributes}`, async () => {
    live.serve('/', live.html('Home', '', attributes))
    const page = await live.visit('/a-file.js') // Where no tracker runs.
    // As Safari leaves it after a week: the cookie alone.
    await page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere, nor on plain http pages
      document.cookie = 'braise=0193a5d0-7e3c-7abc-8def-0123456789ab;path=/'
    })
    await page.goto(live.siteUrl)
    await call(page, 'consent', 'denied')
    expect(await cookieOf(page)).toBe('')
    expect(await storedIn(page)).toEqual(REFUSED)
    await call(page, 'submit', { email: 'ada@analytical.example' })
    await live.expect('form')
    expect(await cookieOf(page)).toBe('')
    expect(live.posted().filter(({ visitorId }) => visitorId)).toEqual([])
    const headers = live.tapped.flatMap((post) => (post.headers.includes(live.siteUrl) ? post.headers : []))
    expect(headers.filter((name) => /^cookie$/i.test(name))).toEqual([])
  })
}

test('a cookie that an answer brings after the refusal, when the page is gone, is taken away by the next page', async () => {
  live.serve('/', live.html('Home', '', 'data-cookie'))
  live.serve('/next', live.html('Next', '', 'data-cookie'))
  let letGo = () => {}
  live.held = new Promise((resolve) => {
    letGo = resolve
  })
  const page = await live.visit('/')
  await live.expect('page')
  await call(page, 'consent', 'denied')
  await page.goto(`${live.siteUrl}/a-file.js`) // Where no tracker runs.
  letGo()
  await vi.waitFor(async () => expect(await cookieOf(page)).not.toBe(''), PATIENCE)

  await page.goto(`${live.siteUrl}/next`)
  await vi.waitFor(async () => expect(await cookieOf(page)).toBe(''), PATIENCE)
  expect(await storedIn(page)).toEqual(REFUSED)
})

test('the cookie of before outlives a page that asks for consent first, and is heeded once it is given', async () => {
  live.serve('/', live.html('Home', '', 'data-cookie data-consent="required"'))
  const page = await live.visit('/a-file.js')
  const visitorId = '0193a5d0-7e3c-7abc-8def-0123456789ab'
  await page.evaluate((id) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere, nor on plain http pages
    document.cookie = `braise=${id};path=/`
  }, visitorId)
  await page.goto(live.siteUrl)
  // What a site passes that has kept no choice.
  await page.evaluate(() => window.braise?.('consent', null))
  await call(page, 'consent', 'granted')
  await live.expect('page')
  expect(whose('Home')).toBe(visitorId)
})

for (const moment of ['before it has loaded', 'once it has loaded']) {
  test(`a page that nobody has seen yet, and says ${moment} that consent is given, undoes no refusal of later`, async () => {
    const line = "braise('consent', 'granted')"
    const said = moment === 'once it has loaded' ? `addEventListener('load', () => ${line})` : line
    live.serve('/unseen', live.html('Unseen', `<script>${STUB};${said}</script>`, ''))
    const page = await live.newPage()
    await page.addInitScript(pretendHidden)
    await page.goto(`${live.siteUrl}/unseen`)
    // Heard at once; the page is not counted for that.
    await vi.waitFor(
      async () => expect(await storedIn(page)).toMatchObject({ 'braise.default.consent': 'granted' }),
      PATIENCE,
    )
    expect(live.stored('page')).toEqual([])

    const other = await live.visit('/seen')
    await live.expect('page')
    await call(other, 'consent', 'denied')
    await page.evaluate(() => window.pretend('visible'))
    await call(page, 'submit', { email: 'ada@analytical.example' })
    await live.expect('form')
    expect(await storedIn(page)).toEqual(REFUSED)
    expect(live.stored('page').map(({ title }) => title)).toEqual(['/seen'])
  })
}

test('a page that nobody has seen yet heeds reset and consent in their order, and is not counted for them', async () => {
  const said = "braise('consent', 'granted');braise('reset');braise('consent', 'granted')"
  live.serve('/', live.html('Home', `<script>${STUB};${said}</script>`, 'data-consent="required"'))
  const page = await live.newPage()
  await page.addInitScript(pretendHidden)
  await page.goto(live.siteUrl)
  await page.waitForFunction(() => 'braise.default.visitor' in localStorage)
  const kept = await storedIn(page)
  const shownAt = Date.now()
  await page.evaluate(() => window.pretend('visible'))
  const [view, ...more] = await live.expect('page')
  expect(more).toEqual([])
  expect(view?.at).toBeGreaterThanOrEqual(shownAt)
  const { 'braise.default.visitor': visitor, 'braise.default.consent': consent } = kept
  expect(await storedIn(page)).toMatchObject({ 'braise.default.visitor': visitor, 'braise.default.consent': consent })
  expect(consent).toBe('granted')
})

test('a page that said unseen that consent is given counts from when it is seen', async () => {
  live.serve('/', live.html('Home', `<script>${STUB};braise('consent', 'granted')</script>`, 'data-consent="required"'))
  const page = await live.newPage()
  await page.addInitScript(pretendHidden)
  await page.goto(live.siteUrl)
  await vi.waitFor(
    async () => expect(await storedIn(page)).toMatchObject({ 'braise.default.consent': 'granted' }),
    PATIENCE,
  )
  await page.waitForTimeout(1200) // Longer than the tracker waits for a title and for company.
  expect(live.posted()).toEqual([])
  const shownAt = Date.now()
  await page.evaluate(() => window.pretend('visible'))
  const [view, ...more] = await live.expect('page')
  expect(more).toEqual([])
  expect(view?.at).toBeGreaterThanOrEqual(shownAt)
})

for (const rule of ['Global Privacy Control', 'data-consent="required"']) {
  test(`what was kept while it was allowed is neither told nor left once ${rule} is in force`, async () => {
    live.refusal = 503
    const page = await live.visit('/')
    await page.waitForFunction(() => Object.keys(localStorage).some((name) => name.includes('queue')))
    if (rule === 'Global Privacy Control')
      await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }))
    else live.serve('/strict', live.html('Strict', '', rule))
    await page.goto(`${live.siteUrl}/strict`)
    await vi.waitFor(async () => expect(await storedIn(page)).toEqual({}), PATIENCE)

    live.refusal = undefined
    await call(page, 'submit', { email: 'ada@analytical.example' })
    await live.expect('form')
    expect(live.stored('page')).toEqual([])
    expect(live.posted().find(({ type }) => type === 'form')?.visitorId).toBeUndefined()
    expect(await storedIn(page)).toEqual({})
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

test('who comes after a reset where storage was full is somebody else, on the next page too', async () => {
  const page = await live.visit('/')
  await live.expect('page')
  await page.evaluate(fillStorage)
  await call(page, 'track', 'Of ada')
  await call(page, 'reset')
  await page.reload()
  await call(page, 'track', 'Of bob')
  await live.expect('track', 2)
  expect(whose('Of ada')).toBe(whose('/'))
  expect(whose('Of bob')).not.toBe(whose('Of ada'))
})

test('what a tab kept while storage was full yields to what another one says once there is room', async () => {
  live.serve('/empty', '<title>Empty</title>')
  const page = await live.visit('/empty')
  await page.evaluate(fillStorage)
  await page.goto(live.siteUrl)
  await live.expect('page')
  await call(page, 'track', 'Of ada')
  await page.evaluate(() => localStorage.clear())
  const other = await live.visit('/')
  await call(other, 'reset')
  await call(other, 'track', 'Of bob')
  await live.expect('track', 2)
  await call(page, 'track', 'Of bob, too')
  await live.expect('track', 3)
  expect(whose('Of bob')).not.toBe(whose('Of ada'))
  expect(whose('Of bob, too')).toBe(whose('Of bob'))

  await call(other, 'consent', 'denied')
  await call(page, 'track', 'Of nobody')
  await call(page, 'submit', { email: 'ada@analytical.example' })
  await live.expect('form')
  expect(whose('Of nobody')).toBeUndefined()
  expect(await ownIn(page)).toEqual(REFUSED)
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

/** Until every answer is there that may bring the cookie: one that comes later brings it for a moment. */
async function answered(page: Page): Promise<void> {
  await page.waitForFunction(() => !Object.keys(localStorage).some((name) => name.includes('queue')))
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
