import type { ComponentChildren } from 'preact'
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
  if (!may.change) return null
  const erase = async () => {
    await eraseLead(site.id, lead.id)
    go(`/?site=${encodeURIComponent(site.id)}`)
  }
  return (
    <section class="panel">
      <h2>{words.personal.title}</h2>
      <Objection lead={lead} change={change} undo={undo} />
      <CopyOrErase noun="leads" id={lead.id} name={whoIs(lead, words)} erase={erase}>
        <HeldOn lead={lead} />
      </CopyOrErase>
    </section>
  )
}

interface CopyOrEraseProps {
  noun: 'leads' | 'objections'
  id: string
  name: string
  erase(): Promise<void>
  /** What will go. */
  children: ComponentChildren
}

/** A copy of all that is held on somebody, and erasing it: asked once more, for nothing brings it back. */
export function CopyOrErase({ noun, id, name, erase, children }: CopyOrEraseProps) {
  const words = useWords()
  const { site } = useSession()
  const [asked, setAsked] = useState(false)
  const button = useFocusBack(asked)
  const { busy, problem, attempt } = useAttempt()
  const close = () => setAsked(false)
  return (
    <>
      <p class="hint">{words.personal.copy}</p>
      <div class="actions">
        <a class="button" href={personFile(site.id, noun, id, 'json')} download>
          {words.personal.json}
        </a>
        <a class="button" href={personFile(site.id, noun, id, 'csv')} download>
          {words.personal.csv}
        </a>
        {!asked && (
          <button type="button" class="quiet" ref={button} onClick={() => setAsked(true)}>
            {words.personal.erase}
          </button>
        )}
      </div>
      {asked && (
        // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it, as it does every form of the page
        <div class="notice bad" onKeyDown={(event) => event.key === 'Escape' && close()}>
          <p>
            <b>{words.personal.sure(name)}</b>
          </p>
          {children}
          <Trouble problem={problem} />
          <div class="actions">
            <button type="button" class="main" disabled={busy} onClick={() => attempt(erase)}>
              {words.personal.eraseNow}
            </button>
            <button type="button" ref={takeFocus} onClick={close}>
              {words.outcome.cancel}
            </button>
          </div>
        </div>
      )}
    </>
  )
}

function HeldOn({ lead }: { lead: LeadDetail }) {
  const words = useWords()
  const { site } = useSession()
  const held = useLoad(() => findHeldOn(site.id, lead.id), [site.id, lead.id])
  if (held.problem) return <Trouble problem={held.problem} retry={held.reload} />
  if (!held.value) return <Waiting />
  return (
    <>
      <p>{words.personal.goes(held.value)}</p>
      {held.value.shared > 0 && <p>{words.personal.shared(held.value.shared)}</p>}
      <p>{words.personal.never}</p>
    </>
  )
}
