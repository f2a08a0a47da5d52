import { useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { Ahead } from './ahead.tsx'
import { type AsOf, changeLead, findLead, type LeadChange, type LeadDetail, Problem, undoDecision } from './api.ts'
import { BackToList } from './back.tsx'
import { Browsers } from './browsers.tsx'
import { Consents } from './consents.tsx'
import { ScoreCurve } from './curve.tsx'
import { dateTime, signedPoints } from './format.ts'
import { Heat, StageBadge, whoIs } from './heat.tsx'
import { Judging, lastDone, Signs } from './judging.tsx'
import { useLoad } from './load.ts'
import { Notes } from './notes.tsx'
import { Outcome } from './outcome.tsx'
import { Away, Heading, Trouble, Waiting } from './page.tsx'
import { Personal } from './personal.tsx'
import { Reasons } from './reasons.tsx'
import { go, withQuery } from './router.ts'
import { leadAddress } from './rows.tsx'
import { useMay, useSession } from './session.ts'
import { StageHistory } from './stages.tsx'
import { useStream } from './stream.ts'
import { Timeline } from './timeline.tsx'
import { Traits } from './traits.tsx'
import { type Undoable, UndoBar } from './undo.tsx'
import { type Said, useLanguage, useWords } from './words.ts'

/** Changes the lead; the sentence says what was done. A decision can be taken back by itself, another change by `undo`. */
export type Change = (change: LeadChange, done: Said, undo?: LeadChange) => Promise<void>

/** The lead page: who it is, what it is worth, why, and what to do about it. */
export function Lead({ id, place }: { id: string; place: URL }) {
  const { site } = useSession()
  const asOf = asOfIn(place)
  const isPresent = asOf.at === undefined && asOf.version === undefined
  const loaded = useLoad(() => findLeadOrMove(site.id, id, asOf), [site.id, id, asOf.at, asOf.version])
  // The timeline asks again whenever this number grows.
  const [happened, setHappened] = useState(0)
  const [undoable, setUndoable] = useState<Undoable | null>(null)
  const refresh = () => {
    loaded.reload()
    setHappened((times) => times + 1)
  }
  const isBroken = useStream(site.id, {
    opened: refresh,
    lead: (lead) => lead.id === id && refresh(),
    gone: (gone) => gone === id && refresh(),
  })

  const lead = loaded.value
  if (loaded.problem?.status === 404) return <Missing />
  if (!lead) return loaded.problem ? <Trouble problem={loaded.problem} retry={loaded.reload} /> : <Waiting />

  const choose = ({ at, version }: AsOf) =>
    go(withQuery(place, { at: at ? String(at) : null, version: version ? String(version) : null }), 'replace')
  const apply = async (change: LeadChange) => {
    const changed = await changeLead(site.id, id, change)
    loaded.change(() => changed)
    return changed
  }
  const takeBack = async (decisionId: string) => {
    const changed = await undoDecision(site.id, id, decisionId)
    loaded.change(() => changed)
  }
  const change: Change = async (wanted, done, undo) => {
    const last = lastDone(await apply(wanted))
    const isDecision = wanted.stage !== undefined || wanted.spam !== undefined || wanted.objected !== undefined
    const decision = isDecision ? last : undefined
    const undoing = decision ? () => takeBack(decision.id) : undo && (() => apply(undo))
    setUndoable({ done, undo: undoing, deed: decision?.id })
  }
  // It may have been undone in the list, or by somebody else: then there is nothing left to offer.
  const isUndone = [...lead.decisions, ...lead.mapEdits].some(({ id, undone }) => undone && id === undoable?.deed)
  return (
    <>
      <BackToList />
      <Away isBroken={isBroken} />
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {!isPresent && <Elsewhen lead={lead} asOf={asOf} back={() => choose({})} />}
      <Header lead={lead} change={change} isPresent={isPresent} />
      {!lead.objected && <ScoreCurve lead={lead} asOf={asOf} happened={happened} choose={choose} />}
      {isPresent ? (
        <div class="columns">
          <div class="wide">
            {!lead.objected && <Reasons lead={lead} />}
            <Timeline lead={lead} happened={happened} />
          </div>
          <div class="side">
            {!lead.objected && <Ahead lead={lead} />}
            <Outcome lead={lead} change={change} undo={takeBack} />
            <Traits lead={lead} change={change} />
            <Browsers
              lead={lead}
              happened={happened}
              changed={(after) => loaded.change(() => after)}
              offer={setUndoable}
            />
            <Notes lead={lead} reload={loaded.reload} offer={setUndoable} />
            <StageHistory lead={lead} />
            <Consents lead={lead} happened={happened} />
            <Personal lead={lead} change={change} undo={takeBack} />
          </div>
        </div>
      ) : (
        // What is done to a lead is done now: of another day only what it was is shown.
        <div class="columns">
          {!lead.objected && <Reasons lead={lead} />}
          <StageHistory lead={lead} />
        </div>
      )}
      <UndoBar undoable={isUndone ? null : undoable} close={() => setUndoable(null)} />
    </>
  )
}

function Header({ lead, change, isPresent }: { lead: LeadDetail; change: Change; isPresent: boolean }) {
  const words = useWords()
  const may = useMay()
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
      {lead.objected ? <NotScored lead={lead} /> : <Scores lead={lead} />}
      <Spam lead={lead} change={isPresent && may.change ? change : null} />
    </header>
  )
}

