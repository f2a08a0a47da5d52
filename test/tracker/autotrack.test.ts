import { expect, test } from 'vitest'
import { useStage } from './support/stage.ts'
import { pretendHidden } from './support/unseen.ts'

const stage = useStage()

test('a page view reaches a collector on another origin, without a preflight or a cookie', async () => {
  stage.serve('/pricing', stage.html('Prices'))
  await stage.visit('/pricing?utm_source=news&email=ada%40example.com&ref=bob#plans')
  const [page] = await stage.expect('page')
  expect(page).toMatchObject({ url: `${stage.siteUrl}/pricing?utm_source=news&ref=bob`, title: 'Prices' })
  expect(page?.referrer).toBeUndefined()
  const [{ batch, headers }] = stage.received as [(typeof stage.received)[0]]
  expect(batch.site).toBe('acme')
  expect(batch.visitorId).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(page?.at).toBeLessThanOrEqual(batch.sentAt)
  expect(headers['content-type']).toMatch('text/plain')
  expect(headers.cookie).toBeUndefined()
  expect(stage.preflights).toBe(0)
})

test('the referrer keeps its campaign and loses what else its query says', async () => {
  const page = await stage.visit('/search?q=ada%40example.com&utm_medium=mail')
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = '/next'
    link.referrerPolicy = 'unsafe-url'
    document.body.append(link)
    link.click()
  })
  const [, next] = await stage.expect('page', 2)
  expect(next).toMatchObject({ url: `${stage.siteUrl}/next`, referrer: `${stage.siteUrl}/search?utm_medium=mail` })
})

for (const withNavigationApi of [true, false]) {
  test(`a single-page application is followed ${withNavigationApi ? 'by the Navigation API' : 'by its history calls'}`, async () => {
    if (!withNavigationApi) await stage.context.addInitScript(() => Reflect.deleteProperty(window, 'navigation'))
    const page = await stage.visit('/')
    await stage.expect('page')
    const returned = await page.evaluate(() => {
      const result = history.pushState({ step: 1 }, '', '/one?x=1')
      setTimeout(() => {
        document.title = 'One'
      })
      return [result, history.state.step]
    })
    expect(returned).toEqual([undefined, 1])
    const [, one] = await stage.expect('page', 2)
    expect(one).toMatchObject({ url: `${stage.siteUrl}/one`, title: 'One', referrer: `${stage.siteUrl}/` })

    await page.evaluate(() => history.replaceState(null, '', '/two'))
    await stage.expect('page', 3)
    await page.evaluate(() => history.back())
    await stage.expect('page', 4)
    expect(stage.events('page').map(({ url }) => new URL(url).pathname)).toEqual(['/', '/one', '/two', '/'])
    expect(new Set(stage.events('page').map(({ pageId }) => pageId)).size).toBe(4)
  })
}

test('a new query, the same address again and an anchor are no new pages', async () => {
  stage.serve('/', stage.html('Home', '<a href="#end">End</a><p id="end">End</p>'))
  const page = await stage.visit('/')
  await stage.expect('page')
  await page.evaluate(() => history.pushState(null, '', '/?sort=price'))
  await page.evaluate(() => history.replaceState({ scroll: 1 }, ''))
  await page.click('a')
  await stage.settle(page)
  expect(stage.events('page')).toHaveLength(1)
})

test('with data-hash the hash is part of the page, but for the query in it', async () => {
  stage.serve('/', stage.html('Home', '', 'data-hash'))
  const page = await stage.visit('/#/home')
  await stage.expect('page')
  await page.evaluate(() => {
    location.hash = '#/lead?email=ada@example.com'
  })
  const pages = await stage.expect('page', 2)
  expect(pages.map(({ url }) => url)).toEqual([`${stage.siteUrl}/#/home`, `${stage.siteUrl}/#/lead`])
})

test('with data-manual only the calls count', async () => {
  stage.serve('/', stage.html('Home', '', 'data-manual'))
  const page = await stage.visit('/')
  await page.evaluate(() => history.pushState(null, '', '/unseen'))
  await page.evaluate(() => window.braise?.('page', { title: 'By hand' }))
  await stage.settle(page)
  expect(stage.events('page').map(({ title }) => title)).toEqual(['By hand'])
})

test('a call of page names the page that was gone to a moment before, also where the browser does not tell of it', async () => {
  await stage.context.addInitScript(() => Reflect.deleteProperty(window, 'navigation'))
  const page = await stage.visit('/')
  await stage.expect('page')
  await page.evaluate(() => {
    history.pushState(null, '', '/two')
    window.braise?.('page', { title: 'Two, by hand' })
  })
  await stage.expect('page', 2)
  await stage.settle(page)
  expect(stage.events('page').map(({ url, title }) => [url, title])).toEqual([
    [`${stage.siteUrl}/`, '/'],
    [`${stage.siteUrl}/two`, 'Two, by hand'],
  ])
})

