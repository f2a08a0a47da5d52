/** What an address may tell: where, and which campaign; nothing that names a person. */
import { options } from './options.ts'

const EMAIL = /[^\s/?&=:]+(@|%40)[^\s/?&=:]+\.\w+/g

/**
 * An address, this page's where no other is given, without the parameters that are not on the list: a form that is sent by GET
 * puts e-mail address and password into the next page's. With `data-hash` the fragment stays, but for what looks like values in
 * it, as in `#/page?email=…`.
 */
export function clean(href = location.href): string {
  return withoutEmail(
    href.replace(/(#[^?&=]*).*/, 'hash' in options ? '$1' : '').replace(
      /\?[^#]*/,
      (query) =>
        `?${query
          .split(/^.|&/)
          .filter((each) => RegExp(`^(utm_\\w+|\\w+clk?id|${`ref,${options.query}`.replace(/\W+/g, '|')})=`).test(each))
          .join('&')}`,
    ),
  )
}

export function withoutEmail(text: string): string {
  return text.replace(EMAIL, '*')
}
