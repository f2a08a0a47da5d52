/** What an address may tell: where, and which campaign; nothing that names a person. */
import { options } from './options.ts'

const EMAIL = /[^\s/?&=:]+(@|%40)[^\s/?&=:]+/g

/** This page's address as it may be told. `#/page?email=…` is a query, too. */
export function currentUrl(): string {
  return clean(location.href, hash().split(/[?&=]/)[0])
}

/** What makes another page: not the query, which filters and sorts, nor an anchor. */
export function place(): string {
  return location.pathname + hash()
}

/**
 * An address without its own fragment and without the parameters that are not on the list: a form that is sent by GET
 * puts e-mail address and password into the next page's.
 */
export function clean(href: string, fragment = ''): string {
  const kept = RegExp(`^(utm_\\w+|\\w+clk?id|ref|${(options.query || '').replace(/\W+/g, '|')})=`)
  const [path, ...parameters] = href.replace(/#.*/, '').split(/[?&]/)
  const told = parameters.filter((parameter) => kept.test(parameter)).join('&')
  return withoutEmail(path + (told && `?${told}`) + fragment)
}

export function withoutEmail(text: string): string {
  return text.replace(EMAIL, '*')
}

function hash(): string {
  return 'hash' in options ? location.hash : ''
}
