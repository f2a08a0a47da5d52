/** All the ways in which a form is sent, and what pages do in their handlers: one submission is one event. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { useLive } from './support/live.ts'

const live = useLive()

const FIELDS = '<input type="email" name="email" required><input name="company">'
const FORM = `<form name="demo">${FIELDS}<button>Send</button></form>`
const ADA = { email: 'ada@analytical.example', company: 'Analytical' }
/** The page handles its form by itself, and counts. */
const HANDLED = 'form.addEventListener("submit", (event) => { event.preventDefault(); handled += 1 })'

test('a form sent by requestSubmit is told once, and not at all while it is invalid', async () => {
  const page = await visit(FORM, HANDLED)
  await page.evaluate(() => document.forms[0]?.requestSubmit())
  await fillIn(page)
  await page.evaluate(() => document.forms[0]?.requestSubmit(document.querySelector('button')))
  await expectOne(page, ADA)
})

test('a button with formnovalidate sends what is not valid, and so does a form with novalidate', async () => {
  const page = await visit(
    `<form name="demo">${FIELDS}<button>Send</button><button formnovalidate id="draft">Save as a draft</button></form>`,
    HANDLED,
  )
  await page.fill('[name=company]', 'Analytical')
  await page.click('text=Send')
  expect(await handled(page)).toBe(0)
  await page.click('#draft')
  await expectOne(page, { company: 'Analytical' })

  live.serve('/two', live.html('Two', `<form novalidate action="/thanks">${FIELDS}<button>Send</button></form>`))
  await page.goto(`${live.siteUrl}/two`)
  await page.fill('[name=company]', 'Second')
  await page.click('button')
  await page.waitForURL('**/thanks*')
  await live.settle(page)
  expect(live.stored('form').map(({ fields }) => fields.company)).toEqual(['Analytical', 'Second'])
})

test('a page that keeps submissions from everybody else, on window and before all, is still seen', async () => {
  const page = await visit(
    FORM,
    `addEventListener("load", () => addEventListener("submit", (event) => {
      event.preventDefault(); event.stopImmediatePropagation(); handled += 1 }, true))`,
  )
  await fillIn(page)
  await page.click('button')
  await expectOne(page, ADA)
})

for (const [what, how] of [
  ['removes the form at once', 'form.remove()'],
  ['resets the form at once', 'form.reset()'],
  ['replaces its fields at once', 'form.innerHTML = "<p>Thanks</p>"'],
  ['empties it as the first of all', 'for (const field of form.elements) field.value = ""'],
]) {
  test(`a handler that ${what} loses nothing`, async () => {
    // The first of all that come after the tracker; the others where a page has them.
    const [target, capture] = what === 'empties it as the first of all' ? ['window', true] : ['form', false]
    const page = await visit(
      FORM,
      `addEventListener("load", () => ${target}.addEventListener("submit", (event) => {
        event.preventDefault(); handled += 1; ${how} }, ${capture}))`,
    )
    await fillIn(page)
    await page.click('button')
    await expectOne(page, ADA)
  })
}

test('a handler that reports the form as well, at once and when its server has answered, makes one event', async () => {
  const page = await visit(
    FORM,
    `${HANDLED}; form.addEventListener("submit", () => {
      braise("submit", form)
      braise("submit", new FormData(form), { form: "demo" })
      setTimeout(() => braise("submit", { email: form.elements.email.value }), 60) })`,
  )
  await fillIn(page)
  await page.click('button')
  await expectOne(page, ADA)
})

test('a report that comes after the form has been sent is the same submission, and another one is another', async () => {
  const page = await visit(FORM, HANDLED)
  await fillIn(page)
  await page.click('button')
  await live.expect('form')
  await page.evaluate(() => {
    const form = document.forms[0] as HTMLFormElement
    window.braise?.('submit', form)
    window.braise?.('submit', new FormData(form))
    window.braise?.('submit', { email: 'ada@analytical.example' })
  })
  await live.settle(page)
  expect(live.stored('form')).toHaveLength(1)

  await page.fill('[name=company]', 'Engines')
  await page.click('button')
  await live.settle(page)
  const told = live.stored('form').map(({ form, fields }) => [form, fields])
  expect(told).toEqual([
    ['demo', ADA],
    ['demo', { ...ADA, company: 'Engines' }],
  ])
})

test('a report without the name, from the address after, leaves the first one its own', async () => {
  const page = await visit(FORM, HANDLED)
  await live.settle(page)
  await fillIn(page)
  await page.evaluate(() => {
    window.braise?.('submit', document.forms[0] as HTMLFormElement)
    history.pushState(null, '', '/thanks')
    window.braise?.('submit', { email: 'ada@analytical.example' })
  })
  await live.settle(page)
  expect(live.stored('form')).toMatchObject([{ form: 'demo', url: `${live.siteUrl}/contact`, offered: 2, filled: 2 }])
})

test('a form that is reported again after consent was withdrawn names nobody', async () => {
  const page = await visit(FORM, HANDLED)
  await live.settle(page)
  await fillIn(page)
  await page.evaluate(() => {
    const form = document.forms[0] as HTMLFormElement
    window.braise?.('submit', form)
    window.braise?.('consent', 'denied')
    window.braise?.('submit', form, { form: 'asked again' })
  })
  await live.expect('form')
  const [told, ...others] = live.posted().filter(({ type }) => type === 'form')
  expect(others).toEqual([])
  expect(told).toMatchObject({ form: 'asked again', after: undefined })
  expect(told?.visitorId).toBeUndefined()
})

