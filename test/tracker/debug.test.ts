import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { fullId } from '../../collector/domain/shortid.ts'
import { PATIENCE } from '../support/patience.ts'
import { useStage } from './support/stage.ts'

const stage = useStage()
const FORM = '<form onsubmit="return false"><input name="email" value="ada@example.com"><button>Send</button></form>'

/** Opens a page with `data-debug`. @returns the page, and what it is told in the console, as it grows */
async function visitTalking(attributes = ''): Promise<{ page: Page; words: string[] }> {
  stage.serve('/', stage.html('Home', FORM, `data-debug ${attributes}`))
  return listenAt('/')
}

async function listenAt(path: string): Promise<{ page: Page; words: string[] }> {
  const page = await stage.context.newPage()
  const words: string[] = []
  page.on('console', (line) => line.text().startsWith('Braise ') && words.push(line.text()))
  await page.goto(stage.siteUrl + path)
  await vi.waitFor(() => expect(words[0]).toContain('Braise watches this page for the site "acme".'), PATIENCE)
  return { page, words }
}

const says = (words: string[], what: string) => vi.waitFor(() => expect(words.join('\n')).toContain(what), PATIENCE)

test('with data-debug the owner reads what is sent, by the names of the fields, and that it was heard', async () => {
  const { page, words } = await visitTalking()
  await says(words, `Braise sends a page view of ${stage.siteUrl}/.`)
  await page.click('button')
  await says(words, 'Braise sends the form "form" with email.')
  await says(words, 'Braise was heard: 1 event is stored')
})

test('with data-debug the owner reads of calls that there are not, whatever they are called', async () => {
  const { page, words } = await visitTalking()
  for (const name of ['nonsense', 'track it']) {
    await page.evaluate((word) => window.braise?.(word), name)
    await says(words, `Braise sends "${name}", which the collector does not know.`)
    await page.evaluate((word) => window.braise?.('consent', word), name)
    await says(words, `Braise sends that consent was ${name}.`)
  }
  expect(await stage.stored(page)).not.toHaveProperty(['braise.acme.consent'])
  await stage.settle(page)
})

test('with data-debug the owner reads why nothing is sent', async () => {
  const { words } = await visitTalking('data-consent="required"')
  await says(words, 'Braise sends nothing, because consent is required and not given yet.')
})

test('with data-debug the owner reads that the collector does not know the site', async () => {
  stage.answers = [{ status: 404 }]
  const { words } = await visitTalking()
  await says(words, 'Braise was turned away: the collector knows no site "acme".')
})

test('a page that goes away says once how long it was read, though it is told twice', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  await page.goto(`${stage.siteUrl}/other`)
  await stage.expect('engage')
  await stage.settle(page)
  const [first] = stage.events('page')
  expect(stage.events('engage').filter(({ pageId }) => pageId === first?.pageId)).toHaveLength(1)
})

test('a batch of an earlier tracker is listed, and what there are no words for is posted all the same', async () => {
  const { page, words } = await visitTalking()
  const posted: (string | null)[] = []
  await page.route('**/earlier', (route) => {
    posted.push(route.request().postData())
    return route.fulfill({ status: 202, body: '{"accepted":1,"rejected":[]}' })
  })
  const post = (body: string) =>
    page.evaluate((text) => fetch('/earlier', { method: 'POST', body: text }).then(() => {}), body)
  const events = [
    { type: 'engage', visibleMs: 4000 },
    { type: 'link', href: 'https://mill.example/' },
    { type: 'form' },
  ]
  await post(JSON.stringify({ site: 'acme', events }))
  await says(words, 'Braise sends that the page was read for 4 s.')
  await says(words, 'Braise sends a click on the link to https://mill.example/.')
  await says(words, 'Braise sends the form "form" with none of its fields.')
  await post('{"site":"acme"}\nnull')
  expect(posted).toHaveLength(2)
})