test('a title that comes 400 ms after the address is the new page’s, wherever between two looks that falls', async () => {
  const page = await stage.context.newPage()
  await page.clock.install()
  await page.goto(stage.siteUrl)
  await page.clock.pauseAt(Date.now() + 60_000)
  await page.clock.runFor(2000)
  await stage.expect('page')
  const paths = Array.from({ length: 10 }, (_, nth) => `/${nth}`)
  for (const path of paths) {
    await page.evaluate((address) => {
      history.pushState(null, '', address)
      setTimeout(() => {
        document.title = address
      }, 400)
    }, path)
    await page.clock.runFor(2100) // Each a tenth of a look later than the one before.
  }
  await page.clock.resume()
  await stage.expect('page', 11)
  const pages = stage.events('page').slice(1)
  expect(pages.map(({ url, title }) => [new URL(url).pathname, title])).toEqual(paths.map((path) => [path, path]))
})

test('a click on a link within a link tells of the inner one alone', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  await page.evaluate(() => {
    const linkTo = (href: string) => Object.assign(document.createElement('a'), { href, textContent: 'Go' })
    const [outer, inner] = [linkTo('https://outer.example/'), linkTo('https://inner.example/')]
    outer.append(inner)
    document.body.append(outer)
    outer.addEventListener('click', (event) => event.preventDefault())
    inner.click()
  })
  await stage.settle(page)
  const bodies = stage.received.map(({ body }) => body).join()
  expect(bodies).toContain('https://inner.example/')
  expect(bodies).not.toContain('https://outer.example/')
})

test('the tag twice on the page counts once', async () => {
  stage.serve('/', stage.html('Home', stage.tag()))
  const page = await stage.visit('/')
  await stage.settle(page)
  expect(stage.events('page')).toHaveLength(1)
})

test('a background tab counts when it is first seen', async () => {
  await stage.context.addInitScript(pretendHidden)
  const page = await stage.visit('/')
  await page.waitForTimeout(1200) // Longer than the tracker waits for a title and for company.
  expect(stage.received).toEqual([])
  await page.evaluate(() => window.pretend('visible'))
  await stage.expect('page')
})

