import type { LeadItem, Verdict } from './api.ts'
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

/** The signs of spam, each with its points. */
export function Signs({ reasons }: { reasons: LeadItem['why'] }) {
  const language = useLanguage()
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
