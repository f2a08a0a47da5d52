import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { braise } from '../support/behaviour/braise.ts'
import { Grounds, launchVisitor } from '../support/behaviour/grounds.ts'
import { scenarios } from '../support/behaviour/scenarios.ts'
import { PATIENCE } from '../support/patience.ts'
import { buildTracker } from './support/build.ts'

let browser: Browser

beforeAll(async () => {
  await buildTracker()
  browser = await launchVisitor()
})
afterAll(() => browser?.close())

for (const { name, right, play } of scenarios) {
  test.concurrent(`${name}: ${right}`, async () => {
    const grounds = new Grounds(braise, browser, { patience: PATIENCE.timeout })
    await grounds.open()
    try {
      expect(await play(grounds)).toMatchObject({ isRight: true })
    } finally {
      await grounds.close()
    }
  })
}
