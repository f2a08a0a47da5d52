/** START HERE: config → database → app → listen → jobs → stop. */
import { startCollector } from './collector.ts'
import { readConfig } from './config.ts'
import { greet, runUntilSignal } from './console.ts'

await runUntilSignal(async () => {
  const running = await startCollector(readConfig(process.env))
  greet(running)
  return running
})
