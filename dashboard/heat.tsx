import type { Stage } from './api.ts'
import { useWords, type Words } from './words.ts'

/** From what score on a bar glows in the next colour. The number and the bar's length say the same without colour. */
const LEVELS = [0, 20, 35, 50, 75]

/** The score as a number and as a glowing bar. */
export function Heat({ score }: { score: number }) {
  const level = LEVELS.filter((from) => score >= from).length
  return (
    <span class={`heat heat-${level}`}>
      <span class="unseen">{useWords().leads.scoreOf(score)}</span>
      <b aria-hidden="true">{score}</b>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="ash" width="100" height="6" />
        <rect class="glow" width={score} height="6" />
      </svg>
    </span>
  )
}

export function StageBadge({ stage }: { stage: Stage }) {
  const words = useWords()
  return (
    <span class={`badge stage-${stage}`} title={words.stageMeaning[stage]}>
      {words.stages[stage]}
    </span>
  )
}

/**
 * Whom to call it: the name, else the address, else "Visitor 3f2a". Of a visitor's id the last letters are shown: the
 * first ones are a date, which everybody of the same day shares.
 */
export function whoIs(lead: { id: string; name: string | null; email: string | null }, words: Words): string {
  return lead.name ?? lead.email ?? words.leads.visitor(lead.id.slice(-4))
}
