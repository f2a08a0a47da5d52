/** Clients that send a byte a second hold nobody up, and are cut. */
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { post, visitOf } from '../support/client.ts'
import { newSqliteUrl } from '../support/engines.ts'
import { inLength } from '../support/length.ts'
import { PATIENCE } from '../support/patience.ts'
import { type ServerProcess, startServer } from '../support/server.ts'
import { buildUnprotected } from '../support/unprotected.ts'

const CLIENTS = inLength(200, 1000)
const POSTS = 20

test('clients at a byte a second are all cut while others are answered, and by Node’s own limits they would not be', async () => {
  const server = await startServer({ databaseUrl: (await newSqliteUrl()).url })
  const lenient = await startServer({
    databaseUrl: (await newSqliteUrl()).url,
    folder: buildUnprotected({ 'createAdaptorServer({ fetch, serverOptions })': 'createAdaptorServer({ fetch })' }),
  })
  const slow = Array.from({ length: CLIENTS }, (_, i) => dawdle(server, i))
  const waitedFor = Array.from({ length: 10 }, (_, i) => dawdle(lenient, i))
  let meanwhile = 0
  for (let i = 0; i < POSTS; i++) {
    const { email: _, ...batch } = visitOf(`Ada${i}`, 'demo request', ['/pricing'], Date.now())
    await post(server.url, batch)
    if (slow.every(({ closed }) => !closed)) meanwhile++
  }
  expect(meanwhile).toBeGreaterThan(0)
  await vi.waitFor(() => expect(slow.filter(({ closed }) => !closed)).toHaveLength(0), PATIENCE)
  expect(waitedFor.filter(({ closed }) => closed)).toHaveLength(0)
})

const HEAD = 'POST /e HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 60000\r\n'

/** Every other one has sent its head as a whole, and takes its time with the body; every fifth never says a word. */
function dawdle({ url }: ServerProcess, i: number): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  let at = 0
  const text = i % 2 === 0 ? HEAD : ' '.repeat(60)
  if (i % 2 === 1) socket.write(`${HEAD}\r\n`)
  const timer = setInterval(() => i % 5 > 0 && socket.write(text[at++ % text.length] ?? ''), 1000)
  const end = () => clearInterval(timer)
  socket
    .resume()
    .on('close', end)
    .on('error', () => {})
  onTestFinished(() => {
    end()
    socket.destroy()
  })
  return socket
}
