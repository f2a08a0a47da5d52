import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { Collector } from './context.ts'

/**
 * The address a request comes from: the socket's, or the n-th from the right of `X-Forwarded-For` behind n trusted
 * proxies. It stays in memory, for rate limits and to look up its country.
 */
export function addressOf(c: Context, collector: Collector): string {
  const forwarded = c.req.header('x-forwarded-for')
  const { trustProxy } = collector.config
  if (trustProxy === 0) {
    if (forwarded !== undefined) collector.sawUntrustedProxy = true
    return getConnInfo(c).remote.address ?? ''
  }
  const addresses = (forwarded ?? '').split(',').map((address) => address.trim())
  return addresses.at(-trustProxy) || (getConnInfo(c).remote.address ?? '')
}
