import { useId, useState } from 'preact/hooks'
import { addNote, deleteNote, type LeadDetail, type Note } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { Trouble } from './page.tsx'
import { useMay, useSession } from './session.ts'
import type { Undoable } from './undo.tsx'
import { useLanguage, useWords } from './words.ts'

/** What was begun and not added, by who writes it of which lead: to look at the list meanwhile does not lose it. */
const begun = new Map<string, string>()

interface NotesProps {
  lead: LeadDetail
  reload(): void
  offer(undoable: Undoable): void
}

export function Notes({ lead, reload, offer }: NotesProps) {
  const words = useWords()
  const language = useLanguage()
  const { site, user } = useSession()
  const may = useMay()
  const { busy, problem, attempt } = useAttempt()
  const key = `${user.email} ${site.id} ${lead.id}`
  const [text, setText] = useState(begun.get(key) ?? '')
  const write = (written: string) => {
    setText(written)
    begun.set(key, written)
  }
  const id = useId()

  const add = (event: SubmitEvent) => {
    event.preventDefault()
    return attempt(async () => {
      await addNote(site.id, lead.id, text.trim())
      write('')
      reload()
    })
  }
  const remove = (note: Note) =>
    attempt(async () => {
      await deleteNote(site.id, lead.id, note.id)
      reload()
      // Put back, it is a new note: of today, by whoever put it back.
      offer({ done: ({ notes }) => notes.removed, undo: () => addNote(site.id, lead.id, note.text).then(reload) })
    })

  if (!may.change && lead.notes.length === 0) return null
  return (
    <section class="panel">
      <h2>{words.notes.title}</h2>
      {may.change && (
        <form onSubmit={add} class="edit">
          <label class="unseen" for={id}>
            {words.notes.label}
          </label>
          <textarea
            id={id}
            rows={2}
            required
            placeholder={words.notes.label}
            value={text}
            onInput={(event) => write(event.currentTarget.value)}
          />
          <Trouble problem={problem} />
          <button type="submit" disabled={busy || text.trim() === ''}>
            {words.notes.add}
          </button>
        </form>
      )}
      <ul class="notes">
        {lead.notes.map((note) => (
          <li key={note.id}>
            <p>{note.text}</p>
            <small>
              {note.by} · {dateTime(note.at, language)}
            </small>
            {may.change && (
              <button
                type="button"
                class="quiet"
                aria-label={words.notes.removeOf(dateTime(note.at, language))}
                onClick={() => remove(note)}
              >
                {words.notes.remove}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
