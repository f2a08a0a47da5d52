/** Pages followed through the routers that real sites have. */
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { LINKS, TITLES } from './pages/screens.ts'
import { bundle } from './support/bundle.ts'
import { useLive } from './support/live.ts'

const live = useLive()

/** How long the server of a site takes: on the way back a router changes the address long before it has the title. */
const LATENCY = 300
/** Turbo and htmx keep pages in order to show them again on the way back; larger sites have left them by then. */
const KEEP_NOTHING = `<meta name="turbo-cache-control" content="no-cache">
  <meta name="htmx-config" content='{"historyCacheSize":0}'>`
const ROUTERS = [
  { name: 'React Router', script: 'react-router', draws: true },
  { name: 'Vue Router', script: 'vue-router', draws: true },
  { name: 'Turbo', script: 'turbo', draws: false },
  { name: 'htmx boost', script: 'htmx', draws: false },
] as const
const scripts = new Map<string, string>()

beforeAll(async () => {
  for (const { script } of ROUTERS) scripts.set(script, await bundle(`test/tracker/pages/${script}.js`))
})

for (const router of ROUTERS) {
  for (const withNavigationApi of [true, false]) {
    const how = withNavigationApi ? 'the Navigation API' : 'its history calls'
    test(`${router.name} is followed by ${how}, one page view a navigation`, async () => {
      if (!withNavigationApi) await live.context.addInitScript(() => Reflect.deleteProperty(window, 'navigation'))
      serveApplication(router)
      const page = await live.visit('/')
      await expectScreen(page, 'Home', 1)
      await page.click('[href="/pricing"]')
      await expectScreen(page, 'Prices', 2)
      await page.click('[href="/team"]')
      await expectScreen(page, 'Our team', 3)
      await page.evaluate(() => history.back())
      await expectScreen(page, 'Prices', 4)
      await page.click('[href="/pricing?sort=price"]')
      await page.waitForURL('**/pricing?sort=price')
      await page.click('[href$="#faq"]')
      await page.waitForURL('**/pricing?sort=price#faq')
      await live.settle(page)

      const { siteUrl } = live
      expect(live.stored('page').map(({ url, title, referrer }) => ({ url, title, referrer }))).toEqual([
        { url: `${siteUrl}/`, title: 'Home' },
        { url: `${siteUrl}/pricing`, title: 'Prices', referrer: `${siteUrl}/` },
        { url: `${siteUrl}/team`, title: 'Our team', referrer: `${siteUrl}/pricing` },
        { url: `${siteUrl}/pricing`, title: 'Prices', referrer: `${siteUrl}/team` },
      ])
      expect(live.complaints).toEqual([])
    })
  }
}

/** The tag is on each page twice: in its head and, where a router that swaps bodies would run it again, in its body. */
function serveApplication({ script, draws }: (typeof ROUTERS)[number]): void {
  live.serve('/app.js', scripts.get(script) ?? '')
  const links = LINKS.map((path) => `<a href="${path}">${path}</a>`).join(' ')
  for (const [path, title] of Object.entries(TITLES)) {
    const body = draws ? '<div id="app"></div>' : `<h1 id="faq">${title}</h1>${links}`
    live.serve(
      path,
      `<!doctype html><html><head>${KEEP_NOTHING}<title>${draws ? 'Loading' : title}</title>${live.tag()}
        <script type="module" src="/app.js"></script></head><body hx-boost="true">${body}${live.tag()}</body></html>`,
      draws ? {} : { delay: LATENCY },
    )
  }
}

async function expectScreen(page: Page, title: string, views: number): Promise<void> {
  await page.getByRole('heading', { name: title }).waitFor()
  await live.expect('page', views)
}
