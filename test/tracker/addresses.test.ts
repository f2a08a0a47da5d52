/** Addresses tell no secrets: neither what the tracker says of them nor what the collector keeps of what others say. */
import { expect, test } from 'vitest'
import { USER_AGENT } from '../support/client.ts'
import { useLive } from './support/live.ts'

const live = useLive()

const SECRETS = 'email=kanari%40canary.example&password=kanari&card=4929551200017701&token=kanari'

test('a form sent by GET puts its answers into the next address, and neither that nor the next referrer tells them', async () => {
  const form =
    '<form action="/thanks"><input name="email"><input type="password" name="password"><button>Send</button></form>'
  live.serve('/contact', live.html('Contact', form))
  live.serve('/thanks', live.html('Thanks', '<a href="/next">Next</a>'))
  const page = await live.visit('/contact')
  await page.fill('[name=email]', 'ada@analytical.example')
  await page.fill('[name=password]', 'kanari')
  await page.click('button')
  await page.click('a')
  await live.expect('page', 3)
  expect(page.url()).toBe(`${live.siteUrl}/next`)
  expect(live.stored('page').map(({ url, referrer }) => [url, referrer])).toEqual([
    [`${live.siteUrl}/contact`, undefined],
    [`${live.siteUrl}/thanks`, `${live.siteUrl}/contact`],
    [`${live.siteUrl}/next`, `${live.siteUrl}/thanks`],
  ])
  expect(live.dump()).not.toContain('kanari')
})

test('data-query lists what else an address may keep, as long as it is no e-mail address', async () => {
  live.serve('/pricing', live.html('Prices', '', 'data-site="default" data-query="plan, Ref,seats"'))
  await live.visit(
    `/pricing?plan=team&utm_source=news&seats=ada%40analytical.example&planet=mars&${SECRETS}&Ref=bob#plan=kanari`,
  )
  expect((await live.expect('page')).map(({ url }) => url)).toEqual([
    `${live.siteUrl}/pricing?plan=team&utm_source=news&Ref=bob`,
  ])
})

test('an ampersand in a path is part of it', async () => {
  live.serve('/q&a/billing', live.html('Billing'))
  await live.visit(`/q&a/billing?${SECRETS}&utm_source=news`)
  expect((await live.expect('page')).map(({ url }) => url)).toEqual([`${live.siteUrl}/q&a/billing?utm_source=news`])
})

test('a question mark within a value begins nothing', async () => {
  await live.visit('/pricing?next=/invite?ref=kanari&utm_source=news')
  expect((await live.expect('page')).map(({ url }) => url)).toEqual([`${live.siteUrl}/pricing?utm_source=news`])
})

test('of a link whose query may not be told nothing is left of it', async () => {
  live.serve('/files', live.html('Files', '<a href="/prices.pdf?v=kanari">Prices</a>'))
  const page = await live.visit('/files')
  await live.expect('page')
  await page.click('a')
  expect(await live.expect('track')).toMatchObject([{ properties: { href: `${live.siteUrl}/prices.pdf` } }])
})

test('with data-hash the path in the hash is told, and the query and the e-mail address in it are not', async () => {
  live.serve('/', live.html('Home', '', 'data-site="default" data-hash'))
  await live.visit(`/#/leads/ada@analytical.example/notes?${SECRETS}`)
  const [view] = await live.expect('page')
  expect(view?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#\/leads\/[^@?]*\/notes$/)
})

test('of a path, a title and a referrer only the e-mail addresses are left out', async () => {
  live.serve('/users/ada%40analytical.example/invoices', live.html('Invoices of ada@analytical.example – Acme'))
  const page = await live.newPage()
  await page.goto(`${live.siteUrl}/users/ada%40analytical.example/invoices`, {
    referer: `${live.siteUrl}/users/ada%40analytical.example/orders`,
  })
  const [view] = await live.expect('page')
  expect(view?.url).toMatch(/\/users\/[^/]*\/invoices$/)
  expect(view?.referrer).toMatch(/\/users\/[^/]*\/orders$/)
  expect(view?.title).toMatch(/^Invoices of .* – Acme$/)
  expect(JSON.stringify(view)).not.toMatch(/ada(@|%40)/i)
})

test('the collector cuts what another tracker tells', async () => {
  const now = Date.now()
  const id = (number: number) => `01a20137-128e-7e8b-9e63-06505000000${number}`
  const url = `${live.siteUrl}/users/ada@analytical.example?utm_source=news&${SECRETS}#access_token=kanari`
  const title = 'Invoices of ada@analytical.example'
  const events = [
    { id: id(1), type: 'page', at: now, pageId: id(2), url, referrer: url, title },
    { id: id(3), type: 'form', at: now + 1, url, form: 'demo', fields: { country: 'France' } },
    { id: id(4), type: 'track', at: now + 2, url, name: 'Clicked' },
  ]
  const response = await fetch(`${live.collectorUrl}/e`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', 'user-agent': USER_AGENT },
    body: JSON.stringify({ site: 'default', visitorId: id(5), sentAt: now + 3, events }),
  })
  expect(await response.json()).toEqual({ accepted: 3, rejected: [] })
  const stored = [...live.stored('page'), ...live.stored('form'), ...live.stored('track')]
  expect(stored.map(({ type }) => type)).toEqual(['page', 'form', 'track'])
  for (const event of stored) expect(new URL(event.url).search).toBe('?utm_source=news')
  expect(JSON.stringify(stored)).not.toMatch(/kanari|4929551200017701|ada(@|%40)/)
})
