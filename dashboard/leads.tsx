import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { changeLead, findLeads, type LeadItem, type LeadQuery, leadsFile, undoDecision, type Verdict } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Filters, Search } from './filters.tsx'
import { whoIs } from './heat.tsx'
import { lastDone } from './judging.tsx'
import { useLive } from './live.ts'
import { useLoad } from './load.ts'
import { ObjectionsWaiting } from './objections.tsx'
import { Away, Heading, Trouble, Waiting } from './page.tsx'
import { FILTERS, type Filter, isOutOfStep, type Ranking, withoutLead, withPage } from './ranking.ts'
import { go, scrollLeft, withQuery } from './router.ts'
import { Rows } from './rows.tsx'
import { useMay, useSession } from './session.ts'
import { type Undoable, UndoBar } from './undo.tsx'
import { useWords } from './words.ts'

/** The ranked list. What it shows is in the address: `?stage=mql&q=ada&pages=2`. */
export function Leads({ place }: { place: URL }) {
  const words = useWords()
  const { site } = useSession()
  const may = useMay()
  const stage = place.searchParams.get('stage') as Filter
  const filter = FILTERS.includes(stage) ? stage : null
  const q = place.searchParams.get('q') ?? ''
  const pages = Math.max(1, Number(place.searchParams.get('pages')) || 1)
  const asked = { site: site.id, stage: filter ?? undefined, q: q || undefined }

  const ranking = useLoad(() => loadPages(asked, pages), [site.id, filter, q])
  const { busy, problem, attempt } = useAttempt()
  const { fresh, said, isBroken } = useLive(ranking, filter, q !== '')
  useScrollBack(ranking.value !== null)

  const question = `${filter} ${q}`
  const lastQuestion = useRef(question)
  lastQuestion.current = question
  const loadMore = (shown: Ranking) =>
    attempt(async () => {
      const page = await loadPage(asked, shown.next)
      // The answer to a question that is no longer asked must not be mixed into another list.
      if (lastQuestion.current !== question) return
      ranking.change((before) => withPage(before, page))
      go(withQuery(place, { pages: String(pages + 1) }), 'replace')
    })

  const [undoable, setUndoable] = useState<Undoable | null>(null)
  const [judgedAt, setJudgedAt] = useState<number | null>(null)
  useLayoutEffect(() => {
    if (judgedAt === null) return
    const rows = document.querySelectorAll<HTMLElement>('.judging')
    rows[Math.min(judgedAt, rows.length - 1)]?.querySelector('button')?.focus()
    setJudgedAt(null)
  }, [judgedAt])
  const judge = async (lead: LeadItem, verdict: Verdict) => {
    const judged = await changeLead(site.id, lead.id, { spam: verdict })
    const taken = lastDone(judged)?.id
    // In the results of a search it stays in sight; in its list it no longer belongs, and the keyboard goes on to the next.
    if (q === '') {
      setJudgedAt(ranking.value?.items.findIndex(({ id }) => id === lead.id) ?? null)
      ranking.change((before) => withoutLead(before, lead.id))
    }
    setUndoable({
      done: (words) => words.spam[verdict](whoIs(lead, words)),
      undo: taken ? () => undoDecision(site.id, lead.id, taken).then(ranking.reload) : undefined,
    })
  }

  const { value } = ranking
  return (
    <>
      <div class="above">
        <Heading title={words.leads.title} />
        <Search place={place} q={q} />
      </div>
      <ObjectionsWaiting />
      <Filters place={place} filter={filter} />
      <Away isBroken={isBroken} />
      {value && isOutOfStep(value.items) && (
        <details class="hint out-of-step">
          <summary>{words.leads.outOfStep}</summary>
          <p>{words.leads.outOfStepWhy}</p>
        </details>
      )}
      {value?.more && <p class="notice">{words.leads.searchMore}</p>}
      {ranking.problem && <Trouble problem={ranking.problem} retry={ranking.reload} />}
      {!value && ranking.loading && <Waiting />}
      {value && (
        <div class={ranking.stale ? 'stale' : undefined} aria-busy={ranking.stale}>
          {ranking.stale && ranking.loading && <Waiting />}
          {value.items.length > 0 ? (
            <Rows leads={value.items} fresh={fresh} judge={judge} />
          ) : (
            !ranking.stale && <Nobody place={place} filter={filter} q={q} />
          )}
        </div>
      )}
      <Trouble problem={problem} />
      {value && value.items.length > 0 && !value.more && may.change && (
        <p class="export">
          <a href={leadsFile(asked)} download>
            {words.leads.export}
          </a>
        </p>
      )}
      {value?.next && (
        <button type="button" class="more" disabled={busy} onClick={() => loadMore(value)}>
          {words.page.more}
        </button>
      )}
      <p class="unseen" aria-live="polite">
        {said}
      </p>
      <UndoBar undoable={undoable} close={() => setUndoable(null)} />
    </>
  )
}

async function loadPages(asked: Asked, pages: number): Promise<Ranking> {
  let ranking = await loadPage(asked, null)
  for (let page = 1; page < pages && ranking.next; page += 1)
    ranking = withPage(ranking, await loadPage(asked, ranking.next))
  return ranking
}

async function loadPage(asked: Asked, cursor: string | null): Promise<Ranking> {
  const { items, next, more = false } = await findLeads({ ...asked, cursor: cursor ?? undefined })
  return { items, next, more }
}

type Asked = Omit<LeadQuery, 'cursor'>

/** Who comes back from a lead finds the list where it was left. */
function useScrollBack(ready: boolean) {
  useEffect(() => {
    const left = scrollLeft()
    if (ready && left !== null) scrollTo(0, left)
  }, [ready])
}

/** An empty list says what to do next. */
function Nobody({ place, filter, q }: { place: URL; filter: Filter; q: string }) {
  const words = useWords()
  const { site } = useSession()
  const [title, why, link, address] = q
    ? filter
      ? [
          words.leads.noMatchIn(q, words.leads.stages[filter]),
          null,
          words.leads.searchAll,
          withQuery(place, { stage: null, pages: null }),
        ]
      : [words.leads.noMatch(q), null, words.leads.clear, withQuery(place, { q: null, pages: null })]
    : site.firstEventAt === null && !filter
      ? [words.leads.noEvent, words.leads.noEventNext, words.leads.toSetup, '/setup']
      : filter
        ? [
            filter === 'quarantined' ? words.spam.nothingToJudge : words.leads.noOneInStage,
            null,
            words.leads.toRanked,
            withQuery(place, { stage: null, pages: null }),
          ]
        : [words.leads.noOneRanked, words.leads.noOneRankedNext, words.leads.toVisitors, '/?stage=visitor']
  return (
    <section class="empty">
      <h2>{title}</h2>
      {why && <p>{why}</p>}
      <p>
        <a class="button main" href={address}>
          {link}
        </a>
      </p>
    </section>
  )
}
