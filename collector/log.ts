/** What the server says of itself, a line of JSON each, on standard error. What an operator reads at start is plain text. */
import { destination, type Logger, pino } from 'pino'

export type Log = Logger

/** Where the lines go; null: nowhere. */
export function createLog(descriptor: number | null = 2): Log {
  const options = { base: null, timestamp: pinoTime, serializers: { err: describe } }
  // Written at once: what is said last before a sudden death is what one wants to read.
  return descriptor === null ? pino({ enabled: false }) : pino(options, destination({ dest: descriptor, sync: true }))
}

const pinoTime = () => `,"time":"${new Date().toISOString()}"`

/** Causes of causes beyond this tell nothing new. */
const DEEPEST = 4

/**
 * An error without personal data. Postgres puts the values of a row into `detail`, and both JSON and Postgres quote what they
 * could not read in their messages: nothing of that is written down, only the kind, the code, and where it happened.
 */
export function describe(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const { code, table, constraint } = error as { code?: unknown; table?: unknown; constraint?: unknown }
  return {
    type: error.name,
    message: withoutValues(error.message),
    ...(typeof code === 'string' && { code }),
    ...(typeof table === 'string' && { table }),
    ...(typeof constraint === 'string' && { constraint }),
    stack: (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)),
    ...(error.cause !== undefined && depth < DEEPEST && { cause: describe(error.cause, depth + 1) }),
  }
}

/** Words in quotes are what somebody sent, or a name of ours; an address of either kind is somebody's. */
function withoutValues(message: string): string {
  return message
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"')
    .replace(/[^\s@]+@[^\s@]+/g, '…@…')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b|\b[\da-f]{0,4}(:[\da-f]{0,4}){2,7}\b/gi, '…')
}
