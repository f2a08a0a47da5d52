/** What a click on a link is called: the tracker tells of each that leads away or looks like a file. */

const FILE = /\.(pdf|docx?|xlsx?|pptx?|od[pst]|epub|csv|txt|zip|rar|7z|gz|tgz|dmg|pkg|exe|msi|apk|mp[34]|mov)$/i

/** @param pageUrl where the click was */
export function nameOfLink(href: string, pageUrl: string): 'File Downloaded' | 'Link Clicked' {
  if (!URL.canParse(href)) return 'Link Clicked'
  const { host, pathname } = new URL(href)
  // A link to the same site that looks like a page has said itself that it is a download.
  const isOwn = host === new URL(pageUrl).host && !/\.\w+$/.test(pathname)
  return FILE.test(pathname) || isOwn ? 'File Downloaded' : 'Link Clicked'
}
