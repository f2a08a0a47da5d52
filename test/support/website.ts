import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/**
 * A website on an origin of its own, until the test ends: `http://127.0.0.1:…` is another one than the collector's
 * `http://localhost:…`. Every page carries the tag.
 */
export async function serveWebsite(tag: string, bodies: Record<string, string> = {}): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://website')
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<!doctype html><title>${pathname}</title>${tag}<body>${bodies[pathname] ?? ''}</body>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export const DEMO_FORM = `
  <form method="post" action="/thanks" data-braise-name="demo request">
    <label>First name <input name="firstName"></label>
    <label>Last name <input name="lastName"></label>
    <label>Work e-mail <input type="email" name="email"></label>
    <label>Company <input name="company"></label>
    <label>Sector <input name="industry"></label>
    <button>Book a demo</button>
  </form>`
