import type { LeadDetail } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { Trouble } from './page.tsx'
import { useLanguage, useWords } from './words.ts'

type MapEdit = LeadDetail['mapEdits'][number]

/** What users did to the lead's links, newest first; each can be undone, also long after. */
export function MapEdits({ edits, undo }: { edits: MapEdit[]; undo(id: string): Promise<unknown> }) {
  const words = useWords()
  if (edits.length === 0) return null
  return (
    <>
      <h3>{words.browsers.edits}</h3>
      <ul class="decisions">
        {edits.map((edit) => (
          <Row key={edit.id} edit={edit} undo={() => undo(edit.id)} />
        ))}
      </ul>
    </>
  )
}

function Row({ edit, undo }: { edit: MapEdit; undo(): Promise<unknown> }) {
  const words = useWords()
  const language = useLanguage()
  const { busy, problem, attempt } = useAttempt()
  const { kind, links, other, at, by, undone } = edit
  const what = kind === 'merge' ? words.browsers.merged(other?.email ?? '?') : words.browsers.did[kind](links)
  const when = dateTime(at, language)
  return (
    <li>
      <div>
        {undone ? <s>{what}</s> : <b>{what}</b>}
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
