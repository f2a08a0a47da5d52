import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { BUILT_TRACKER, buildTracker } from './support/build.ts'

/** In bytes, as a visitor downloads them: the size reached, which may only fall. */
const BUDGET = 2_483

beforeAll(buildTracker)

test('the tracker stays within its size budget', () => {
  const size = brotliCompressSync(readFileSync(BUILT_TRACKER)).length
  expect(size, 'after a change of its source `node .build/fit.js` finds names that suit it').toBeLessThanOrEqual(BUDGET)
})
