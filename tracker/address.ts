/** What an address may tell: where, and which campaign; nothing that names a person. */
import { options } from './options.ts'

const EMAIL = /[^\s/?&=:]+(@|%40)[^\s/?&=:]+\.\w+/g

/** This page's address as it may be told. */
export function currentUrl(): string {
  return clean(location.href)
}

/**
 * An address without the parameters that are not on the list: a form that is sent by GET puts e-mail address and password
 * into the next page's. With `data-hash` the fragment stays, unless it is a list of values as well; `#/page?email=…` is
 * a path with parameters.
 */
export function clean(href: string): string {
  return withoutEmail(
    href
      .replace(
        RegExp(
          `#${'hash' in options ? '[^?&]*=' : ''}.*|[?&](?!(utm_\\w+|\\w+clk?id|ref|${(options.query || '').replace(/\W+/g, '|')})=)[^&#]*`,
          'g',
        ),
        '',
      )
      .replace(/[?&]/, '?'), // Whichever parameter is the first now.
  )
}

export function withoutEmail(text: string): string {
  return text.replace(EMAIL, '*')
}