/** What is called on the page, and what is said of it. */
const WRONG_CALLS = [
  ["('submit')", 'braise("submit"), but submit wants a form element, a FormData or an object, with fields in it'],
  ["('submit', 'form')", 'braise("submit", "form"), but submit wants a form element'],
  ["('submit', document.body)", 'braise("submit", HTMLBodyElement), but submit wants a form element'],
  ["('submit', document.querySelectorAll('form'))", 'braise("submit", NodeList), but submit wants a form element'],
  ["('submit', new Event('submit'))", 'braise("submit", Event), but submit wants a form element'],
  ["('submit', document.createElement('form'))", 'braise("submit", HTMLFormElement), but submit wants a form element'],
  ["('submit', new FormData())", 'braise("submit", FormData), but submit wants a form element'],
  ["('submit', {})", 'braise("submit", Object), but submit wants a form element'],
  ["('submit', { append() {}, 0: document.forms[0] })", 'braise("submit", Object), but submit wants a form element'],
  ["('track')", 'braise("track"), but track wants the name of what happened'],
  ["('track', '')", 'braise("track", ""), but track wants the name of what happened'],
  ["('track', 'Video', [40])", 'braise("track", "Video", Array), but track wants the name of what happened'],
  ["('identify')", 'braise("identify"), but identify wants an e-mail address'],
  ["('identify', 'nope')", 'braise("identify", "nope"), but identify wants an e-mail address'],
  ["('page', 'Prices')", 'braise("page", "Prices"), but page wants nothing more, or an object'],
  ["('page', null)", 'braise("page", null), but page wants nothing more, or an object'],
  ["('consent', true)", 'braise("consent", true), but consent wants "granted" or "denied"'],
  ["('visitor')", 'braise("visitor"), but visitor wants a function'],
  ['()', 'braise(), but it wants one of these words first: page, track, identify, submit, consent, visitor, reset'],
  ["('constructor')", 'braise("constructor"), but it wants one of these words first'],
  ["('Submit', document.forms[0])", 'braise("Submit", HTMLFormElement), but it wants one of these words first'],
]

test('with data-debug the owner reads what is wrong with a call, and what is wanted', async () => {
  const { page, words } = await visitTalking()
  for (const [call, complaint] of WRONG_CALLS) {
    await page.evaluate(`window.braise${call}`)
    await says(words, `Braise was called as ${complaint}`)
  }
  expect(words.filter((line) => line.startsWith('Braise was called'))).toHaveLength(WRONG_CALLS.length)
})

test('with data-debug the owner reads what is wrong with a call without consent, too', async () => {
  const { page, words } = await visitTalking('data-consent="required"')
  await page.evaluate(() => window.braise?.('submit', '#form'))
  await says(words, 'Braise was called as braise("submit", "#form"), but submit wants a form element')
})

test('with data-debug the owner reads nothing of calls that make sense, and each of them is made', async () => {
  const { page, words } = await visitTalking()
  const visitorId = await page.evaluate(() => {
    const form = document.forms[0] as HTMLFormElement
    form.innerHTML += '<input name="tagName"><input name="append">' // As fields are called at times.
    window.braise?.('page')
    window.braise?.('page', { title: 'Prices' })
    window.braise?.('track', 'Video Watched')
    window.braise?.('track', 'Video Watched', { seconds: 40 })
    window.braise?.('identify', ' ada@example.com ', undefined, { proof: 'v1.0.0' })
    window.braise?.('submit', form, { form: 'element' })
    window.braise?.('submit', new FormData(form), { form: 'data' })
    window.braise?.('submit', Object.assign(Object.create(null), { email: 'ada@example.com' }), { form: 'object' })
    window.braise?.('consent', 'granted', { text: 'v3' })
    return new Promise<string>((resolve) => window.braise?.('visitor', resolve)).finally(() => window.braise?.('reset'))
  })
  await stage.settle(page)
  expect(words.filter((line) => line.startsWith('Braise was called'))).toEqual([])
  expect(stage.events('track')).toHaveLength(3)
  expect(stage.events('identify')).toHaveLength(1)
  expect(stage.events('form')).not.toHaveLength(0)
  expect(stage.events('consent')).toMatchObject([{ choice: 'granted', text: 'v3', visitorId: expect.any(String) }])
  expect((await stage.stored(page))['braise.acme.visitor']).not.toBe(visitorId)
})

test('a tag that is on the page twice is heard once with data-debug, too', async () => {
  const { page, words } = await visitTalking()
  const url = `${stage.collectorUrl}/braise.js`
  await page.addScriptTag({ url })
  await page.evaluate(() => window.braise?.('track', ''))
  await says(words, 'Braise was called as')
  await stage.settle(page)
  expect(stage.events('page')).toHaveLength(1)
  expect(words.filter((line) => line.startsWith('Braise was called'))).toHaveLength(1)
})

test('with data-debug the owner reads that a form makes no lead where no field holds an e-mail address', async () => {
  const { page, words } = await visitTalking()
  const leadless = () => words.filter((line) => line.startsWith('Braise makes no lead of this form'))
  await page.click('button')
  await says(words, 'Braise sends the form "form" with email.')
  const submit = (fields: string) =>
    page.evaluate((html) => {
      const form = document.forms[0] as HTMLFormElement
      form.innerHTML = `${html}<input name="company" value="Analytical"><button>Send</button>`
      form.requestSubmit()
    }, fields)
  const forms = [
    '',
    '<input name="email" value="nope">',
    '<input name="email" value="ada@@example.com">',
    '<input name="email" value="ada@example.com" data-braise-ignore>',
  ]
  for (const [i, fields] of forms.entries()) {
    await submit(fields)
    await vi.waitFor(() => expect(leadless()).toHaveLength(i + 1), PATIENCE)
  }
  const said = words.indexOf('Braise makes no lead of this form: no field that may be told holds an e-mail address.')
  expect(words[said - 1]).toContain('Braise sends the form "form" with company.')
  await page.evaluate(() => window.braise?.('submit', { reply_to: ' ada@example.com ', company: 'Analytical' }))
  await says(words, 'Braise sends the form "form" with reply_to, company.')
  await stage.settle(page)
  expect(leadless()).toHaveLength(forms.length)
})

