import { useLayoutEffect, useState } from 'preact/hooks'

/** The address shown, drawn anew at every move. */
export function usePlace(): URL {
  const [href, setHref] = useState(location.href)
  // Before paint, so that a page that moves on while it is first drawn is not missed.
  useLayoutEffect(() => {
    const follow = () => {
      moved = true
      setHref(location.href)
    }
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])
  return new URL(href)
}

/** Where a page was scrolled to when it was left; null when it was not come back to. */
export function scrollLeft(): number | null {
  return (history.state as { scroll?: number } | null)?.scroll ?? null
}

/** The page of ours from which a link led here; null where this one was opened by itself. */
export function cameFrom(): URL | null {
  const { from } = (history.state as { from?: string } | null) ?? {}
  return from ? new URL(from) : null
}

/** True once the first page has been left: from then on it is ours to move the keyboard's focus to the new page. */
export function hasMoved(): boolean {
  return moved
}

let moved = false

export function go(address: string, how: 'push' | 'replace' = 'push') {
  const target = new URL(address, location.href)
  const samePage = target.pathname === location.pathname
  if (how === 'replace') history.replaceState({ from: cameFrom()?.href }, '', target)
  else {
    history.replaceState({ from: cameFrom()?.href, scroll: scrollY }, '')
    history.pushState({ from: location.href }, '', target)
    if (!samePage) scrollTo(0, 0)
  }
  dispatchEvent(new PopStateEvent('popstate'))
}

/** A plain click on a link to one of our pages moves without loading; any other click is the browser's. */
export function followLink(event: MouseEvent) {
  if (event.defaultPrevented || !isPlain(event)) return
  const link = (event.target as Element).closest('a')
  if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download')) return
  event.preventDefault()
  // "Skip to content" does not touch the address: on the page of a one-time link the hash is the token.
  if (link.hash) document.getElementById(link.hash.slice(1))?.focus()
  else go(link.href)
}

/** The others open another tab or window, or save. */
export function isPlain({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey
}

/** The address with one query field changed, or taken out where the value is empty. */
export function withQuery(place: URL, fields: Record<string, string | null>): string {
  const query = new URLSearchParams(place.search)
  for (const [name, value] of Object.entries(fields)) {
    if (value) query.set(name, value)
    else query.delete(name)
  }
  const text = query.toString()
  return place.pathname + (text && `?${text}`)
}
