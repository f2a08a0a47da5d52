import type { ComponentChildren } from 'preact'

/** A link where the address is one of the web, mere text elsewhere: a visitor may send `javascript:` as a page's URL. */
export function WebLink({ address, children }: { address: string; children: ComponentChildren }) {
  const url = webAddress(address)
  if (!url) return <span>{children}</span>
  return (
    <a href={url.href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  )
}

export function webAddress(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : null
}
