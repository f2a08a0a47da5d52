/** What a page says before its slow script has come. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BUILT_TRACKER } from './support/build.ts'
import { useLive } from './support/live.ts'

const live = useLive()
const SCRIPT_DELAY = 3000
const CALL_DELAY = 1000

/** The line that site owners copy, as README.md prints it. */
const STUB = /^window\.braise = .*$/m.exec(readFileSync('README.md', 'utf8'))?.[0]
/** The one of before, which knows no time. */
const OLD_STUB = 'window.braise = window.braise || function () { (braise.q = braise.q || []).push(arguments) }'

/** The events by name in the order in which they are stored to have happened, and when. */
async function toldOnSlowPage(stub = ''): Promise<{ name: string; at: number }[]> {
  live.serve('/braise.js', readFileSync(BUILT_TRACKER, 'utf8'), { delay: SCRIPT_DELAY })
  live.serve(
    '/',
    `<!doctype html><title>Slow</title><script>${stub}
      braise('track', 'At once')
      setTimeout(() => braise('track', 'A second later'), ${CALL_DELAY})
      const waiting = setInterval(() => {
        if (braise.q !== null) return
        clearInterval(waiting)
        braise('track', 'Once it is there')
      }, 10)</script>
      <script defer src="/braise.js" data-api="${live.collectorUrl}/e"></script>`,
  )
  await live.visit('/')
  const told = [...(await live.expect('track', 3)), ...(await live.expect('page'))]
  expect(live.complaints).toEqual([])
  return told
    .map((event) => ({ name: event.type === 'track' ? event.name : 'page', at: event.at, id: event.id }))
    .sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1))
}

test('calls from before a slow script are stored at the time when they were made, after their page', async () => {
  const [page, first, second, third, ...more] = await toldOnSlowPage(STUB)
  expect([page, first, second, third].map((event) => event?.name)).toEqual([
    'page',
    'At once',
    'A second later',
    'Once it is there',
  ])
  expect(more).toEqual([])
  const [pageAt = 0, firstAt = 0, secondAt = 0, thirdAt = 0] = [page, first, second, third].map((event) => event?.at)
  expect(firstAt - pageAt).toBeLessThan(CALL_DELAY)
  // Those of one instant are a millisecond apart.
  expect(secondAt - firstAt).toBeGreaterThan(CALL_DELAY - 50)
  expect(thirdAt - firstAt).toBeGreaterThan(SCRIPT_DELAY / 2)
})

test('calls by the stub of before, which tells no time, keep their order and count from the load', async () => {
  const told = await toldOnSlowPage(OLD_STUB)
  expect(told.map(({ name }) => name)).toEqual(['page', 'At once', 'A second later', 'Once it is there'])
  expect((told[2]?.at ?? 0) - (told[1]?.at ?? 0)).toBeLessThan(CALL_DELAY)
})
