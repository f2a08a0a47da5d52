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
