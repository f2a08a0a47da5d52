import { useEffect, useRef, useState } from 'preact/hooks'
import { type Fault, type Preview, Problem, previewRules, type Ruleset } from './api.ts'
import { isEqual } from './rules-draft.ts'

/** Who types a number, or drags, is not asked about at every step of it. */
const DEBOUNCE = 350

export interface Previewed {
  /** The last one that came: it stays in sight while the next is worked out. */
  preview: Preview | null
  /** What is wrong with the draft, place by place. */
  faults: Fault[]
  problem: Problem | null
  computing: boolean
  again(): void
}

/** What a ruleset would change, asked for anew a moment after each change; `version` is the live one it is held against. */
export function usePreview(site: string, ruleset: Ruleset | null, version: number | null): Previewed {
  const [preview, setPreview] = useState<Preview | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [wrong, setWrong] = useState<{ ruleset: Ruleset; faults: Fault[] } | null>(null)
  const [computing, setComputing] = useState(true)
  const [asked, setAsked] = useState(0)
  const first = useRef(true)

  useEffect(() => {
    if (!ruleset || version === null) return
    const controller = new AbortController()
    setComputing(true)
    const ask = async () => {
      try {
        const answer = await previewRules(site, ruleset, controller.signal)
        if (controller.signal.aborted) return
        setPreview(answer)
        setWrong(null)
        setProblem(null)
      } catch (error) {
        // A newer question has taken its place.
        if (controller.signal.aborted) return
        const found = Problem.of(error)
        setWrong({ ruleset, faults: found.faults })
        setProblem(found.faults.length > 0 ? null : found)
      }
      setComputing(false)
    }
    const timer = setTimeout(ask, first.current ? 0 : DEBOUNCE)
    first.current = false
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [site, ruleset, version, asked])

  // Faults are named by place: of a draft with other rules in it they would stand at the wrong ones.
  const faults = wrong && ruleset && isEqual(idsOf(wrong.ruleset), idsOf(ruleset)) ? wrong.faults : NONE
  return { preview, faults, problem, computing, again: () => setAsked((times) => times + 1) }
}

const NONE: Fault[] = []

function idsOf({ groups, rules, fit, spam }: Ruleset): string[] {
  return [...groups, ...rules, ...fit, ...spam].map(({ id }) => id)
}