/** Who said that they object to being profiled, and since when it stands. */
function NotScored({ lead }: { lead: LeadDetail }) {
  const words = useWords()
  const language = useLanguage()
  const objection = lead.decisions.find(({ objected, undone }) => objected && !undone)
  return (
    <div class="notice">
      <p>
        <b>{words.objection.notScoredWhy}</b>
      </p>
      {objection && (
        <p>
          <q>{objection.note ?? words.objection.byPage}</q>{' '}
          <small>{words.decisions.by(objection.by, dateTime(objection.at, language))}</small>
        </p>
      )}
    </div>
  )
}

function Scores({ lead }: { lead: LeadDetail }) {
  const words = useWords()
  const language = useLanguage()
  return (
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
  )
}

/** What looks like spam, why, and what somebody said to it. */
function Spam({ lead, change }: { lead: LeadDetail; change: Change | null }) {
  const words = useWords()
  if (!lead.quarantined && lead.spamReasons.length === 0) return null
  const { shelf, spam, verdict } = lead
  const isReleased = verdict === 'released'
  return (
    <div class={lead.quarantined ? 'notice bad' : 'notice'}>
      {shelf === 'spam' && <p>{words.spam.isSpam}</p>}
      {shelf === 'quarantined' && <p>{words.spam.quarantined(spam)}</p>}
      {!lead.quarantined && <p>{isReleased ? words.spam.isReleased(spam) : words.leads.spam(spam)}</p>}
      <Signs reasons={lead.spamReasons} shelf={shelf} />
      {lead.quarantined && change && (
        <Judging
          lead={lead}
          judge={(verdict) => change({ spam: verdict }, (words) => words.spam[verdict](whoIs(lead, words)))}
        />
      )}
    </div>
  )
}

/** Says which day or rules the page shows. */
function Elsewhen({ lead, asOf, back }: { lead: LeadDetail; asOf: AsOf; back(): void }) {
  const words = useWords()
  const language = useLanguage()
  return (
    <div class="notice" role="status">
      {asOf.at !== undefined && <p>{words.curve.past(dateTime(lead.at, language))}</p>}
      {lead.version !== lead.liveVersion && <p>{words.curve.otherRules(lead.version)}</p>}
      <button type="button" onClick={back}>
        {words.curve.back}
      </button>
    </div>
  )
}

/** The day and the rules in the address, if any: `?at=1763760000000&version=2`. */
function asOfIn(place: URL): AsOf {
  const numberOf = (name: string) => {
    const text = place.searchParams.get(name)
    return text && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  }
  return { at: numberOf('at'), version: numberOf('version') }
}

function Missing() {
  const words = useWords()
  return (
    <section class="panel narrow">
      <Heading title={words.lead.missing} />
      <BackToList />
    </section>
  )
}

/** A visitor who has given an e-mail address since is found as the lead they have become. */
async function findLeadOrMove(site: string, id: string, asOf: AsOf): Promise<LeadDetail> {
  try {
    return await findLead(site, id, asOf)
  } catch (error) {
    if (!(error instanceof Problem) || !error.movedTo) throw error
    go(leadAddress({ id: error.movedTo, site }), 'replace')
    return await findLead(site, error.movedTo, asOf)
  }
}
