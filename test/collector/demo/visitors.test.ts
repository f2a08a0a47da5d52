import { Window } from 'happy-dom'
import { isbot } from 'isbot'
import { expect, test } from 'vitest'
import { buyers } from '../../../collector/demo/buyers.ts'
import { guideFile, pages } from '../../../collector/demo/journeys.ts'
import { findAsset, renderPage } from '../../../collector/demo/pages.ts'
import { simulateVisitors } from '../../../collector/demo/visitors.ts'
import type { FormEvent, PageEvent, VisitorEvent } from '../../../tracker/protocol.ts'

const origin = 'http://localhost:3000'
const now = Date.UTC(2025, 10, 21, 15, 30)
const monthMs = 30 * 24 * 60 * 60 * 1000
const batches = simulateVisitors({ site: 'default', origin, now })
const events = batches.flatMap(({ batch }) => batch.events)

const isPage = (event: VisitorEvent): event is PageEvent => event.type === 'page'
const isForm = (event: VisitorEvent): event is FormEvent => event.type === 'form'
const forms = events.filter(isForm)

const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const timeOf = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16)

/** The visible fields of a form of the sample site, by name. */
function fieldsOf(path: string, form: string) {
  const document = new new Window().DOMParser().parseFromString(renderPage(path) ?? '', 'text/html')
  const fields = [...document.querySelectorAll(`form[data-braise-name="${form}"] [name]`)]
  return fields.filter((field) => !field.closest('.trap'))
}

test('the same seed gives the same batches, another seed others', () => {
  expect(simulateVisitors({ site: 'default', origin, now })).toEqual(batches)
  expect(simulateVisitors({ site: 'default', origin, now, seed: 2 })).not.toEqual(batches)
})

test('there are as many browsers as asked for', () => {
  expect(new Set(batches.map(({ batch }) => batch.visitorId)).size).toBe(300)
  const fewer = simulateVisitors({ site: 'default', origin, now, count: 60 })
  expect(new Set(fewer.map(({ batch }) => batch.visitorId)).size).toBe(60)
})

test('every id is a UUID v7 of its time, and no two events share one', () => {
  for (const { id, at } of events) {
    expect(id).toMatch(uuid7)
    expect(timeOf(id)).toBe(at)
  }
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  for (const { batch } of batches) expect(batch.visitorId).toMatch(uuid7)
})

test.each([now, Date.UTC(2025, 10, 22, 3, 0), Date.UTC(2026, 0, 4, 12, 0)])(
  'all of it lies in the 30 days before %d',
  (end) => {
    for (const { receivedAt, batch } of simulateVisitors({ site: 'default', origin, now: end })) {
      expect(receivedAt).toBeLessThanOrEqual(end)
      expect(batch.sentAt).toBeLessThanOrEqual(receivedAt)
      for (const { at } of batch.events) {
        expect(at).toBeLessThanOrEqual(batch.sentAt)
        expect(at).toBeGreaterThanOrEqual(end - monthMs)
      }
    }
  },
)

test('batches come in the order of their arrival, and nobody posts into a page that was not opened', () => {
  const arrivals = batches.map(({ receivedAt }) => receivedAt)
  expect(arrivals).toEqual([...arrivals].sort((one, other) => one - other))
  const opened = new Set(events.filter(isPage).map(({ pageId }) => pageId))
  for (const event of events) if (event.type === 'engage') expect(opened).toContain(event.pageId)
})

test('every page that was read is a page of the site, under its title', () => {
  for (const { url, title } of events.filter(isPage)) {
    const { pathname } = new URL(url)
    expect(url.startsWith(`${origin}/demo/`)).toBe(true)
    expect(renderPage(pathname), pathname).toBeDefined()
    expect(title).toBe(pages[pathname as keyof typeof pages].title)
  }
  expect(findAsset(guideFile)).toBeDefined()
})

test('every form is one of the page it was sent from, filled as that page wants it', () => {
  const known = new Map<string, ReturnType<typeof fieldsOf>>()
  for (const { url, form, fields, offered = 0, filled = 0, filledMs = 0 } of forms) {
    const { pathname } = new URL(url)
    const wanted = known.get(pathname + form) ?? fieldsOf(pathname, form)
    known.set(pathname + form, wanted)
    expect(offered, form).toBe(wanted.length)
    expect(filled).toBeLessThanOrEqual(offered)
    expect(filledMs).toBeGreaterThan(0)
    const names = wanted.map((field) => field.getAttribute('name'))
    for (const name of Object.keys(fields)) expect(names).toContain(name)
    for (const field of wanted) {
      if (field.hasAttribute('required') && field.tagName !== 'TEXTAREA') {
        expect(fields[field.getAttribute('name') ?? ''], `${form}: ${field.outerHTML}`).toBeTruthy()
      }
      if (field.tagName === 'TEXTAREA') expect(fields).not.toHaveProperty([field.getAttribute('name') ?? ''])
      if (field.tagName === 'SELECT') {
        const options = [...field.querySelectorAll('option')].map(
          (option) => option.getAttribute('value') ?? option.text,
        )
        expect(options).toContain(fields[field.getAttribute('name') ?? ''])
      }
    }
  }
})

test('every kind of visitor is there', () => {
  const count = (form: string) => forms.filter((event) => event.form === form).length
  expect(count('demo request') + count('contact request')).toBe(buyers.length + 1 + 4)
  expect(count('newsletter')).toBeGreaterThan(15)
  expect(count('guide download')).toBeGreaterThan(20)
  expect(count('job application')).toBe(4)
  expect(forms.filter(({ trapped }) => trapped)).toHaveLength(1)
  expect(new Set(batches.map(({ userAgent }) => userAgent).filter((agent) => isbot(agent))).size).toBe(2)
  expect(batches.some(({ receivedAt }) => receivedAt > now - 60 * 60 * 1000)).toBe(true)

  const addresses = new Map<string, Set<string>>()
  const browsers = new Map<string, Set<string>>()
  for (const { batch } of batches) {
    for (const { fields } of batch.events.filter(isForm)) {
      const visitorId = batch.visitorId as string
      const email = fields.email as string
      addresses.set(visitorId, (addresses.get(visitorId) ?? new Set()).add(email))
      browsers.set(email, (browsers.get(email) ?? new Set()).add(visitorId))
    }
  }
  const sizes = (sets: Map<string, Set<string>>) => [...sets.values()].filter(({ size }) => size === 2).length
  expect(sizes(addresses)).toBe(1)
  expect(sizes(browsers)).toBe(2)
})
