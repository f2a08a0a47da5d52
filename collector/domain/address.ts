/**
 * What is kept of a page's address and title: where, and which campaign; nothing that names a person. The tracker has cut
 * them already; here they are cut again, because anybody may post.
 */

/** Campaigns and clicks. The rest of a query may hold what a form put there by GET: an e-mail address, a password. */
const KEPT_PARAMETER = /^(utm_\w+|\w+clk?id|ref)$/i
/** Tried only where a word begins: tried at each of its letters, a word of 2,000 would keep everybody waiting. */
const EMAIL = /(?<![^\s/?&=:#])[^\s/?&=:#]+(@|%40)[^\s/?&=#]+/gi

/**
 * An address without user name, password and the parameters that are neither known nor in `parameters`. A fragment stays,
 * up to what looks like a query in it: it is sent only by sites that navigate with it.
 */
export function cleanUrl(address: string, parameters: string[]): string {
  const { protocol, host, pathname, search, hash } = new URL(address)
  const kept = search
    .slice(1)
    .split('&')
    .filter((parameter) => {
      const [name = ''] = parameter.split('=')
      // The star is where the tracker has taken one out.
      const isTelling = parameter.includes('*') || withoutEmail(parameter) !== parameter
      return !isTelling && (KEPT_PARAMETER.test(name) || parameters.includes(name))
    })
  const query = kept.length > 0 ? `?${kept.join('&')}` : ''
  return withoutEmail(`${protocol}${host && '//'}${host}${pathname}${query}${hash.split(/[?&=]/)[0]}`)
}

/** A text with a star in the place of each e-mail address. */
export function withoutEmail(text: string): string {
  return text.replace(EMAIL, '*')
}
