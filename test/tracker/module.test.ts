import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { buildTracker } from './support/build.ts'
import { useLive } from './support/live.ts'

const live = useLive()
beforeAll(buildTracker)

test('a site that bundles its scripts calls typed functions, before and after the start', async () => {
  live.serve('/tracker.js', readFileSync('dist/tracker-module/tracker.js', 'utf8'))
  const script = `
    import { identify, init, submit, track } from '/tracker.js'
    track('Before', { seconds: 1 })
    init({ collector: '${live.collectorUrl}', query: ['plan'], forms: false })
    init({ collector: '${live.collectorUrl}' })
    submit({ email: 'ada@example.com', company: 'Analytical' }, { form: 'demo request' })
    track('After')`
  live.serve('/', `<!doctype html><title>Bundled</title><script type="module">${script}</script>`)
  await live.visit('/?plan=gold&card=1')
  const [view] = await live.expect('page')
  expect(view).toMatchObject({ title: 'Bundled', url: `${live.siteUrl}/?plan=gold` })
  const [form] = await live.expect('form')
  expect(form).toMatchObject({ form: 'demo request', fields: { email: 'ada@example.com', company: 'Analytical' } })
  expect((await live.expect('track', 2)).map(({ name }) => name)).toEqual(['Before', 'After'])
  expect(live.complaints).toEqual([])
})

test('on a server the module does nothing', () => {
  const script = `import * as braise from 'braise/tracker'
    braise.init({ collector: 'https://stats.example.com' })
    for (const call of ['page', 'track', 'identify', 'submit', 'consent', 'visitor', 'reset']) braise[call]('x')
    console.log(Object.keys(braise).sort().join())`
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(told.trim()).toBe('consent,identify,init,page,reset,submit,track,visitor')
})

test('the module says the types of what it exports', () => {
  const types = readFileSync('dist/tracker-module/tracker.d.ts', 'utf8')
  expect(types).toContain("export declare function consent(choice: 'granted' | 'denied'")
  expect(types).not.toContain('import')
})
