import { useAttempt } from './attempt.ts'
import { focusHeading } from './focus.ts'
import { troubleText } from './page.tsx'
import { type Said, useLanguage, useWords } from './words.ts'

export interface Undoable {
  /** What was done, as a sentence. */
  done: Said
  undo?: () => Promise<unknown>
  /** The id of the decision or edit that is undone, where it can also be undone in the list of them. */
  deed?: string
}

/** Says what was done and offers to take it back. It stays until dismissed: nobody has to be quick. */
export function UndoBar({ undoable, close }: { undoable: Undoable | null; close(): void }) {
  const words = useWords()
  const language = useLanguage()
  const { busy, problem, attempt } = useAttempt()
  const leave = () => {
    close()
    focusHeading()
  }
  const takeBack = () =>
    attempt(async () => {
      await undoable?.undo?.()
      leave()
    })
  return (
    <div class="undo" role="status">
      {undoable && (
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
      )}
    </div>
  )
}