test('a form that is reported again after reset is of whom the next events are of, and nothing links it to who was before', async () => {
  const page = await visit(FORM, HANDLED)
  await live.settle(page)
  await fillIn(page)
  await page.evaluate(() => {
    const form = document.forms[0] as HTMLFormElement
    window.braise?.('submit', form)
    window.braise?.('reset')
    window.braise?.('submit', form, { form: 'asked again' })
    window.braise?.('track', 'After')
  })
  await live.settle(page)
  const told = live.posted()
  const [before, after] = told.filter((event) => event.type === 'form').sort((one, other) => one.at - other.at)
  expect(after?.visitorId).toBe(told.find((event) => event.type === 'track' && event.name === 'After')?.visitorId)
  expect(after).toMatchObject({ form: 'asked again', after: undefined })
  expect(before?.visitorId).not.toBe(after?.visitorId)
})

test('a form that code submits without an event is told by hand, and the browser sends it', async () => {
  const page = await visit(`<form name="demo" action="/thanks">${FIELDS}</form><button>Go</button>`, '')
  await fillIn(page)
  await page.evaluate(() => {
    const form = document.forms[0] as HTMLFormElement
    window.braise?.('submit', form)
    form.submit()
  })
  await page.waitForURL('**/thanks?email=*')
  await live.settle(page)
  expect(live.stored('form').map(({ form, fields }) => ({ form, fields }))).toEqual([{ form: 'demo', fields: ADA }])
})

test('two forms of one page, sent by one person within a moment, are two events', async () => {
  const page = await visit(
    `${FORM}<form name="newsletter" onsubmit="return false">${FIELDS}<button>Join</button></form>`,
    HANDLED,
  )
  await fillIn(page)
  await page.fill('[name=newsletter] [name=email]', ADA.email)
  await page.click('text=Send')
  await page.click('text=Join')
  await live.settle(page)
  expect(live.stored('form').map(({ form }) => form)).toEqual(['demo', 'newsletter'])
})

test('a form in a dialog, one in a shadow root of before the script, and one moved there later are all seen', async () => {
  const page = await visit(
    `<dialog open><form method="dialog" name="dialog">${FIELDS}<button>Send</button></form></dialog>
     <div id="host"><template shadowrootmode="open"><form name="declared">${FIELDS}<button>Send</button></form></template></div>
     <div id="later"></div><form name="moved">${FIELDS}<button>Send</button></form>`,
    'addEventListener("submit", (event) => event.preventDefault())',
  )
  await page.evaluate(() => {
    const stay = (event: Event) => event.preventDefault()
    document.querySelector('#host')?.shadowRoot?.addEventListener('submit', stay)
    const root = document.querySelector('#later')?.attachShadow({ mode: 'open' })
    root?.append(document.querySelector('[name=moved]') as Element)
    root?.addEventListener('submit', stay)
  })
  for (const name of ['dialog', 'declared', 'moved']) {
    await page.fill(`[name=${name}] [name=email]`, `${name}@analytical.example`)
    await page.click(`[name=${name}] button`)
  }
  await live.settle(page)
  const told = live.stored('form').map(({ form, fields }) => [form, fields.email])
  expect(told).toEqual(['dialog', 'declared', 'moved'].map((name) => [name, `${name}@analytical.example`]))
  expect(live.complaints).toEqual([])
})

test('a page that tells its whole address to everybody does not tell it to the collector', async () => {
  const page = await visit(`<meta name="referrer" content="unsafe-url">${FORM}`, HANDLED, '?token=kanari')
  await fillIn(page)
  await page.click('button')
  await expectOne(page, ADA)
  const posts = live.tapped.filter(({ url, method }) => url === '/e' && method === 'POST')
  const addresses = posts.flatMap(({ headers }) =>
    headers.filter((header) => header.startsWith(`${live.siteUrl}/contact`)),
  )
  expect(addresses).toEqual([])
})

declare global {
  interface Window {
    /** How many submissions the page's own handler was given. */
    handled: number
  }
}

async function visit(body: string, script: string, query = ''): Promise<Page> {
  const own = `<script>handled = 0; form = document.forms[0]; ${script}</script>`
  live.serve('/contact', live.html('Contact', body + own))
  return live.visit(`/contact${query}`)
}

async function fillIn(page: Page): Promise<void> {
  await page.fill('[name=email]', ADA.email)
  await page.fill('[name=company]', ADA.company)
}

function handled(page: Page): Promise<number> {
  return page.evaluate(() => window.handled)
}

async function expectOne(page: Page, fields: Record<string, string>): Promise<void> {
  await page.waitForTimeout(80) // What the page says when its server has answered.
  await live.settle(page)
  expect(await handled(page)).toBe(1)
  expect(live.stored('form').map((event) => ({ form: event.form, fields: event.fields }))).toEqual([
    { form: 'demo', fields },
  ])
  expect(live.complaints).toEqual([])
}
