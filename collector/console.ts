/** What whoever started the server sees, and how they end it. */
import type { Running } from './collector.ts'
import { ConfigError } from './config.ts'

/** Service managers kill what has not ended ten seconds after they asked. */
const STOP_WITHIN = 9500

/** Runs a server until it is told to stop; where it cannot start, every reason is printed and the process ends with 1. */
export async function runUntilSignal(start: () => Promise<Running>): Promise<void> {
  try {
    stopOnSignals(await start())
  } catch (error) {
    const isConfig = error instanceof ConfigError
    console.error(isConfig ? error.problems.join('\n') : `Braise cannot start: ${(error as Error).message}`)
    process.exit(1)
  }
}

export function greet({ url, firstLink, collector: { config } }: Running): void {
  const publicUrl = config.publicUrl ?? url
  console.log(`Braise is running on ${publicUrl}`)
  if (firstLink) console.log(`\nSign up as its first user (once, within a day):\n  ${firstLink}`)
  console.log('\nPaste this into the pages of your site:')
  console.log(`  <script defer src="${publicUrl}/braise.js" data-site="${config.site}"></script>\n`)
}

function stopOnSignals(running: Running): void {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // What was acknowledged is on disk already: a second signal loses nothing.
      if (stopping) process.exit(1)
      stopping = true
      setTimeout(() => {
        running.collector.log.fatal('It has not stopped in time: what it still did was not acknowledged')
        process.exit(1)
      }, STOP_WITHIN).unref()
      running.stop().then(
        () => process.exit(0),
        (error) => {
          running.collector.log.fatal({ err: error }, 'It could not stop as it should')
          process.exit(1)
        },
      )
    })
  }
}
