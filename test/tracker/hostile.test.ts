/** Pages that break what others rely on: their own scripts run on, nobody complains, and the visit is told all the same. */
import { readFileSync } from 'node:fs'
import type { Frame, Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { PATIENCE } from '../support/patience.ts'
import { useLive } from './support/live.ts'

const live = useLive()
const ADA = { email: 'ada@analytical.example', company: 'Analytical' }

interface Hostility {
  name: string
  /** Runs before the tracker. */
  script: string
  /** True as long as the page's own doing is as it left it. */
  intact?: string
  /** In the form. */
  fields?: string
  /** Beside the form. */
  body?: string
  headers?: Record<string, string>
  /** The tag in another form. */
  tag?: string
  /** It can only be told by the next page that is sound. */
  later?: boolean
}

const STORAGE_FULL = `try { for (let length = 4 * 1024 * 1024; length >= 1; ) {
  try { localStorage.setItem('own.' + length + Math.random(), 'x'.repeat(length)) } catch { length = length / 2 } } } catch {}`
/** What Prototype 1.6 adds and replaces: https://github.com/prototypejs/prototype/blob/1.6.0.3/src/array.js */
const PROTOTYPE_JS = `
  function $A(list) { const all = []; for (let i = 0; i < list.length; i++) all.push(list[i]); return all }
  Array.from = $A
  Object.assign(Array.prototype, {
    each(act) { for (let i = 0; i < this.length; i++) act(this[i], i); return this },
    reduce() { return this.length > 1 ? this : this[0] },
    first() { return this[0] }, last() { return this[this.length - 1] }, clear() { this.length = 0; return this },
    size() { return this.length }, include(one) { return this.indexOf(one) >= 0 }, entries() { return $A(this) },
    find(test) { for (let i = 0; i < this.length; i++) if (test(this[i], i)) return this[i] },
    toJSON() { return '[' + this.map((one) => JSON.stringify(one)).join(', ') + ']' },
  })
  String.prototype.toJSON = function () { return JSON.stringify(String(this)) }
  Number.prototype.toJSON = function () { return String(this) }
  Function.prototype.curry = function () { return this }`

const HOSTILITIES: Hostility[] = [
  { name: 'a fetch that throws', script: 'fetch = () => { throw new Error("own") }', intact: 'fetch.length === 0' },
  { name: 'a fetch that returns nothing', script: 'fetch = () => {}', intact: 'fetch.length === 0' },
  {
    name: 'a fetch that answers nonsense',
    script: 'fetch = async () => "nonsense"',
    intact: 'fetch.length === 0',
    later: true,
  },
  {
    name: 'a fetch that never answers',
    script: 'fetch = () => new Promise(() => {})',
    intact: 'fetch.length === 0',
    later: true,
  },
  { name: 'no fetch', script: 'fetch = undefined', intact: 'fetch === undefined' },
  {
    name: 'frozen prototypes',
    script: `for (const each of [Object, Array, Function, String, Number, Promise, Map, Set, WeakMap, WeakSet, Date, RegExp,
        Error, Event, EventTarget, Node, Element, HTMLElement, HTMLFormElement, HTMLInputElement, History, Storage, Location,
        Navigator, FormData, URL, Blob, Response, Headers]) { Object.freeze(each.prototype); Object.freeze(each) }
      Object.freeze(JSON); Object.freeze(Math); Object.freeze(history); Object.freeze(console)`,
    intact: 'Object.isFrozen(Object.prototype)',
  },
  {
    name: 'enumerable additions to Array.prototype and Object.prototype',
    script: `Array.prototype.shuffle = function () { return this }; Array.prototype.version = "2.1"; Array.prototype.parent = {}
      Object.prototype.extend = function () { return this }; Object.prototype.owner = "page"; String.prototype.times = 3`,
    intact: 'Object.keys(Array.prototype).join() === "shuffle,version,parent"',
  },
  { name: 'Prototype.js', script: PROTOTYPE_JS, intact: 'Array.from === $A' },
  {
    name: 'an Array.prototype.toJSON',
    script: 'Array.prototype.toJSON = function () { return "[" + this.join() + "]" }',
    intact: 'JSON.stringify([1, 2]) === \'"[1,2]"\'',
  },
  {
    name: 'an Object.prototype.toJSON',
    script: 'Object.prototype.toJSON = function () { return "{object}" }',
    intact: 'JSON.stringify({}) === \'"{object}"\'',
  },
  {
    name: 'a localStorage that may not be touched',
    script:
      'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError") } })',
  },
  { name: 'a localStorage that is null', script: 'Object.defineProperty(window, "localStorage", { value: null })' },
  {
    name: 'a localStorage that is full',
    script: STORAGE_FULL,
    intact: `(() => { try { localStorage.setItem("more", "x".repeat(300)) } catch { return true } })()`,
  },
  { name: 'no document.currentScript', script: 'Object.defineProperty(document, "currentScript", { value: null })' },
  {
    name: 'a tag that a script inserts',
    script: `const tag = document.createElement("script"); tag.async = true; tag.src = "TRACKER"; tag.dataset.site = "default"
      document.head.append(tag)`,
    tag: '',
  },
  {
    name: 'a tag that a script inserts, without document.currentScript',
    script: `Object.defineProperty(document, "currentScript", { value: null })
      const tag = document.createElement("script"); tag.src = "TRACKER"; tag.dataset.site = "default"; document.head.append(tag)`,
    tag: '',
  },
  {
    name: 'a strict content security policy',
    script: '',
    headers: {
      'content-security-policy': `default-src 'none'; script-src TRACKER 'nonce-own'; connect-src ENDPOINT; base-uri 'none'; form-action 'self'`,
    },
  },
  {
    name: 'Trusted Types',
    script: '',
    headers: { 'content-security-policy': `require-trusted-types-for 'script'; trusted-types 'none'` },
  },
  {
    name: 'jQuery 1.12',
    script: `${readFileSync('node_modules/jquery-1/dist/jquery.min.js', 'utf8')}
      $(function () { $("form").submit(function () { $("body").attr("data-jquery", $(this).serialize()); return false }) })`,
    intact: '$("body").attr("data-jquery") === "email=ada%40analytical.example&company=Analytical"',
  },
  {
    name: 'fields that are called like what every form has',
    script: '',
    fields: [
      'elements',
      'closest',
      'getAttribute',
      'matches',
      'id',
      'name',
      'action',
      'submit',
      'nodeName',
      'length',
      'tagName',
    ]
      .map((name) => `<input type="hidden" name="${name}" value="x">`)
      .join(''),
  },
  { name: 'an element called braise', script: '', body: '<i id="braise"></i>' },
]

for (const hostility of HOSTILITIES) {
  test(`${hostility.name}: no word from the tracker, and the page and its form arrive`, async () => {
    serveHostile(hostility)
    const page = await live.visit('/contact')
    await fillIn(page, page)
    await page.locator('body[data-own]').waitFor()
    expect(await page.locator('body').getAttribute('data-own')).toBe('ada@analytical.example intact')
    if (hostility.later) await page.goto(`${live.siteUrl}/sound`)
    await expectArrived()
    await page.close()
    expect(live.complaints).toEqual([])
  })
}

for (const { sandbox, submits, cookie } of [
  { sandbox: 'allow-scripts allow-forms', submits: true },
  { sandbox: 'allow-scripts', submits: false },
  { sandbox: 'allow-scripts allow-forms', submits: true, cookie: ' data-cookie' },
]) {
  test(`a frame with sandbox="${sandbox}"${cookie ? ` and${cookie}` : ''} is told, and nothing complains`, async () => {
    serveHostile({ name: 'a sandbox', script: '', tag: live.tag(`data-site="default"${cookie ?? ''}`) })
    const frame = `<iframe sandbox="${sandbox}" src="/contact" width="600" height="400"></iframe>`
    live.serve('/', `<!doctype html><title>Outside</title>${frame}`)
    const page = await live.visit('/')
    const inside = page.frame({ url: '**/contact' }) as Frame
    if (submits) {
      await fillIn(page, inside)
      await expectArrived()
    }
    const [view] = await live.expect('page')
    expect(view).toMatchObject({ url: `${live.siteUrl}/contact`, title: 'Contact' })
    expect(live.complaints).toEqual([])
  })
}

function serveHostile({ script, intact = 'true', ...more }: Hostility): void {
  const { fields = '', body = '', headers = {}, tag = live.tag('data-site="default"') } = more
  const tracker = `${live.collectorUrl}/braise.js`
  const placed = (text: string) => text.replace('TRACKER', tracker).replace('ENDPOINT', `${live.collectorUrl}/e`)
  // The result stands in the page's own tree, because the test's own calls would meet the same hostilities.
  const own = `document.querySelector("[name=demo]").addEventListener("submit", (event) => {
    event.preventDefault()
    const email = document.querySelector("[name=email]").value
    setTimeout(() => document.body.setAttribute("data-own", email + (${intact} ? " intact" : " broken")))
  })`
  live.serve(
    '/contact',
    `<!doctype html><meta charset="utf-8"><title>Contact</title><script nonce="own">${placed(script)}</script>${tag}
      <body>${body}<form name="demo"><input type="email" name="email"><input name="company">${fields}<button>Send</button></form>
      <script nonce="own">${own}</script></body>`,
    { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, placed(value)])) },
  )
}

/** By the keyboard, because Playwright, too, would ask a form of its parts by names that its fields have taken. */
async function fillIn({ keyboard }: Page, where: Page | Frame): Promise<void> {
  await where.focus('[name=email]')
  await keyboard.insertText(ADA.email)
  await keyboard.press('Tab')
  await keyboard.insertText(ADA.company)
  await keyboard.press('Enter')
}

async function expectArrived(): Promise<void> {
  const forms = await live.expect('form')
  const views = () => live.stored('page').filter(({ url }) => url === `${live.siteUrl}/contact`)
  await vi.waitFor(() => expect(views()).toMatchObject([{ title: 'Contact' }]), PATIENCE)
  expect(forms.map(({ form, fields }) => ({ form, fields }))).toEqual([{ form: 'demo', fields: ADA }])
}
