import { useId, useState } from 'preact/hooks'
import type { DecidedStage, LeadDetail } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Decisions } from './decisions.tsx'
import { Field } from './field.tsx'
import { takeFocus, useFocusBack } from './focus.ts'
import { whoIs } from './heat.tsx'
import type { Change } from './lead.tsx'
import { Trouble } from './page.tsx'
import { useMay } from './session.ts'
import { useWords } from './words.ts'

const DECIDED: DecidedStage[] = ['accepted', 'customer', 'lost', 'recycled']

interface OutcomeProps {
  lead: LeadDetail
  change: Change
  undo(decisionId: string): Promise<unknown>
}

/** What people decide about a lead, with a word on why, and what they decided before. */
export function Outcome({ lead, change, undo }: OutcomeProps) {
  const words = useWords()
  const may = useMay()
  const [chosen, setChosen] = useState<DecidedStage | null>(null)
  const [isOpen, setOpen] = useState(false)
  const button = useFocusBack(isOpen)
  const { busy, problem, attempt } = useAttempt()
  const markAsSpam = () =>
    attempt(() => change({ spam: 'confirmed' }, (words) => words.spam.confirmed(whoIs(lead, words))))
  const offered = DECIDED.filter((stage) => stage !== lead.stage)
  // What was decided is not offered any more.
  const last = chosen && offered.includes(chosen) ? chosen : offered[0]
  const open = (stage: DecidedStage) => {
    setChosen(stage)
    setOpen(true)
  }
  if (!may.change) {
    if (lead.decisions.length === 0) return null
    return (
      <section class="panel">
        <Decisions lead={lead} undo={undo} />
      </section>
    )
  }
  return (
    <section class="panel">
      <h2>{words.outcome.title}</h2>
      {chosen && isOpen ? (
        <Decision stage={chosen} change={change} close={() => setOpen(false)} />
      ) : (
        <div class="actions">
          {offered.map((stage) => (
            <button key={stage} ref={stage === last ? button : undefined} type="button" onClick={() => open(stage)}>
              {words.outcome[stage]}
            </button>
          ))}
          {!lead.quarantined && (
            <button type="button" class="quiet" disabled={busy} onClick={markAsSpam}>
              {words.spam.mark}
            </button>
          )}
        </div>
      )}
      <Trouble problem={problem} />
      <Decisions lead={lead} undo={undo} />
    </section>
  )
}

interface DecisionProps {
  stage: DecidedStage
  change: Change
  close(): void
}

function Decision({ stage, change, close }: DecisionProps) {
  const words = useWords()
  const { busy, problem, attempt } = useAttempt()
  const decide = (event: SubmitEvent) => {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget as HTMLFormElement).get('note')).trim()
    return attempt(async () => {
      await change({ stage, note: note || undefined }, (words) => words.outcome.done(words.stages[stage]))
      close()
    })
  }
  const isLoss = stage === 'lost'
  const label = isLoss ? words.outcome.reason : `${words.outcome.note} ${words.outcome.optional}`
  const reasons = useId()
  return (
    <form class="edit" onSubmit={decide} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <Field label={label} name="note" required={isLoss} list={isLoss ? reasons : undefined} ref={takeFocus} />
      <datalist id={reasons}>
        {words.decisions.reasons.map((reason) => (
          <option key={reason} value={reason} />
        ))}
      </datalist>
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
