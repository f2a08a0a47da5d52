import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Beneath those that systems hand out to whoever asks for any: while nobody listens on one of these, nobody is given it. */
const [FIRST, LAST] = [12_000, 32_000]

/** A port of the loopback that nobody listens on; for whoever has it named beforehand, or comes back to it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
