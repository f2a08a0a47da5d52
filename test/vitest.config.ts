import { defineConfig } from 'vitest/config'

const report = process.env.BRAISE_TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: 'test/support/setup.ts',
    // One for each core. Vitest would leave one core idle, while most tests wait for a browser or a server.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
})
