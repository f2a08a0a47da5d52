import { useState } from 'preact/hooks'
import { eraseLead, findHeldOn, type LeadDetail, personFile } from './api.ts'
import { useAttempt } from './attempt.ts'
import { takeFocus, useFocusBack } from './focus.ts'
import { whoIs } from './heat.tsx'
import type { Change } from './lead.tsx'
import { useLoad } from './load.ts'
import { Objection } from './objection.tsx'
import { Trouble, Waiting } from './page.tsx'
import { go } from './router.ts'
import { useMay, useSession } from './session.ts'
import { useWords } from './words.ts'

interface PersonalProps {
  lead: LeadDetail
  change: Change
  undo(decisionId: string): Promise<unknown>
}

/** What a person may ask for: not to be scored, a copy of all that is held on them, and that it be erased. */
export function Personal({ lead, change, undo }: PersonalProps) {
  const words = useWords()
  const { site } = useSession()
  const may = useMay()
  const [asked, setAsked] = useState(false)
  const button = useFocusBack(asked)
  if (!may.change) return null
  return (
    <section class="panel">
      <h2>{words.personal.title}</h2>
      <Objection lead={lead} change={change} undo={undo} />
      <p class="hint">{words.personal.copy}</p>
      <div class="actions">
        <a class="button" href={personFile(site.id, lead.id, 'json')} download>
          {words.personal.json}
        </a>
        <a class="button" href={personFile(site.id, lead.id, 'csv')} download>
          {words.personal.csv}
        </a>
        {!asked && (
          <button type="button" class="quiet" ref={button} onClick={() => setAsked(true)}>
            {words.personal.erase}
          </button>
        )}
      </div>
      {asked && <Erase lead={lead} close={() => setAsked(false)} />}
    </section>
  )
}

/** Says what will go, and asks once more: nothing brings it back. */
function Erase({ lead, close }: { lead: LeadDetail; close(): void }) {
  const words = useWords()
  const { site } = useSession()
  const held = useLoad(() => findHeldOn(site.id, lead.id), [site.id, lead.id])
  const { busy, problem, attempt } = useAttempt()
  const erase = () =>
    attempt(async () => {
      await eraseLead(site.id, lead.id)
      go(`/?site=${encodeURIComponent(site.id)}`)
    })
  if (held.problem) return <Trouble problem={held.problem} retry={held.reload} />
  if (!held.value) return <Waiting />
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it, as it does every form of the page
    <div class="notice bad" onKeyDown={(event) => event.key === 'Escape' && close()}>
      <p>
        <b>{words.personal.sure(whoIs(lead, words))}</b>
      </p>
      <p>{words.personal.goes(held.value)}</p>
      {held.value.shared > 0 && <p>{words.personal.shared(held.value.shared)}</p>}
      <p>{words.personal.never}</p>
      <Trouble problem={problem} />
      <div class="actions">
        <button type="button" class="main" disabled={busy} onClick={erase}>
          {words.personal.eraseNow}
        </button>
        <button type="button" ref={takeFocus} onClick={close}>
          {words.outcome.cancel}
        </button>
      </div>
    </div>
  )
}
