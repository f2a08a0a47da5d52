/** The HTTP server itself: whom it waits for and for how long, and how it ends. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'

/**
 * A request has this long to arrive, and its head somewhat less: whoever sends byte by byte only holds a connection.
 * Node's own limits are five minutes and one, and it looks every half minute.
 */
const REQUEST_WITHIN = 10 * 1000
const HEAD_WITHIN = 8 * 1000
const LOOKED_AFTER_EVERY = 1000
/** A client that takes nothing of its answer for so long is cut. Streams are never silent for as long, nor does a preview take it. */
const TAKEN_WITHIN = 2 * 60 * 1000
/** Each costs some kilobytes. Slow ones are cut so soon that a thousand a second of them leave room for others. */
const MOST_CONNECTIONS = 10_000

/** Connections that wait for nothing are closed as it stops; others have so long to end. */
const STOP_WITHIN = 6000
const SWEEP_EVERY = 50

/** @throws where the port is taken or is not ours to take */
export function listen(
  fetch: Parameters<typeof createAdaptorServer>[0]['fetch'],
  port: number,
  host: string | undefined,
): Promise<Server> {
  const serverOptions = {
    requestTimeout: REQUEST_WITHIN,
    headersTimeout: HEAD_WITHIN,
    connectionsCheckingInterval: LOOKED_AFTER_EVERY,
  }
  const server = createAdaptorServer({ fetch, serverOptions }) as Server
  server.timeout = TAKEN_WITHIN
  server.maxConnections = MOST_CONNECTIONS
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE'
      reject(isTaken ? new Error(`port ${port} is taken: stop what listens there, or set PORT to another`) : error)
    })
    server.listen(port, host, () => resolve(server))
  })
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** Takes no new connection, answers what is under way, and closes each connection as it falls idle. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  // Again and again: a stream's connection is idle only once the stream has ended, and would be kept alive for seconds.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY)
  const late = setTimeout(() => server.closeAllConnections(), STOP_WITHIN)
  await closed
  clearTimeout(late)
  clearInterval(sweep)
}
