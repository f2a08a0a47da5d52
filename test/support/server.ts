import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { API_TOKEN } from './client.ts'
import { PATIENCE } from './patience.ts'

/** The built collector in a process of its own, as an operator runs it. */
export interface ServerProcess {
  /** `http://localhost:3000` */
  url: string
  pid: number
  /** What it has told the operator. */
  printed: string
  /** Its log until now. */
  log(): string
  /** Sends a signal. @returns once the process has ended: with which code, null where a signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>
}

interface Start {
  databaseUrl: string
  /** 0: one that is free. */
  port?: number
  /** Where it was built. */
  folder?: string
  /** Beside what every server is given. */
  env?: Record<string, string>
}

/** Runs a command of the built collector to its end, such as one that is to refuse. */
export async function runToEnd(name: string, args: string[], databaseUrl: string) {
  const env = { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', DATABASE_URL: databaseUrl }
  const child = spawn(process.execPath, [`dist/collector/${name}.js`, ...args], { env, stdio: 'pipe' })
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  let complained = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, printed, complained }
}

/** Starts a server that ends with the test at the latest. @returns once it has said that it listens */
export async function startServer(start: Start): Promise<ServerProcess> {
  const { databaseUrl, port = 0, folder = 'dist/collector' } = start
  // Nothing of the developer's own environment: a PUBLIC_URL in it would be printed.
  const env = {
    ...start.env,
    PATH: process.env.PATH,
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    RATE_LIMIT: '0',
    SITE_RATE_LIMIT: '0',
    BRAISE_API_TOKEN: API_TOKEN,
  }
  const child = spawn(process.execPath, [`${folder}/main.js`], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit') as Promise<[number | null]>
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  let complained = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text
  })
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`The server ${what}.\n${printed}${complained}`))
    const patience = setTimeout(fail, PATIENCE.timeout, `has not started within ${PATIENCE.timeout / 1000} s`)
    exited.then(([code]) => fail(`ended with ${code}`), reject).finally(() => clearTimeout(patience))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (printed.includes('</script>')) resolve() // The last thing that it prints as it starts.
    })
    exited.catch(() => {})
  })
  return {
    url: /running on (\S+)/.exec(printed)?.[1] ?? '',
    pid: child.pid ?? 0,
    printed,
    log: () => complained,
    async end(signal) {
      child.kill(signal)
      const [code] = await exited
      return code
    },
  }
}
