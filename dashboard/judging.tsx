import type { LeadDetail, LeadItem, Verdict } from './api.ts'
import { useAttempt } from './attempt.ts'
import { signedPoints } from './format.ts'
import { whoIs } from './heat.tsx'
import { Trouble } from './page.tsx'
import { useLanguage, useWords } from './words.ts'

/** Says whether a lead in quarantine is spam: one click, which can be undone. */
export function Judging({ lead, judge }: { lead: LeadItem; judge(verdict: Verdict): Promise<unknown> }) {
  const words = useWords()
  const { busy, problem, attempt } = useAttempt()
  const name = whoIs(lead, words)
  return (
    <div class="judging">
      <button
        type="button"
        disabled={busy}
        aria-label={words.spam.releaseOf(name)}
        onClick={() => attempt(() => judge('released'))}
      >
        {words.spam.release}
      </button>
      {lead.shelf === 'quarantined' && (
        <button
          type="button"
          disabled={busy}
          aria-label={words.spam.confirmOf(name)}
          onClick={() => attempt(() => judge('confirmed'))}
        >
          {words.spam.confirm}
        </button>
      )}
      <Trouble problem={problem} />
    </div>
  )
}

/** What was done to a lead last, so that it can be taken back. */
export function lastDone({ decisions, mapEdits }: LeadDetail): { id: string } | undefined {
  return [...decisions, ...mapEdits].filter(({ undone }) => !undone).sort((a, b) => b.at - a.at)[0]
}

/** The signs of spam, each with its points; without any, it is its browsers that wait. */
export function Signs({ reasons, shelf }: { reasons: LeadItem['why']; shelf: LeadItem['shelf'] }) {
  const language = useLanguage()
  const words = useWords()
  if (reasons.length === 0 && shelf === 'quarantined') return <p>{words.browsers.unfounded}</p>
  return (
    <ul class="signs">
      {reasons.map(({ rule, label, points }) => (
        <li key={rule}>
          {label[language]} <b>{signedPoints(points, language)}</b>
        </li>
      ))}
    </ul>
  )
}
