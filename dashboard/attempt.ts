import { useRef, useState } from 'preact/hooks'
import { Problem } from './api.ts'

/** Something the user asks for: done once however often it is clicked meanwhile, and told what went wrong with it. */
export function useAttempt() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const running = useRef(false)
  const attempt = async (doing: () => Promise<unknown>) => {
    if (running.current) return
    running.current = true
    setBusy(true)
    setProblem(null)
    try {
      await doing()
    } catch (error) {
      setProblem(Problem.of(error))
    }
    running.current = false
    setBusy(false)
  }
  return { busy, problem, attempt }
}
