/** Where a page is, as rules look at its address. */
import { digestOf } from './digest.ts'

/** The path of an address as people write it, lower case, without a trailing slash; `/` for the root and what is no address. */
export function pathOf(url: string): string {
  return addressOf(url)?.path ?? '/'
}

/** An address as rules look at it. */
export interface Address {
  /** `pathOf(url)` */
  path: string
  query: Map<string, string>
  /** Stands for host and path. */
  digest: string
}

/** @returns undefined for what is no address */
export function addressOf(url: string): Address | undefined {
  const known = addresses.get(url)
  if (known) return known
  if (!URL.canParse(url)) return undefined
  const { host, pathname, searchParams } = new URL(url)
  const path = decoded(pathname).toLowerCase()
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  const digest = digestOf(`page ${host}${trimmed}`)
  const address = { path: trimmed, query: new Map(searchParams), digest }
  if (addresses.size >= MOST_ADDRESSES) addresses.clear()
  addresses.set(url, address)
  return address
}

/** Taking an address apart costs more than all rules together, and most visitors see the same pages. */
const addresses = new Map<string, Address>()
const MOST_ADDRESSES = 10_000

/** `/d%C3%A9mo` is what a browser sends of `/démo`; what decodes to nothing stays as it is. */
function decoded(path: string): string {
  try {
    return decodeURI(path).normalize('NFC')
  } catch {
    return path
  }
}
