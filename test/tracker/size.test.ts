import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { BUILT_TRACKER, buildTracker } from './support/build.ts'

/** Bytes, as a visitor downloads them. Raise it only for what every visitor should pay for. */
const BUDGET = 2_500

beforeAll(buildTracker)

test('the tracker stays within its size budget', () => {
  expect(brotliCompressSync(readFileSync(BUILT_TRACKER)).length).toBeLessThanOrEqual(BUDGET)
})