test('with data-debug the owner reads in one line how many events were stored, and which were refused', async () => {
  const { page, words } = await visitTalking()
  await says(words, 'Braise was heard:')
  const before = words.length
  await page.evaluate(() => {
    window.braise?.('track', 'Video Watched')
    window.braise?.('nonsense')
    window.braise?.('identify', 'nope')
  })
  await says(words, 'unknown type of event')
  const heard = words.slice(before).filter((line) => line.startsWith('Braise was heard'))
  expect(heard).toEqual([
    expect.stringMatching(
      /^Braise was heard: 1 event is stored.*; refused: who the visitor is \(email is not an e-mail address\), "nonsense", which the collector does not know \(unknown type of event\)\.$/,
    ),
  ])
  expect(words.join()).not.toContain('was refused event')
})

test('with data-debug the owner reads which event was refused, where the collector writes its id in full', async () => {
  await stage.context.route('**/e', (route) => {
    const [, line = ''] = route.request().postData()?.split('\n') ?? []
    const rejected = [{ id: fullId(JSON.parse(line).id), reason: 'excluded host' }]
    const body = JSON.stringify({ accepted: 0, rejected })
    return route.fulfill({ status: 202, body, headers: { 'access-control-allow-origin': '*' } })
  })
  const { words } = await visitTalking()
  await says(words, `Braise was heard: 0 events are stored; refused: a page view of ${stage.siteUrl}/ (excluded host).`)
})

test('an answer that is no receipt is no error, with data-debug either', async () => {
  await stage.context.route('**/e', (route) =>
    route.fulfill({ status: 200, body: 'null', headers: { 'access-control-allow-origin': '*' } }),
  )
  const { page, words } = await visitTalking()
  page.on('pageerror', (error) => stage.errors.push(String(error)))
  await says(words, 'Braise was answered (200), but not by a collector. The events are dropped.')
  const kept = async () => Object.keys(await stage.stored(page)).filter((name) => name.includes('queue'))
  await vi.waitFor(async () => expect(await kept()).toEqual([]), PATIENCE)
})

test('with data-debug a bot reads that it is never scored', async () => {
  const { words } = await visitTalking() // Headless Chromium says in its user agent what it is.
  await says(words, 'stored, but never scored, because by its user agent this browser is a bot.')
})

const PERSON = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36'

test('with data-debug a browser that a program controls reads when it is not scored, and no other does', async () => {
  await stage.context.close()
  stage.context = await stage.browser.newContext({ userAgent: PERSON })
  const controlled = await visitTalking()
  await says(controlled.words, 'stored, but never scored if the user agent says that a program controls this browser.')
  await stage.context.addInitScript(() => Object.defineProperty(navigator, 'webdriver', { value: false }))
  const { words } = await visitTalking()
  await vi.waitFor(() => expect(words).toContain('Braise was heard: 1 event is stored.'), PATIENCE)
})

test.each([
  ['the collector in script-src', 'script-src COLLECTOR; connect-src COLLECTOR', ''],
  ['a nonce', "script-src 'nonce-own'; connect-src COLLECTOR", 'nonce="own"'],
])('with %s a Content-Security-Policy lets both files and the posts through', async (_, policy, attributes) => {
  stage.serve('/policy', policed(policy, attributes))
  const { page, words } = await listenAt('/policy')
  await says(words, 'Braise was heard:')
  // The line that makes `braise` callable before the script has loaded.
  expect(await page.evaluate(() => document.title)).toBe(attributes ? 'Callable' : 'Home')
})

test('a Content-Security-Policy without the collector in connect-src keeps the posts back, as the owner reads', async () => {
  stage.serve('/policy', policed("script-src COLLECTOR; connect-src 'self'", ''))
  const { words } = await listenAt('/policy')
  await says(words, 'Braise got no answer: the collector cannot be reached, or something blocks it')
})

function policed(policy: string, attributes: string): string {
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy.replaceAll('COLLECTOR', stage.collectorUrl)}">`
  const inline = `<script ${attributes}>window.braise = function () {}; document.title = 'Callable'</script>`
  return stage.html('Home', FORM, `data-debug ${attributes}`).replace('<title>', `${meta}<title>`) + inline
}
