import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import { dateTime, relativeTime } from './format.ts'
import { useLanguage } from './words.ts'

const TICK = 30 * 1000

const Now = createContext(0)

/** Keeps the time for all that is within, so that "2 minutes ago" stays true. */
export function Clock({ children }: { children: ComponentChildren }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK)
    return () => clearInterval(timer)
  }, [])
  return <Now.Provider value={now}>{children}</Now.Provider>
}

export function useNow(): number {
  return useContext(Now)
}

/** "5 minutes ago", and the exact time for who points at it. */
export function Ago({ at }: { at: number }) {
  const language = useLanguage()
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTime(at, language)}>
      {relativeTime(at, useNow(), language)}
    </time>
  )
}
