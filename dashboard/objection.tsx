import { useState } from 'preact/hooks'
import type { LeadDetail } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Deed } from './deed.tsx'
import { Field } from './field.tsx'
import { takeFocus, useFocusBack } from './focus.ts'
import { whoIs } from './heat.tsx'
import type { Change } from './lead.tsx'
import { Trouble } from './page.tsx'
import { useWords } from './words.ts'

interface ObjectionProps {
  lead: LeadDetail
  change: Change
  undo(decisionId: string): Promise<unknown>
}

/** They may object to being profiled: from then on the lead is not scored. And what was said of it before. */
export function Objection({ lead, change, undo }: ObjectionProps) {
  const words = useWords()
  const [asked, setAsked] = useState(false)
  const button = useFocusBack(asked)
  const objections = lead.decisions.filter(({ objected }) => objected)
  return (
    <>
      {!lead.objected && <p class="hint">{words.objection.hint}</p>}
      {!lead.objected && !asked && (
        <div class="actions">
          <button type="button" ref={button} onClick={() => setAsked(true)}>
            {words.objection.object}
          </button>
        </div>
      )}
      {!lead.objected && asked && <How lead={lead} change={change} close={() => setAsked(false)} />}
      {objections.length > 0 && (
        <ul class="decisions">
          {objections.map((objection) => (
            <Deed
              key={objection.id}
              {...objection}
              what={words.objection.objected}
              note={objection.note ?? words.objection.byPage}
              undo={() => undo(objection.id)}
            />
          ))}
        </ul>
      )}
    </>
  )
}

/** How they said it, so that it can be shown later that they did. */
function How({ lead, change, close }: { lead: LeadDetail; change: Change; close(): void }) {
  const words = useWords()
  const { busy, problem, attempt } = useAttempt()
  const object = (event: SubmitEvent) => {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get('note')).trim()
    return attempt(async () => {
      await change({ objected: true, note }, (now) => now.objection.done(whoIs(lead, now)))
      close()
    })
  }
  return (
    <form class="edit" onSubmit={object} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <Field label={words.objection.how} name="note" required ref={takeFocus} />
      <Trouble problem={problem} />
      <div class="actions">
        <button type="submit" class="main" disabled={busy}>
          {words.objection.confirm}
        </button>
        <button type="button" onClick={close}>
          {words.outcome.cancel}
        </button>
      </div>
    </form>
  )
}
