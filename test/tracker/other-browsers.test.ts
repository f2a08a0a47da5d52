/** The walk in Firefox and WebKit, from the tracker as served to what the collector has stored. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { findEvents, findLeads } from '../support/client.ts'
import { PATIENCE } from '../support/patience.ts'
import { launchOtherBrowser, type OtherBrowser, whatIsMissing } from '../support/webdriver.ts'
import { Wired } from './support/wired.ts'

const EMAIL = 'ada@analytical.example'
/** A single-page application, with a way out. The browser's own way back leaves out what nobody has asked for by a click. */
const SHOP = `<button>Prices</button> <a href="/demo">Ask for a demo</a><script>
  document.querySelector('button').onclick = () => {
    history.pushState(null, '', '/pricing?utm_source=mail&token=secret')
    document.title = 'Prices'
  }
</script>`
const FORM = `<form method="post" action="/thanks" data-braise-name="demo request">
  <input type="email" name="email"><input name="company"><input type="password" name="password"><button>Send</button>
</form>`

describe.each(['Firefox', 'WebKit'] as const)('in %s', (name) => {
  const missing = whatIsMissing(name)
  if (missing && !process.env.CI) {
    test.skip(missing)
    return
  }

  const wired = new Wired()
  let browser: OtherBrowser

  beforeAll(async () => {
    await wired.open()
    browser = await launchOtherBrowser(name)
  })
  afterAll(async () => {
    await browser?.close()
    await wired.close()
  })
  beforeEach(() => wired.raise())
  afterEach(() => wired.strike())

  const visit = (path: string) => browser.goto(wired.siteUrl + path)
  const call = (...args: unknown[]) => browser.run<void>(`braise(...${JSON.stringify(args)})`)
  const paths = () => wired.stored('page').map(({ url }) => new URL(url).pathname)
  const eventually = (check: () => unknown) => vi.waitFor(check, PATIENCE)

  test('who looks around, leaves and asks for a demo is a lead with all that she did', async () => {
    wired.serve('/', wired.html('Home', SHOP))
    wired.serve('/demo', wired.html('Demo', FORM))
    await visit('/')
    await eventually(() => expect(paths()).toEqual(['/']))
    await browser.click('button')
    await eventually(() => expect(paths()).toEqual(['/', '/pricing']))
    await browser.back()
    await eventually(() => expect(paths()).toEqual(['/', '/pricing', '/']))
    await browser.click('a')
    await eventually(() => expect(paths()).toEqual(['/', '/pricing', '/', '/demo']))
    await browser.type('[name=email]', EMAIL)
    await browser.type('[name=company]', 'Analytical')
    await browser.type('[name=password]', 'canaryInTheMine')
    await browser.click('button')
    await eventually(() => expect(paths()).toEqual(['/', '/pricing', '/', '/demo', '/thanks']))

    const [home, pricing, , demo] = wired.stored('page')
    expect(home).toMatchObject({ title: 'Home' })
    expect(pricing).toMatchObject({ title: 'Prices', url: `${wired.siteUrl}/pricing?utm_source=mail` })
    expect(demo).toMatchObject({ title: 'Demo', referrer: `${wired.siteUrl}/` })
    const [form, ...others] = wired.stored('form')
    expect(others).toEqual([])
    expect(form).toMatchObject({ form: 'demo request', fields: { email: EMAIL, company: 'Analytical' }, filled: 3 })
    expect(JSON.stringify(wired.tapped)).not.toContain('canaryInTheMine')
    expect(wired.tapped.filter(({ method }) => method === 'OPTIONS')).toEqual([])

    await eventually(async () => {
      const [lead] = await findLeads(wired.collectorUrl)
      expect(lead).toMatchObject({ email: EMAIL, stage: 'sql' })
      const events = await findEvents(wired.collectorUrl, lead?.id ?? '')
      const pages = events.filter(({ type }) => type === 'page')
      expect(pages).toHaveLength(5)
      // Each but the last one has been left, and left after a while.
      const read = pages.filter((event) => 'visibleMs' in event && Number(event.visibleMs) > 0)
      expect(read.length).toBeGreaterThanOrEqual(4)
    })
  })

  test('what the collector answers with 503 arrives once it is well again, once', async () => {
    wired.refusal = 503
    await visit('/')
    await eventually(() => expect(wired.tapped.filter(({ body }) => body.includes(wired.siteUrl))).not.toEqual([]))
    await call('track', 'Video Watched', { seconds: 40 })
    expect(paths()).toEqual([])
    wired.refusal = undefined
    await eventually(() => expect(wired.stored('track')).toMatchObject([{ name: 'Video Watched' }]))
    expect(paths()).toEqual(['/'])
  })

  test('what could not be sent before its page went away is sent by the next one', async () => {
    await visit('/')
    await eventually(() => expect(paths()).toEqual(['/']))
    await wired.cut()
    await call('submit', { email: EMAIL }, { form: 'newsletter' })
    await visit('/next')
    await wired.mend()
    await eventually(() => expect(wired.stored('form')).toMatchObject([{ fields: { email: EMAIL } }]))
    await eventually(() => expect(paths()).toEqual(['/', '/next']))
  })

  test('before consent nothing is stored or sent, then it begins, and a refusal takes all away', async () => {
    wired.serve('/', wired.html('Home', '', 'data-consent="required"'))
    await visit('/')
    await browser.run("history.pushState(null, '', '/two'); history.back()")
    // Longer than the tracker waits for a title and for company.
    await browser.run('return new Promise((resolve) => setTimeout(resolve, 1500))')
    expect(await browser.run('return Object.keys(localStorage)')).toEqual([])
    expect(await browser.run('return document.cookie')).toBe('')
    expect(wired.stored('page')).toEqual([])

    await call('consent', 'granted')
    await eventually(() => expect(paths()).toEqual(['/']))
    await call('consent', 'denied')
    expect(await browser.run('return { ...localStorage }')).toEqual({ 'braise.default.consent': 'denied' })
  })
})
