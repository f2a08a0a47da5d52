import { useState } from 'preact/hooks'
import { findLeads, type LeadDetail, type LeadItem, merge } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { takeFocus, useFocusBack } from './focus.ts'
import { whoIs } from './heat.tsx'
import { Trouble } from './page.tsx'
import { useSession } from './session.ts'
import { type Said, useWords } from './words.ts'

const MOST_SHOWN = 5

interface MergingProps {
  lead: LeadDetail
  act(doing: () => Promise<LeadDetail>, done: Said): Promise<unknown>
}

/** Finds another lead that is the same person, and lets its history count as this one's. */
export function Merging({ lead, act }: MergingProps) {
  const words = useWords()
  const { site } = useSession()
  const [open, setOpen] = useState(false)
  const [found, setFound] = useState<LeadItem[] | null>(null)
  const button = useFocusBack(open)
  const { busy, problem, attempt } = useAttempt()
  const search = (event: SubmitEvent) => {
    event.preventDefault()
    const q = String(new FormData(event.currentTarget as HTMLFormElement).get('q')).trim()
    return attempt(async () => {
      const { items } = await findLeads({ site: site.id, q })
      setFound(items.filter(({ id, email }) => id !== lead.id && email !== null).slice(0, MOST_SHOWN))
    })
  }
  const close = () => {
    setOpen(false)
    setFound(null)
  }
  if (!open) {
    return (
      <button ref={button} type="button" class="quiet" onClick={() => setOpen(true)}>
        + {words.browsers.merge}
      </button>
    )
  }
  return (
    <div class="edit">
      <form class="edit" onSubmit={search} onKeyDown={(event) => event.key === 'Escape' && close()}>
        <Field
          label={words.browsers.mergeWhom}
          hint={words.browsers.mergeHint}
          name="q"
          minLength={3}
          required
          ref={takeFocus}
        />
        <div class="actions">
          <button type="submit" disabled={busy}>
            {words.browsers.search}
          </button>
          <button type="button" onClick={close}>
            {words.traits.cancel}
          </button>
        </div>
      </form>
      <Trouble problem={problem} />
      {found?.length === 0 && <p>{words.browsers.nobody}</p>}
      <ul class="browsers">
        {found?.map((other) => (
          <li key={other.id}>
            <div>
              <b>{whoIs(other, words)}</b>
              <small>{other.email}</small>
            </div>
            <button
              type="button"
              aria-label={words.browsers.mergeOf(other.email ?? '')}
              onClick={() =>
                act(
                  () => merge(site.id, lead.id, other.id),
                  ({ browsers }) => browsers.merged(other.email ?? ''),
                ).then(close)
              }
            >
              {words.browsers.mergeThis}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
