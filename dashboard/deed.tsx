import { useRef } from 'preact/hooks'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { Trouble } from './page.tsx'
import { useMay } from './session.ts'
import { useLanguage, useWords } from './words.ts'

interface Taken {
  /** In words. */
  what: string
  note?: string | null
  by: string
  at: number
  undone: { by: string; at: number } | null
  undo(): Promise<unknown>
}

/** What somebody decided or did, which can be taken back, also long after. */
export function Deed({ what, note, by, at, undone, undo }: Taken) {
  const words = useWords()
  const language = useLanguage()
  const may = useMay()
  const { busy, problem, attempt } = useAttempt()
  const when = dateTime(at, language)
  const item = useRef<HTMLLIElement>(null)
  const takeBack = () =>
    attempt(async () => {
      await undo()
      item.current?.focus()
    })
  return (
    <li ref={item} tabIndex={-1}>
      <div>
        {undone ? <s>{what}</s> : <b>{what}</b>} {note && <q>{note}</q>}
        <small>{words.decisions.by(by, when)}</small>
        {undone && <small>{words.decisions.undone(undone.by, dateTime(undone.at, language))}</small>}
        <Trouble problem={problem} />
      </div>
      {!undone && may.change && (
        <button
          type="button"
          class="quiet"
          disabled={busy}
          aria-label={words.decisions.undoOf(what, when)}
          onClick={takeBack}
        >
          {words.decisions.undo}
        </button>
      )}
    </li>
  )
}
