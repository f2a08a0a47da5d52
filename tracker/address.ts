/** What an address may tell: where, and which campaign; nothing that names a person. */
import { options } from './options.ts'

const EMAIL = /[^\s/?&=:]+(@|%40)[^\s/?&=:]+\.\w+/g

/**
 * An address, this page's where no other is given, without the parameters that are not on the list: a form that is sent by GET
 * puts e-mail address and password into the next page's. With `data-hash` the fragment stays, unless it is a list of values as
 * well; `#/page?email=…` is a path with parameters.
 */
export function clean(href = location.href): string {
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