test('a prerendered page counts once it is shown, with what it had said by then', async () => {
  await stage.context.addInitScript(pretendHidden)
  await stage.context.addInitScript(() =>
    Object.defineProperty(document, 'prerendering', { value: true, writable: true }),
  )
  const page = await stage.visit('/')
  await page.evaluate(() => window.braise?.('track', 'Before'))
  await page.waitForTimeout(1200) // Longer than the tracker waits for a title and for company.
  await page.evaluate(() => window.braise?.('track', 'Later'))
  expect(stage.received).toEqual([])
  const shownAt = Date.now()
  await page.evaluate(() => {
    Reflect.set(document, 'prerendering', false)
    document.dispatchEvent(new Event('prerenderingchange'))
    window.pretend('visible')
  })
  await stage.settle(page)
  expect(stage.events('page')).toHaveLength(1)
  const [view] = stage.events('page')
  const [before, later] = stage.events('track')
  expect([before?.name, later?.name]).toEqual(['Before', 'Later'])
  // Until somebody sees it nobody has visited anything.
  const times = [shownAt, ...[view, before, later].map((event) => event?.at ?? 0)]
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test('with data-hash a page beside campaign parameters is counted once a navigation', async () => {
  stage.serve('/', stage.html('Home', '', 'data-hash'))
  const page = await stage.visit('/?utm_source=news#/home')
  await stage.expect('page')
  const go = (address: string) => page.evaluate((url) => history.pushState(null, '', url), address)
  await go('?utm_source=news#/lead')
  await stage.expect('page', 2)
  await go('?utm_source=mail#/lead')
  await go('?utm_source=mail&utm_medium=x#/lead?tab=2')
  await stage.settle(page)
  await go('?utm_source=mail#/home')
  await stage.settle(page)
  expect(stage.events('page').map(({ url }) => url.replace(stage.siteUrl, ''))).toEqual([
    '/?utm_source=news#/home',
    '/?utm_source=news#/lead',
    '/?utm_source=mail#/home',
  ])
})

test('a page that comes back from the back-forward cache is a new view', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  await page.evaluate(() => {
    document.body.dataset.mark = 'kept alive'
  })
  await page.goto(`${stage.siteUrl}/other`)
  await stage.expect('page', 2)
  // A restored page loads nothing, so that Playwright would wait for its `load` in vain.
  await page.goBack({ waitUntil: 'commit' })
  await stage.expect('page', 3)
  if (!(await page.evaluate(() => document.body.dataset.mark))) {
    // The npm browser has no such cache and loads the page again: here it is told that it had.
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    await stage.expect('page', 4)
  }
  const pages = await stage.expect('page', 3)
  expect(pages.map(({ url }) => new URL(url).pathname).slice(0, 3)).toEqual(['/', '/other', '/'])
  expect(new Set(pages.map(({ pageId }) => pageId)).size).toBe(pages.length)
})

test('the last post, as the page hides, carries how much was read', async () => {
  stage.serve('/', stage.html('Home', '<div style="height: 5000px"></div>'))
  const page = await stage.visit('/')
  const [view] = await stage.expect('page')
  await page.evaluate(() => scrollTo(0, 1e6))
  await page.waitForFunction(() => scrollY > 0)
  await page.goto(`${stage.siteUrl}/other`)
  const [engage] = await stage.expect('engage')
  expect(engage).toMatchObject({ pageId: view?.pageId, scrollDepth: 100 })
  expect(engage?.visibleMs).toBeGreaterThan(0)
})

test('the page is not asked how it is laid out before it is loaded', async () => {
  await stage.context.addInitScript(() => {
    const asked: string[] = []
    const tell = (target: object, name: string) => {
      const { get } = Object.getOwnPropertyDescriptor(target, name) as PropertyDescriptor
      Object.defineProperty(target, name, {
        configurable: true,
        get() {
          asked.push(name)
          return get?.call(this)
        },
      })
    }
    for (const name of ['scrollY', 'innerHeight']) tell(window, name)
    for (const name of ['scrollHeight', 'clientHeight']) tell(Element.prototype, name)
    // A deferred script has run by then, and no beat has come.
    addEventListener('DOMContentLoaded', () => Reflect.set(window, 'askedByThen', [...asked]))
    Reflect.set(window, 'asked', asked)
  })
  const page = await stage.visit('/')
  await stage.expect('page')
  expect(await page.evaluate(() => Reflect.get(window, 'askedByThen'))).toEqual([])
  await page.waitForFunction(() => Reflect.get(window, 'asked').length > 0) // Later it is.
})

test('engagement grows while the page is seen, rests while it is hidden, and is told only when it grew', async () => {
  await stage.context.addInitScript(pretendHidden)
  const page = await stage.context.newPage()
  await page.clock.install()
  await page.goto(stage.siteUrl)
  await page.clock.pauseAt(Date.now() + 60_000)
  await page.evaluate(() => window.pretend('visible'))
  await page.clock.runFor(2000)
  await stage.expect('page')
  await page.evaluate(() => window.pretend('hidden'))
  const [first] = await stage.expect('engage')
  await page.clock.runFor(1500)
  await page.evaluate(() => window.pretend('hidden'))
  await page.evaluate(() => window.braise?.('track', 'Said unseen'))
  await page.clock.runFor(1500)
  await stage.expect('track')
  expect(stage.events('engage')).toHaveLength(1)
  await page.evaluate(() => window.pretend('visible'))
  await page.clock.runFor(1100)
  await page.evaluate(() => window.pretend('hidden'))
  const [, second] = await stage.expect('engage', 2)
  expect(second?.pageId).toBe(first?.pageId)
  expect(second?.visibleMs).toBeGreaterThan(first?.visibleMs ?? 0)
  // It is counted in whole seconds.
  const between = (second?.at ?? 0) - (first?.at ?? 0)
  expect((second?.visibleMs ?? 0) - (first?.visibleMs ?? 0)).toBeLessThanOrEqual(between - 500)
})

test('a page of a single-page application is not as deep as the one before it was scrolled', async () => {
  stage.serve('/', stage.html('Home', '<div style="height: 10000px"></div>'))
  const page = await stage.context.newPage()
  await page.clock.install()
  await page.goto(stage.siteUrl)
  await page.clock.pauseAt(Date.now() + 60_000)
  await page.clock.runFor(3000)
  await stage.expect('page')
  // A look around comes each second: wherever it falls, the application puts up its new page 300 ms after the address.
  for (const nth of [0, 1, 2, 3]) {
    await page.evaluate((address) => {
      scrollTo(0, 1e6)
      history.pushState(null, '', address)
      setTimeout(() => scrollTo(0, 0), 300)
    }, `/${nth}`)
    await page.clock.runFor(2250)
    await page.evaluate(() => dispatchEvent(new Event('pagehide'))) // It tells how much was read by then.
  }
  await page.clock.resume()
  const newPages = (await stage.expect('page', 5)).slice(1).map(({ pageId }) => pageId)
  await stage.expect('engage', 5)
  const reads = stage.events('engage').filter(({ pageId }) => newPages.includes(pageId))
  expect(reads.map(({ pageId }) => pageId)).toEqual(newPages)
  // Nobody has left their tops, and they are ten screens high or more.
  expect(reads.filter(({ scrollDepth }) => scrollDepth > 20)).toEqual([])
})

test('time without the focus is not engaged time', async () => {
  await stage.context.addInitScript(() => {
    document.hasFocus = () => false
  })
  const page = await stage.visit('/')
  await stage.expect('page')
  await page.waitForTimeout(1500)
  await page.goto(`${stage.siteUrl}/other`)
  await stage.settle(page)
  expect(stage.events('engage')).toEqual([])
})
