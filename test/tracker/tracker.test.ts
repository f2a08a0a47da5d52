import { expect, test } from 'vitest'
import { useStage } from './support/stage.ts'

const stage = useStage()

test('calls made before the script has loaded are answered in their order', async () => {
  const stub = 'window.braise = window.braise || function () { (braise.q = braise.q || []).push(arguments) }'
  stage.serve(
    '/',
    `<!doctype html><title>Home</title><script>${stub}
      braise('page', { title: 'Named by the page' })
      braise('identify', 'ada@example.com', { firstName: 'Ada', employees: 12, nested: {} }, { proof: 'v1.1.ff' })
      braise('track', 'Video Watched', { seconds: 40, nested: {} })</script>${stage.tag()}`,
  )
  await stage.visit('/')
  await stage.expect('track')
  const [view] = await stage.expect('page')
  expect(stage.events('page')).toHaveLength(1)
  expect(view?.title).toBe('Named by the page')
  expect(stage.events('identify')).toMatchObject([{ email: 'ada@example.com' }])
  expect(stage.received.map(({ body }) => body).join()).toContain('"proof":"v1.1.ff"')
  expect(stage.events('identify')[0]?.traits).toEqual({ firstName: 'Ada', employees: '12' })
  expect(stage.events('track')[0]?.properties).toEqual({ seconds: 40 })
  const times = [view?.at ?? 0, stage.events('identify')[0]?.at ?? 0, stage.events('track')[0]?.at ?? 0]
  expect(times).toEqual([...new Set(times)].sort())
})

test('calls that say when they were made are heard as of then, and what is no time as of now', async () => {
  stage.serve(
    '/',
    `<!doctype html><title>Home</title><script>
      const call = (name, time) => Object.assign(['track', name], { time })
      const times = [undefined, NaN, Infinity, 1e12, 'soon', {}, []]
      window.braise = () => {}
      braise.q = [...times.map((time) => call('Strange', time)), call('Plain')]</script>${stage.tag()}`,
  )
  const page = await stage.visit('/')
  const origin = await page.evaluate(() => performance.timeOrigin)
  const told = await stage.expect('track', 8)
  expect(told.at(-1)?.name).toBe('Plain')
  for (const { at } of told) {
    expect(at).toBeGreaterThanOrEqual(Math.floor(origin) - 1)
    expect(at).toBeLessThanOrEqual(stage.received[0]?.batch.sentAt ?? 0)
  }
})

test('calls that make no sense are ignored without a word', async () => {
  const page = await stage.visit('/')
  const words: string[] = []
  page.on('console', (message) => words.push(message.text()))
  await page.evaluate(() => {
    const call = window.braise as (...details: unknown[]) => void
    for (const command of ['nonsense', 'constructor', '__proto__', '', null, undefined, 7, {}]) call(command, 1, 2)
    const circular: Record<string, unknown> = {}
    circular.self = circular
    for (const detail of [null, undefined, 0, NaN, '', [], {}, circular, Symbol('s'), () => 1]) {
      for (const command of ['track', 'identify', 'consent', 'visitor']) call(command, detail, detail, detail)
    }
    call('submit', null)
    call('visitor', () => {
      throw new Error('of the page')
    })
  })
  await stage.settle(page)
  expect(stage.events('track')).toHaveLength(1)
  expect([...stage.events('identify'), ...stage.events('consent')]).toEqual([])
  expect(words).toEqual([])
})

test('a page without storage, with frozen prototypes and a broken fetch has no error, and is still counted', async () => {
  await stage.context.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    Reflect.deleteProperty(window, 'navigation')
    for (const { prototype } of [Object, Array, Function, String, Promise, Map, Set, History, EventTarget, Element]) {
      Object.freeze(prototype)
    }
    window.fetch = () => {
      throw new Error('broken')
    }
  })
  stage.serve('/', stage.html('Home', '<form onsubmit="return false"><input name="email" value="a@b.example"></form>'))
  const page = await stage.visit('/')
  await page.evaluate(() => {
    history.pushState(null, '', '/two')
    document.forms[0]?.requestSubmit()
  })
  await stage.expect('form')
  await stage.expect('page')
  expect(new Set(stage.received.map(({ batch }) => batch.visitorId)).size).toBe(1)
})

test('the page keeps its globals: one is added', async () => {
  const page = await stage.visit('/')
  await stage.settle(page)
  const added = await page.evaluate(() => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const plain = Object.getOwnPropertyNames(frame.contentWindow)
    return Object.getOwnPropertyNames(window).filter((name) => !plain.includes(name) && !/^\d+$/.test(name))
  })
  expect(added.filter((name) => !name.startsWith('__playwright'))).toEqual(['braise'])
})

test('data-api says where to post', async () => {
  stage.serve('/', stage.html('Home', '', 'data-api="/elsewhere"'))
  const page = await stage.visit('/')
  const request = await page.waitForRequest((sent) => sent.method() === 'POST')
  expect(request.url()).toBe(`${stage.collectorUrl}/elsewhere`)
})
