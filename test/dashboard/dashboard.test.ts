// @vitest-environment happy-dom
// The whole dashboard in a page, before a server that answers from a table.
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { PATIENCE } from '../support/patience.ts'
import { lead } from './support/lead.ts'

const ada = lead({ id: 'a', name: 'Ada', rank: 60, lastSeenAt: 1000, stage: 'sql' })
const bob = lead({ id: 'b', name: 'Bob', rank: 40, lastSeenAt: 3000, stage: 'mql' })
const site = {
  id: 'acme',
  name: 'Acme',
  origins: [],
  excludedHosts: [],
  requireConsent: false,
  firstEventAt: 1,
  firstHost: null,
}
const session = {
  user: { email: 'eve@example.com' },
  publicUrl: 'https://stats.example.com',
  proxyWarning: false,
  diskWarning: false,
  lostCommits: 0,
  sites: [site],
}

declare global {
  interface Window {
    happyDOM: { setURL(url: string): void }
  }
}

let signedIn = true
let stream: EventTarget
const asked: string[] = []

const answers: Record<string, () => [number, unknown]> = {
  'GET /api/session': () => (signedIn ? [200, session] : [401, { status: 401, detail: 'Sign in' }]),
  'POST /api/session': () => {
    signedIn = true
    return [200, { user: session.user }]
  },
  'GET /api/sites': () => [200, { items: [site], next: null }],
  'GET /api/leads': () => [200, { items: [ada, bob], next: null }],
}

beforeAll(async () => {
  window.happyDOM.setURL('http://localhost:3000/?stage=')
  vi.stubGlobal('fetch', async (input: string, init?: RequestInit) => {
    const { pathname, search } = new URL(String(input), location.href)
    asked.push(`${init?.method ?? 'GET'} ${pathname}${search}`)
    const [status, body] = answers[`${init?.method ?? 'GET'} ${pathname}`]?.() ?? [404, {}]
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
  })
  vi.stubGlobal(
    'EventSource',
    class extends EventTarget {
      static CLOSED = 2
      constructor() {
        super()
        stream = this
      }
      close() {}
    },
  )
  vi.stubGlobal('matchMedia', () => ({ matches: true }))
  document.body.innerHTML = '<div id="root"></div>'
  await import('../../dashboard/main.tsx')
})

beforeEach(() => {
  asked.length = 0
})

const names = () => [...document.querySelectorAll('.ranking li .who a')].map((link) => link.textContent)

test('the list moves by itself when the stream brings a lead, and says so', async () => {
  await vi.waitFor(() => expect(names()).toEqual(['Ada', 'Bob']), PATIENCE)
  stream.dispatchEvent(new MessageEvent('lead', { data: JSON.stringify({ ...bob, rank: 75, score: 75 }) }))
  await vi.waitFor(() => expect(names()).toEqual(['Bob', 'Ada']), PATIENCE)
  expect(document.querySelector('[aria-live]')?.textContent).toBe('Bob: score 75, now number 1')
  expect(document.querySelector('.row.fresh')?.textContent).toContain('Bob')
  expect(document.title).toBe('Leads – Braise')
})

test('the list is asked for again when the stream is mended', async () => {
  stream.dispatchEvent(new Event('error'))
  stream.dispatchEvent(new Event('open'))
  await vi.waitFor(() => expect(names()).toEqual(['Ada', 'Bob']), PATIENCE)
})

test('who is no longer signed in signs in and comes back', async () => {
  const link = document.querySelector<HTMLAnchorElement>('a[href^="/?stage=mql"]')
  signedIn = false
  answers['GET /api/leads'] = () => (signedIn ? [200, { items: [bob], next: null }] : [401, {}])
  link?.click()
  await vi.waitFor(() => expect(location.pathname).toBe('/sign-in'), PATIENCE)
  const form = await vi.waitFor(
    () => document.querySelector('form') ?? Promise.reject(new Error('no form yet')),
    PATIENCE,
  )
  form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
  await vi.waitFor(() => expect(location.pathname + location.search).toBe('/?stage=mql'), PATIENCE)
  await vi.waitFor(() => expect(names()).toEqual(['Bob']), PATIENCE)
  expect(asked).toContain('GET /api/leads?site=acme&stage=mql')
})
