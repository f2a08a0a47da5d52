/** Fifty forms as they are met in the wild, each holding what nobody may be told. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { FormEvent, PageEvent } from '../../tracker/protocol.ts'
import { BUILDERS } from './fixtures/builders.ts'
import { addressesOf, answerOf, canariesOf, type Fixture, planted, type Trait, wantedOf } from './fixtures/fixture.ts'
import { FRAMEWORKS } from './fixtures/frameworks.ts'
import { MARKETING } from './fixtures/marketing.ts'
import { SHAPES } from './fixtures/shapes.ts'
import { WORDPRESS } from './fixtures/wordpress.ts'
import { Live } from './support/live.ts'

const FIXTURES = [...MARKETING, ...WORDPRESS, ...BUILDERS, ...FRAMEWORKS, ...SHAPES]
const LEAST_RIGHT = 48
/** Browser profiles side by side: a page mostly waits. */
const LANES = 4
const TOLD_WITHIN = { timeout: 30_000, interval: 25 }

const live = new Live()
let forms: FormEvent[]
let pages: PageEvent[]
/** Everything that came to where the tracker posts, and everything that is kept of it. */
let wire: string
let database: string

beforeAll(async () => {
  await live.open()
  await live.raise()
  const waiting = [...FIXTURES.entries()]
  const lane = async () => {
    const context = await live.browser.newContext()
    const page = await live.newPage(context)
    for (let next = waiting.shift(); next; next = waiting.shift()) await fillInAndSubmit(page, next[1], next[0])
    await context.close() // What its pages say as they close is on the wire, too.
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  forms = live.stored('form')
  const viewed = () => new Set(live.stored('page').map(({ url }) => fixtureOf(url)))
  await vi.waitFor(() => expect(viewed().size).toBeGreaterThan(FIXTURES.length), TOLD_WITHIN).catch(() => {})
  pages = live.stored('page')
  wire = live.tapped
    .filter(({ url }) => url.startsWith('/e'))
    .map(({ url, headers, body }) => [url, ...headers, body].join('\n'))
    .join('\n')
  database = live.dump()
}, 240_000)
afterAll(async () => {
  await live.strike()
  await live.close()
})

test('fifty forms are sent, each is told once, and none of their pages complains', () => {
  expect(FIXTURES).toHaveLength(50)
  expect(live.complaints).toEqual([])
  expect(forms.map(({ url }) => fixtureOf(url)).sort()).toEqual(FIXTURES.map(({ name }) => name).sort())
  expect(forms.filter(({ trapped }) => trapped).map(({ url }) => fixtureOf(url))).toEqual([])
})

test('what nobody may be told is neither on the wire nor in the database', () => {
  expect(wire).toContain('ada@hubspot.example')
  expect(database).toContain('ada@hubspot.example')
  const canaries = FIXTURES.flatMap((fixture, index) =>
    Object.entries(canariesOf(fixture, index)).map(([what, canary]) => [`${fixture.name}: ${what}`, canary] as const),
  )
  expect(new Set(canaries.map(([, canary]) => canary)).size).toBe(canaries.length)
  for (const told of [wire, database]) {
    const plain = decoded(told)
    const packed = plain.replace(/[\s-]/g, '')
    const leaked = canaries.filter(
      ([, canary]) => plain.includes(canary) || packed.includes(canary.replace(/[\s-]/g, '')),
    )
    expect(leaked.map(([what]) => what)).toEqual([])
    // What forms hold by themselves: tokens, states, what is disabled.
    expect(plain.match(/.{40}kanari.{10}/g) ?? []).toEqual([])
  }
})

test('an e-mail address in a path, a title or a campaign is neither on the wire nor in the database', () => {
  for (const told of [wire, database]) {
    const plain = decoded(told)
    const leaked: Record<string, number> = {}
    for (const [what, address] of FIXTURES.flatMap((fixture) => Object.entries(addressesOf(fixture)))) {
      if (plain.includes(address)) leaked[what] = (leaked[what] ?? 0) + 1
    }
    expect(leaked).toEqual({})
  }
})

test('the pages of the forms are still known by their paths, their referrers and their campaigns', () => {
  const site = live.siteUrl
  for (const { name } of FIXTURES) {
    const [page] = pages.filter(({ url }) => url.startsWith(`${site}/forms/${name}/`))
    expect(page?.referrer).toMatch(`${site}/from/${name}/`)
    expect(new URL(page?.url ?? '').search).toBe('?utm_source=news')
    expect(page?.title).toMatch(/^Contact/)
  }
})

test(`the wanted fields are right in at least ${LEAST_RIGHT} of the 50 forms`, () => {
  const wrong = FIXTURES.flatMap((fixture) => {
    const { must, may } = wantedOf(fixture)
    const told = forms.find(({ url }) => fixtureOf(url) === fixture.name)?.fields ?? {}
    const unwanted = Object.entries(told).filter(([field, value]) => (must[field] ?? may[field]) !== value)
    const missing = Object.entries(must).filter(([field, value]) => told[field] !== value)
    return missing.length + unwanted.length > 0
      ? [{ form: fixture.name, missing: Object.fromEntries(missing), unwanted: Object.fromEntries(unwanted) }]
      : []
  })
  expect(wrong.length > FIXTURES.length - LEAST_RIGHT ? wrong : []).toEqual([])
})

/** Comes from another page of the site, with secrets in both addresses. */
async function fillInAndSubmit(page: Page, fixture: Fixture, index: number): Promise<void> {
  const { name } = fixture
  const canaries = canariesOf(fixture, index)
  const addresses = addressesOf(fixture)
  const campaign = `utm_source=news&utm_content=${addresses.campaign}`
  const path = `/forms/${name}/${addresses.path}`
  const link = `${path}?${campaign}&token=${canaries.query}&email=${canaries.query}%40canary.example#access_token=${canaries.fragment}`
  const { form, bodyAttributes } = planted(fixture, index)
  const head = `<!doctype html><meta charset="utf-8"><title>Contact ${addresses.title}</title>${live.tag()}`
  live.serve(path, `${head}<body ${bodyAttributes}>${form}</body>`)

  const referer = `${live.siteUrl}/from/${name}/${addresses.referrer}?session=${canaries.referrerQuery}`
  await page.goto(live.siteUrl + link, { referer })
  await plant(page)
  await page.locator('[type=file]').setInputFiles({
    name: `${canaries.file}.pdf`,
    mimeType: 'application/pdf',
    buffer: Buffer.from(canaries.file),
  })
  const questions = Object.entries({ ...fixture.answers, ...fixture.labelled })
  for (const [trait, selector] of questions) await answer(page, fixture, selector, answerOf(fixture, trait as Trait))
  for (const [field, value] of Object.entries(fixture.listed ?? {})) {
    const listed = page.locator(`[name="${field}"]`)
    if (await listed.isVisible()) await answer(page, fixture, `[name="${field}"]`, value)
  }
  await page
    .locator(fixture.submit ?? 'button:not([type=button]), [type=submit]')
    .first()
    .click()
  const isTold = () => expect(live.stored('form').map(({ url }) => fixtureOf(url))).toContain(name)
  await vi.waitFor(isTold, TOLD_WITHIN).catch(() => {}) // A test will say so.
}

/** Types each canary into its field, all at once: fifty times twelve fields one by one would take a minute. */
async function plant(page: Page): Promise<void> {
  await page.locator('[data-planted]:not([type=file])').evaluateAll((fields) => {
    for (const field of fields as HTMLInputElement[]) {
      const canary = field.dataset.planted ?? ''
      field.focus()
      if (field.isContentEditable) field.textContent = canary
      else field.value = canary
      field.dispatchEvent(new Event('input', { bubbles: true }))
      field.dispatchEvent(new Event('change', { bubbles: true }))
    }
  })
}

async function answer(page: Page, { next }: Fixture, selector: string, value: string): Promise<void> {
  const field: Locator = page.locator(selector).first()
  if (next && !(await field.isVisible())) await page.locator(next).first().click()
  const kind = await field.evaluate((element) => (element as HTMLInputElement).type)
  if (kind === 'select-one') await field.selectOption({ label: value })
  else if (kind === 'radio' || kind === 'checkbox') await field.check()
  else await field.fill(value)
}

function fixtureOf(url: string): string {
  return new URL(url).pathname.split('/')[2] ?? ''
}

function decoded(text: string): string {
  return text.replace(/%40/gi, '@').replace(/%20|\+(?=\w)/g, ' ')
}
