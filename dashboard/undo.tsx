import { useRef } from 'preact/hooks'
import { useAttempt } from './attempt.ts'
import { focusHeading } from './focus.ts'
import { troubleText } from './page.tsx'
import { type Said, useLanguage, useWords } from './words.ts'

export interface Undoable {
  /** What was done, as a sentence. */
  done: Said
  undo?: () => Promise<unknown>
  /** The id of the decision, edit or answer that is undone, where it can also be undone in the list of them. */
  deed?: string
}

/** Says what was done and offers to take it back. It stays until dismissed: nobody has to be quick. */
export function UndoBar({ undoable, close }: { undoable: Undoable | null; close(): void }) {
  const last = useRef(undoable)
  if (undoable) last.current = undoable
  const leave = (left: Undoable) => {
    // What was done while it was taken back has its place.
    if (left !== last.current) return
    close()
    focusHeading()
  }
  return (
    <div class="undo" role="status">
      {/* By the key, what goes wrong with one offer is nothing of the next. */}
      {undoable && <Offer key={undoable} undoable={undoable} leave={() => leave(undoable)} />}
    </div>
  )
}

function Offer({ undoable, leave }: { undoable: Undoable; leave(): void }) {
  const words = useWords()
  const language = useLanguage()
  const { busy, problem, attempt } = useAttempt()
  const takeBack = () =>
    attempt(async () => {
      await undoable.undo?.()
      leave()
    })
  return (
    <p>
      <span>{problem ? troubleText(problem, words) : undoable.done(words, language)}</span>
      {undoable.undo && (
        <button type="button" disabled={busy} onClick={takeBack}>
          {words.lead.undo}
        </button>
      )}
      <button type="button" class="quiet" onClick={leave} aria-label={words.lead.dismiss}>
        ×
      </button>
    </p>
  )
}
