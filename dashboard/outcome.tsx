import { useState } from 'preact/hooks'
import type { DecidedStage, LeadDetail } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { takeFocus, useFocusBack } from './focus.ts'
import type { Change } from './lead.tsx'
import { Trouble } from './page.tsx'
import { useWords } from './words.ts'

const DECIDED: DecidedStage[] = ['accepted', 'customer', 'lost', 'recycled']

/** What people decide about a lead. Asked for once more before it is done, since not every stage can be put back. */
export function Outcome({ lead, change }: { lead: LeadDetail; change: Change }) {
  const words = useWords()
  const [chosen, setChosen] = useState<DecidedStage | null>(null)
  const first = useFocusBack(chosen !== null)
  return (
    <section class="panel">
      <h2>{words.outcome.title}</h2>
      {chosen ? (
        <Decision key={chosen} lead={lead} stage={chosen} change={change} close={() => setChosen(null)} />
      ) : (
        <div class="actions">
          {DECIDED.filter((stage) => stage !== lead.stage).map((stage, place) => (
            <button key={stage} ref={place === 0 ? first : undefined} type="button" onClick={() => setChosen(stage)}>
              {words.outcome[stage]}
            </button>
          ))}
        </div>
      )}
    </section>
  )
}

interface DecisionProps {
  lead: LeadDetail
  stage: DecidedStage
  change: Change
  close(): void
}

function Decision({ lead, stage, change, close }: DecisionProps) {
  const words = useWords()
  const { busy, problem, attempt } = useAttempt()
  const decide = (event: SubmitEvent) => {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get('note')).trim()
    const before = DECIDED.find((decided) => decided === lead.stage)
    return attempt(async () => {
      const done = words.outcome.done(words.stages[stage])
      await change({ stage, note: note || undefined }, done, before && { stage: before })
      close()
    })
  }
  const label = `${stage === 'lost' ? words.outcome.reason : words.outcome.note} ${words.outcome.optional}`
  return (
    <form class="edit" onSubmit={decide} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <Field label={label} name="note" ref={takeFocus} />
      <Trouble problem={problem} />
      <div class="actions">
        <button type="submit" class="main" disabled={busy}>
          {words.outcome.confirm[stage]}
        </button>
        <button type="button" onClick={close}>
          {words.outcome.cancel}
        </button>
      </div>
    </form>
  )
}
