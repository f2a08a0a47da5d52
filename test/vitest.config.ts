import { defineConfig } from 'vitest/config'
import { PATIENCE } from './support/patience.ts'

const report = process.env.BRAISE_TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: 'test/support/setup.ts',
    // One for each core. Vitest would leave one core idle, while most tests wait for a browser or a server.
    maxWorkers: '100%',
    // For what never ends. A machine that is busy with something else for a while makes nothing wrong.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: PATIENCE },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
