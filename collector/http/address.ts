import { isIPv6 } from 'node:net'
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

/** Whom a limit counts as one: an address, or of IPv6 the network, within which one household has any number of them. */
export function networkOf(address: string): string {
  const [, ipv4] = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(address) ?? []
  if (ipv4 !== undefined) return ipv4
  const bare = address.replace(/^\[([^\]]*)\](?::\d+)?$/, '$1')
  if (!isIPv6(bare)) return address
  const [head = [], tail = []] = bare.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  const written = head.length + tail.length + (bare.includes('.') ? 1 : 0)
  const groups = [...head, ...Array<string>(8 - written).fill('0'), ...tail]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
