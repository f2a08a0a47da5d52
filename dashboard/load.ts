import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { Problem } from './api.ts'

export interface Loaded<T> {
  value: T | null
  problem: Problem | null
  loading: boolean
  /** The value answers an earlier question: it must not pass for the answer to this one. */
  stale: boolean
  /** Asks again; the old value stays in sight meanwhile. */
  reload(): void
  /** Changes what is shown without asking: for answers to a change, and for what the stream brings. */
  change(edit: (value: T) => T): void
}

/** What `load` answers, asked again whenever one of `inputs` changes. Only the last question's answer is ever shown. */
export function useLoad<T>(load: () => Promise<T>, inputs: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<Pick<Loaded<T>, 'value' | 'problem' | 'loading' | 'stale'>>({
    value: null,
    problem: null,
    loading: true,
    stale: false,
  })
  const lastAsked = useRef(0)
  const lastAnswered = useRef(0)
  const latest = useRef(load)
  latest.current = load
  /** Made since the last question: its answer may not know of them. */
  const edits = useRef<((value: T) => T)[]>([])

  const reload = useCallback(() => {
    lastAsked.current += 1
    const asked = lastAsked.current
    edits.current = []
    setState((before) => ({ ...before, loading: true }))
    latest.current().then(
      (answer) => {
        if (asked !== lastAsked.current) return
        lastAnswered.current = asked
        const value = edits.current.reduce((known, edit) => edit(known), answer)
        setState({ value, problem: null, loading: false, stale: false })
      },
      (error) =>
        asked === lastAsked.current &&
        setState((before) => ({ ...before, problem: Problem.of(error), loading: false })),
    )
  }, [])
  const change = useCallback((edit: (value: T) => T) => {
    if (lastAnswered.current !== lastAsked.current) edits.current.push(edit)
    setState((before) => (before.value === null ? before : { ...before, value: edit(before.value) }))
  }, [])

  // The caller's inputs say when to ask again.
  useEffect(() => {
    setState((before) => ({ ...before, stale: before.value !== null }))
    reload()
    return () => {
      lastAsked.current += 1
    }
  }, inputs)

  return { ...state, reload, change }
}
