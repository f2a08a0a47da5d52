import { expect, test } from 'vitest'
import { useStage } from './support/stage.ts'

const stage = useStage()

const PAGES = Array.from({ length: 20 }, (_, i) => `/page-${i + 1}`)

/** Goes through them all by their links, and tries what a page might do. */
async function walk(attributes: string) {
  for (const [i, path] of PAGES.entries()) {
    const body = `<a id="next" href="${PAGES[i + 1] ?? '/end'}?email=ada@example.com">on</a>`
    stage.serve(path, stage.html(path, body, attributes))
  }
  const page = await stage.visit(PAGES[0])
  for (const path of PAGES.slice(1)) {
    await page.evaluate(() => {
      window.braise?.('track', 'Video Watched')
      window.braise?.('identify', 'ada@example.com')
      scrollTo(0, 500)
    })
    await page.click('#next')
    await page.waitForURL((url) => url.pathname === path)
    await page.waitForFunction(() => 'braise' in window)
  }
  return page
}

test('before consent: no cookie, no storage key, no identifier on the wire, on 20 pages', async () => {
  const page = await walk('data-consent="required"')
  expect(await page.context().cookies()).toEqual([])
  expect(await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }, document.cookie])).toEqual([{}, {}, ''])
  expect(stage.received).toEqual([])
})

test('the same walk finds an identifier where no consent is asked for', async () => {
  const page = await walk('')
  await stage.expect('page', 10)
  expect(Object.keys(await page.evaluate(() => ({ ...localStorage }))).join()).toContain('visitor')
  expect(stage.received.every(({ batch }) => batch.visitorId)).toBe(true)
})
