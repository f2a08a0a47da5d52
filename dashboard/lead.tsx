import { useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { Ahead } from './ahead.tsx'
import { changeLead, findLead, type LeadChange, type LeadDetail, Problem } from './api.ts'
import { signedPoints } from './format.ts'
import { Heat, StageBadge, whoIs } from './heat.tsx'
import { useLoad } from './load.ts'
import { Notes } from './notes.tsx'
import { Outcome } from './outcome.tsx'
import { Heading, Trouble, Waiting } from './page.tsx'
import { Reasons } from './reasons.tsx'
import { go } from './router.ts'
import { leadAddress } from './rows.tsx'
import { useSession } from './session.ts'
import { StageHistory } from './stages.tsx'
import { useStream } from './stream.ts'
import { Timeline } from './timeline.tsx'
import { Traits } from './traits.tsx'
import { type Undoable, UndoBar } from './undo.tsx'
import { useLanguage, useWords } from './words.ts'

/** Changes the lead; the sentence says what was done, and `undo` is the change that takes it back, where there is one. */
export type Change = (change: LeadChange, done: string, undo?: LeadChange) => Promise<void>

/** The lead page: who it is, what it is worth, why, and what to do about it. */
export function Lead({ id }: { id: string }) {
  const words = useWords()
  const { site } = useSession()
  const loaded = useLoad(() => findLeadOrMove(site.id, id), [site.id, id])
  // The timeline asks again whenever this number grows.
  const [happened, setHappened] = useState(0)
  const [undoable, setUndoable] = useState<Undoable | null>(null)
  const refresh = () => {
    loaded.reload()
    setHappened((times) => times + 1)
  }
  useStream(site.id, {
    opened: refresh,
    lead: (lead) => lead.id === id && refresh(),
    gone: (gone) => gone === id && refresh(),
  })

  const lead = loaded.value
  if (loaded.problem?.status === 404) return <Missing />
  if (!lead) return loaded.problem ? <Trouble problem={loaded.problem} retry={loaded.reload} /> : <Waiting />

  const apply = async (change: LeadChange) => {
    const changed = await changeLead(site.id, id, change)
    loaded.change(() => changed)
  }
  const change: Change = async (wanted, done, undo) => {
    await apply(wanted)
    setUndoable({ done, undo: undo && (() => apply(undo)) })
  }
  return (
    <>
      <p class="back">
        <a href={`/?site=${encodeURIComponent(site.id)}`}>← {words.lead.back}</a>
      </p>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      <Header lead={lead} />
      <div class="columns">
        <div class="wide">
          <Reasons lead={lead} />
          <Timeline lead={lead} happened={happened} />
        </div>
        <div class="side">
          <Ahead lead={lead} />
          <Outcome lead={lead} change={change} />
          <Traits lead={lead} change={change} />
          <Notes lead={lead} reload={loaded.reload} offer={setUndoable} />
          <StageHistory lead={lead} />
        </div>
      </div>
      <UndoBar undoable={undoable} close={() => setUndoable(null)} />
    </>
  )
}

function Header({ lead }: { lead: LeadDetail }) {
  const words = useWords()
  const language = useLanguage()
  const name = whoIs(lead, words)
  return (
    <header class="panel lead-head">
      <div>
        <Heading title={name} />
        <p>
          <StageBadge stage={lead.stage} />{' '}
          {[lead.company, lead.email === name ? null : lead.email].filter(Boolean).join(' · ')}
        </p>
        <p class="hint">
          {words.lead.firstSeen} <Ago at={lead.firstSeenAt} />, {words.lead.lastSeen} <Ago at={lead.lastSeenAt} /> ·{' '}
          {words.lead.visitors(lead.visitors)}
          {lead.owner && ` · ${words.lead.owner(lead.owner)}`}
        </p>
      </div>
      <dl class="scores">
        <div class="score">
          <dt>{words.lead.score}</dt>
          <dd>
            <Heat score={lead.score} />
          </dd>
        </div>
        <div>
          <dt>{words.lead.engagement}</dt>
          <dd>{signedPoints(lead.engagement, language)}</dd>
        </div>
        <div>
          <dt>{words.lead.fit}</dt>
          <dd>{signedPoints(lead.fit, language)}</dd>
        </div>
      </dl>
      {lead.quarantined && (
        <div class="notice bad">
          <p>{words.lead.quarantine(lead.spam)}</p>
          <ul>
            {lead.spamReasons.map(({ rule, label, points }) => (
              <li key={rule}>
                {label[language]} <b>{signedPoints(points, language)}</b>
              </li>
            ))}
          </ul>
        </div>
      )}
    </header>
  )
}

function Missing() {
  const words = useWords()
  return (
    <section class="panel narrow">
      <Heading title={words.lead.missing} />
      <p>
        <a href="/">{words.lead.back}</a>
      </p>
    </section>
  )
}

/** A visitor who has given an e-mail address since is found as the lead they have become. */
async function findLeadOrMove(site: string, id: string): Promise<LeadDetail> {
  try {
    return await findLead(site, id)
  } catch (error) {
    if (!(error instanceof Problem) || !error.movedTo) throw error
    go(leadAddress({ id: error.movedTo, site }), 'replace')
    return await findLead(site, error.movedTo)
  }
}
