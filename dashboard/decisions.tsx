import type { LeadDetail } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { Trouble } from './page.tsx'
import { useLanguage, useWords } from './words.ts'

type Decision = LeadDetail['decisions'][number]

/** What people decided, newest first; each can be taken back, also long after. */
export function Decisions({ lead, undo }: { lead: LeadDetail; undo(id: string): Promise<unknown> }) {
  const words = useWords()
  if (lead.decisions.length === 0) return null
  return (
    <>
      <h3>{words.decisions.title}</h3>
      <ul class="decisions">
        {lead.decisions.map((decision) => (
          <Row key={decision.id} decision={decision} undo={() => undo(decision.id)} />
        ))}
      </ul>
    </>
  )
}

function Row({ decision, undo }: { decision: Decision; undo(): Promise<unknown> }) {
  const words = useWords()
  const language = useLanguage()
  const { busy, problem, attempt } = useAttempt()
  const { at, by, stage, verdict, note, undone } = decision
  const what = stage ? words.stages[stage] : words.decisions.verdict[verdict ?? 'released']
  const when = dateTime(at, language)
  return (
    <li>
      <div>
        {undone ? <s>{what}</s> : <b>{what}</b>} {note && <q>{note}</q>}
        <small>{words.decisions.by(by, when)}</small>
        {undone && <small>{words.decisions.undone(undone.by, dateTime(undone.at, language))}</small>}
        <Trouble problem={problem} />
      </div>
      {!undone && (
        <button
          type="button"
          class="quiet"
          disabled={busy}
          aria-label={words.decisions.undoOf(what, when)}
          onClick={() => attempt(undo)}
        >
          {words.decisions.undo}
        </button>
      )}
    </li>
  )
}
