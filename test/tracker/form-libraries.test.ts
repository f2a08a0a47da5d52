/** Forms of the libraries that real sites have: the page still gets what was typed, and the collector what it may know. */
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { bundle } from './support/bundle.ts'
import { useLive } from './support/live.ts'

const live = useLive()
const SCRIPTS = ['react-hook-form', 'formik', 'jquery', 'web-components'] as const
const scripts = new Map<string, string>()

beforeAll(async () => {
  for (const name of SCRIPTS) scripts.set(name, await bundle(`test/tracker/pages/${name}.js`))
})

test('React Hook Form in two steps, refused once, tells the fields of both, and gets its data', async () => {
  const page = await visit('react-hook-form')
  await page.fill('[name=email]', 'ada@analytical.example')
  await page.fill('[name=firstName]', 'Ada')
  await page.fill('[name=password]', 'kanari')
  await page.click('#next')
  // `company` is missing: the library refuses what the browser lets pass. What counts is what is sent in the end.
  await page.click('text=Send')
  await page.fill('[name=company]', 'Analytical')
  await page.selectOption('[name=companySize]', '51-200')
  await page.fill('[name=message]', 'kanari')
  await page.click('text=Send')
  await live.settle(page)
  expect(await received(page)).toEqual([
    {
      email: 'ada@analytical.example',
      firstName: 'Ada',
      password: 'kanari',
      company: 'Analytical',
      companySize: '51-200',
      message: 'kanari',
    },
  ])
  const told = live.stored('form')
  expect(told.at(-1)?.form).toBe('demo')
  expect(told.at(-1)?.fields).toEqual({
    email: 'ada@analytical.example',
    firstName: 'Ada',
    company: 'Analytical',
    employees: '51-200',
  })
  expectQuiet()
})

test('Formik’s form is told once, with its fields, and gets its data', async () => {
  const page = await visit('formik')
  await page.fill('[name=email]', 'ada@analytical.example')
  await page.fill('[name=lastName]', 'Lovelace')
  await page.fill('[name=company]', 'Analytical')
  await page.fill('[name=password]', 'kanari')
  await page.click('button')
  await live.settle(page)
  expect(await received(page)).toEqual([
    { email: 'ada@analytical.example', lastName: 'Lovelace', company: 'Analytical', password: 'kanari' },
  ])
  expect(live.stored('form')).toMatchObject([{ form: 'demo' }])
  expect(live.stored('form')[0]?.fields).toEqual({
    email: 'ada@analytical.example',
    lastName: 'Lovelace',
    company: 'Analytical',
  })
  expectQuiet()
})

test('a Formik wizard, whose every step is submitted, tells what was answered in each', async () => {
  const page = await visit('formik', '#steps')
  await page.fill('[name=email]', 'ada@analytical.example')
  await page.fill('[name=lastName]', 'Lovelace')
  await page.click('button')
  await page.fill('[name=company]', 'Analytical')
  await page.click('button')
  await live.settle(page)
  expect(await received(page)).toMatchObject([{ email: 'ada@analytical.example', company: 'Analytical' }])
  const told = live.stored('form')
  expect(told.length).toBeLessThanOrEqual(2)
  expect(Object.assign({}, ...told.map(({ fields }) => fields))).toEqual({
    email: 'ada@analytical.example',
    lastName: 'Lovelace',
    company: 'Analytical',
  })
  expectQuiet()
})

test('a form that jQuery adds, posts and removes is told once, and its server gets the same', async () => {
  const page = await visit('jquery')
  await page.fill('[name=your-email]', 'ada@analytical.example')
  await page.fill('[name=your-company]', 'Analytical & Sons')
  await page.fill('[name=password]', 'kanari')
  const [post] = await Promise.all([page.waitForRequest('**/received'), page.click('button')])
  await page.getByRole('heading', { name: 'Thanks' }).waitFor()
  await live.settle(page)
  expect(Object.fromEntries(new URLSearchParams(post.postData() ?? ''))).toEqual({
    'your-email': 'ada@analytical.example',
    'your-company': 'Analytical & Sons',
    password: 'kanari',
  })
  expect(live.stored('form')).toMatchObject([{ form: 'demo' }])
  expect(live.stored('form')[0]?.fields).toEqual({ email: 'ada@analytical.example', company: 'Analytical & Sons' })
  expectQuiet()
})

for (const how of ['a click', 'the Enter key']) {
  test(`a form in a shadow root that was added later is told once when it is sent by ${how}`, async () => {
    const page = await visit('web-components')
    await page.evaluate(() => document.querySelector('#app')?.append(document.createElement('lead-form')))
    await page.fill('[name=email]', 'ada@analytical.example')
    await page.fill('[name=password]', 'kanari')
    await page.fill('[name=company]', 'Analytical')
    if (how === 'a click') await page.click('button')
    else await page.press('[name=company]', 'Enter')
    await live.settle(page)
    expect(await received(page)).toEqual([
      { email: 'ada@analytical.example', company: 'Analytical', password: 'kanari' },
    ])
    expect(live.stored('form')).toMatchObject([{ form: 'capture' }])
    expect(live.stored('form')[0]?.fields).toEqual({ email: 'ada@analytical.example', company: 'Analytical' })
    expectQuiet()
  })
}

test('a field that is an element of its own is read, and the form’s data is gathered by the page alone', async () => {
  const page = await visit('web-components')
  await page.evaluate(() => {
    const app = document.querySelector('#app') as HTMLElement
    app.innerHTML = `<form name="capture"><lead-field name="email"></lead-field><lead-field name="company"></lead-field>
      <lead-field name="password" type="password"></lead-field><button>Send</button></form>`
    const form = document.forms[0] as HTMLFormElement
    form.addEventListener('formdata', ({ formData }) => formData.append('gathered', 'once'))
    form.addEventListener('formdata', () => window.gathered.push('formdata'))
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      window.received.push(Object.fromEntries(new FormData(form)))
    })
  })
  await page.locator('lead-field[name=email] input').fill('ada@analytical.example')
  await page.locator('lead-field[name=company] input').fill('Analytical')
  await page.locator('lead-field[name=password] input').fill('kanari')
  await page.click('button')
  await live.settle(page)
  expect(await received(page)).toEqual([
    { email: 'ada@analytical.example', company: 'Analytical', password: 'kanari', gathered: 'once' },
  ])
  expect(await page.evaluate(() => window.gathered)).toEqual(['formdata'])
  expect(live.stored('form')).toHaveLength(1)
  expect(live.stored('form')[0]?.fields).toEqual({ email: 'ada@analytical.example', company: 'Analytical' })
  expectQuiet()
})

declare global {
  interface Window {
    /** What the page's own handlers were given. */
    received: unknown[]
    gathered: string[]
  }
}

async function visit(script: (typeof SCRIPTS)[number], hash = ''): Promise<Page> {
  live.serve('/app.js', scripts.get(script) ?? '')
  const page =
    '<script>received = []; gathered = []</script><div id="app"></div><script type="module" src="/app.js"></script>'
  live.serve('/contact', live.html('Contact', page))
  return live.visit(`/contact${hash}`)
}

function received(page: Page): Promise<unknown[]> {
  return page.evaluate(() => window.received)
}

/** Nobody complains, and what may not be told has not been: every password and message here is the same. */
function expectQuiet(): void {
  expect(live.complaints).toEqual([])
  expect(live.dump()).not.toContain('kanari')
}
