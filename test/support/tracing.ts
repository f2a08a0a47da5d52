import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

/**
 * Attaches strace to all threads of a process, until the returned function is called or the test ends.
 * @param args what to trace, and which calls to let fail
 */
export async function attach(pid: number, args: string[]): Promise<() => Promise<void>> {
  const tracer = spawn('strace', ['-f', '-p', String(pid), ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(tracer, 'exit')
  onTestFinished(() => void tracer.kill('SIGKILL'))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('attached')) resolve()
    })
    ended.then(() => reject(new Error(`strace ended: ${said}`)), reject)
  })
  return async () => {
    tracer.kill('SIGINT')
    await ended
  }
}

/** A call to the system, as it returned. */
export interface Call {
  name: string
  /** The number of the file or socket that it was about. */
  of: number
  /** What it has read or written. */
  bytes: Buffer
  result: number
  /** How many calls before it in the list were there as it began. */
  since: number
}

/**
 * The calls in what `strace -f -xx -o` has written, each where it matters: what writes where it began, because its bytes are
 * out then at the earliest, and what reads or syncs where it ended.
 */
export function callsIn(text: string): Call[] {
  const calls: Call[] = []
  const begun = new Map<string, { words: string; call: Call | undefined; since: number }>()
  for (const line of text.split('\n')) {
    const [, thread = '', words = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const [, beginning] = /^(.*) <unfinished \.\.\.>$/.exec(words) ?? []
    const [, end] = /^<\.\.\. \w+ resumed>(.*)$/.exec(words) ?? []
    if (beginning !== undefined) {
      const since = calls.length
      const call = /^p?write/.test(beginning) ? callIn(beginning, since) : undefined
      if (call) calls.push(call)
      begun.set(thread, { words: beginning, call, since })
    } else {
      const first = end === undefined ? undefined : begun.get(thread)
      const call = callIn((first?.words ?? '') + (end ?? words), first?.since ?? calls.length)
      if (call && !first?.call) calls.push(call)
    }
  }
  return calls
}

function callIn(words: string, since: number): Call | undefined {
  const [, name, of] = /^(\w+)\((\d+)/.exec(words) ?? []
  if (name === undefined) return undefined
  const parts = Array.from(words.matchAll(/"((?:\\x[\da-f]{2})*)"/g), ([, hex = '']) =>
    Buffer.from(hex.replaceAll('\\x', ''), 'hex'),
  )
  const result = Number(/ = (-?\d+)/.exec(words)?.[1])
  return { name, of: Number(of), bytes: Buffer.concat(parts), result, since }
}
