import { useEffect, useRef, useState } from 'preact/hooks'
import { checkSignIn, type LeadItem, type Site } from './api.ts'

const RETRY_AFTER = 5 * 1000
/** The server ends every stream now and then, and the browser is back at once: not worth a word. */
const BROKEN_AFTER = 5 * 1000

export interface Listener {
  /** The stream is open. What happened before is not repeated, so whatever is shown must be asked for again. */
  opened?(): void
  /** The stream has been broken for a while; `opened` follows once it is mended. */
  broken?(): void
  lead?(lead: LeadItem): void
  gone?(id: string): void
  site?(site: Site): void
  /** Another version of the rules has become live: everybody's score may be another one. */
  rules?(): void
}

/**
 * Tells what happens on a site while the page is in sight, for as long as the calling component lives.
 * @returns whether it has been broken for a while, so that what is shown may be old
 */
export function useStream(site: string, listener: Omit<Listener, 'broken'>): boolean {
  const [isBroken, setBroken] = useState(false)
  const latest = useRef<Listener>({})
  const opened = () => {
    setBroken(false)
    listener.opened?.()
  }
  latest.current = { ...listener, opened, broken: () => setBroken(true) }
  useEffect(() => listen(site, () => latest.current), [site])
  return isBroken
}

/** Opens the stream and keeps it open until the function that comes back is called. */
export function listen(site: string, listener: () => Listener): () => void {
  let source: EventSource
  let retry: Timer | undefined
  let patience: Timer | undefined

  const open = () => {
    source = new EventSource(`/api/stream?site=${encodeURIComponent(site)}`)
    source.addEventListener('open', () => {
      clearTimeout(patience)
      patience = undefined
      listener().opened?.()
    })
    source.addEventListener('lead', (message) => listener().lead?.(JSON.parse(message.data)))
    source.addEventListener('gone', (message) => listener().gone?.(JSON.parse(message.data).id))
    source.addEventListener('site', (message) => listener().site?.(JSON.parse(message.data)))
    source.addEventListener('rules', () => listener().rules?.())
    // A broken connection the browser mends by itself. After an answer such as 502 it gives up, and we must not.
    source.addEventListener('error', () => {
      patience ??= setTimeout(() => listener().broken?.(), BROKEN_AFTER)
      if (source.readyState !== EventSource.CLOSED) return
      // The answer that it was given cannot be read here, and may have been that the sign-in has ended.
      checkSignIn()
      retry = setTimeout(open, RETRY_AFTER)
    })
  }

  open()
  return () => {
    clearTimeout(retry)
    clearTimeout(patience)
    source.close()
  }
}

type Timer = ReturnType<typeof setTimeout>
