/** What a click on a link is called: the tracker tells of each that leads away or looks like a file. */

const FILE = /\.(pdf|docx?|xlsx?|pptx?|od[pst]|epub|csv|txt|zip|rar|7z|gz|tgz|dmg|pkg|exe|msi|apk|mp[34]|mov)$/i

/**
 * Nothing, where the link led to another page of the site: that page tells of itself.
 * @param pageUrl where the click was
 * @param isDownload whether the link says so; older trackers told of a link to an own page only if it did
 */
export function nameOfLink(
  href: string,
  pageUrl: string,
  isDownload?: boolean,
): 'File Downloaded' | 'Link Clicked' | undefined {
  if (!URL.canParse(href)) return 'Link Clicked'
  const { host, pathname } = new URL(href)
  const isOwn = host === new URL(pageUrl).host
  if (FILE.test(pathname) || (isDownload ?? (isOwn && !/\.\w+$/.test(pathname)))) return 'File Downloaded'
  return isOwn ? undefined : 'Link Clicked'
}
