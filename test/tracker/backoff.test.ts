// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fullId } from '../../collector/domain/shortid.ts'
import { BEAT } from '../../tracker/autotrack.ts'
import { setOptions } from '../../tracker/options.ts'
import { flush, tell } from '../../tracker/transport.ts'
import { uuid } from '../../tracker/visitor.ts'

// Not the environment's: since Node 25 there is one of Node's own in its place, which holds nothing without a file, and
// happy-dom's, unlike a browser's, throws where what is deleted is not there. The tracker looks for it as it is loaded.
vi.hoisted(() => vi.stubGlobal('localStorage', {}))

/** The collector of this test, for hours of waiting that no real one can be asked to spend. */
const posts: number[] = []
let answer: () => Promise<Response>

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 5) })
  vi.stubGlobal('fetch', () => {
    posts.push(Date.now())
    return answer()
  })
  setOptions({ dataset: { site: 'acme' }, src: 'http://collector.example/braise.js' })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('a silent collector is asked less and less often, and the events are given up after a day', async () => {
  answer = () => Promise.reject(new TypeError('network'))
  tell('identify', 'ada@example.com')
  setInterval(() => flush(), BEAT)
  await vi.advanceTimersByTimeAsync(23 * 60 * 60 * 1000)
  const waits = posts.slice(1).map((at, index) => at - (posts[index] ?? 0))
  expect(waits[0]).toBeLessThanOrEqual(2000)
  expect(waits[5]).toBeGreaterThanOrEqual(32_000)
  expect(Math.max(...waits)).toBeLessThanOrEqual(5 * 60 * 1000 + BEAT)
  expect(waits.at(-1)).toBeGreaterThanOrEqual(3 * 60 * 1000)
  expect(new Set(waits.slice(-20)).size).toBeGreaterThan(1)

  await vi.advanceTimersByTimeAsync(2 * 60 * 60 * 1000)
  const asked = posts.length
  await vi.advanceTimersByTimeAsync(60 * 60 * 1000)
  expect(posts).toHaveLength(asked)
})

test('ids are short UUIDs of version 7, in the order of time', async () => {
  const ids: string[] = []
  for (let nth = 0; nth < 50; nth++) {
    ids.push(uuid())
    await vi.advanceTimersByTimeAsync(1)
  }
  for (const id of ids) expect(id).toMatch(/^[\da-f]{11}4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  for (const id of ids) expect(fullId(id)).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect([...ids].sort()).toEqual(ids)
  expect(
    parseInt(
      fullId(ids[0] ?? '')
        ?.replace(/-/g, '')
        .slice(0, 12) ?? '',
      16,
    ),
  ).toBeLessThan(Date.UTC(2026, 0, 5) + 100)
})
