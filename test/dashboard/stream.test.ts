import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { listen } from '../../dashboard/stream.ts'

const SECOND = 1000
const opened = vi.fn()
const broken = vi.fn()
const asked = vi.fn(async (_url: string) => new Response('{}'))
let sources: Source[]

class Source extends EventTarget {
  static CLOSED = 2
  readyState = 1
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    sources.push(this)
  }
  close() {
    this.readyState = Source.CLOSED
  }
}

beforeEach(() => {
  sources = []
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Source)
  vi.stubGlobal('fetch', asked)
})

afterEach(() => {
  vi.useRealTimers()
  vi.clearAllMocks()
})

test('a stream that is back at once is not called broken', () => {
  listen('acme', () => ({ opened, broken }))
  sources[0]?.dispatchEvent(new Event('error'))
  vi.advanceTimersByTime(3 * SECOND)
  sources[0]?.dispatchEvent(new Event('open'))
  vi.advanceTimersByTime(60 * SECOND)
  expect(opened).toHaveBeenCalledOnce()
  expect(broken).not.toHaveBeenCalled()
})

test('a stream that the browser has given up is opened again', () => {
  listen('acme', () => ({ opened, broken }))
  const [first] = sources
  first?.close()
  first?.dispatchEvent(new Event('error'))
  vi.advanceTimersByTime(6 * SECOND)
  expect(broken).toHaveBeenCalledOnce()
  expect(sources.map(({ url }) => url)).toEqual(['/api/stream?site=acme', '/api/stream?site=acme'])
})

test('who is refused the stream may have been signed out, and is asked', async () => {
  listen('acme', () => ({ opened, broken }))
  sources[0]?.close()
  sources[0]?.dispatchEvent(new Event('error'))
  await vi.waitFor(() => expect(asked.mock.calls.map(([url]) => url)).toEqual(['/api/session']))
})

test('nothing is opened or told any more after the end', () => {
  const end = listen('acme', () => ({ opened, broken }))
  const [first] = sources
  first?.close()
  first?.dispatchEvent(new Event('error'))
  end()
  vi.advanceTimersByTime(60 * SECOND)
  expect(sources).toHaveLength(1)
  expect(broken).not.toHaveBeenCalled()
})
