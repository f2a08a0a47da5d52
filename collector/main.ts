/** START HERE: config → database → app → listen → jobs → stop. */
import { setFlagsFromString } from 'node:v8'
import { startCollector } from './collector.ts'
import { readConfig } from './config.ts'
import { greet, runUntilSignal } from './console.ts'

// By itself V8 lets what is in use grow to four times its size before it looks what is garbage.
setFlagsFromString('--heap-growing-percent=100')

await runUntilSignal(async () => {
  const running = await startCollector(readConfig(process.env))
  greet(running)
  return running
})
