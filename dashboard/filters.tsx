import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { FILTERS, type Filter } from './ranking.ts'
import { go, withQuery } from './router.ts'
import { useWords } from './words.ts'

/** The server looks for beginnings of words, and one of them must have three letters. */
const SHORTEST_SEARCH = 3
const TYPING_PAUSE = 250

export function Filters({ place, filter }: { place: URL; filter: Filter }) {
  const words = useWords()
  return (
    <nav class="filters" aria-label={words.leads.filter}>
      {FILTERS.map((stage) => (
        <a
          key={stage}
          href={withQuery(place, { stage, pages: null })}
          aria-current={stage === filter ? 'true' : undefined}
        >
          {stage ? words.leads.stages[stage] : words.leads.ranked}
        </a>
      ))}
    </nav>
  )
}

export function Search({ place, q }: { place: URL; q: string }) {
  const words = useWords()
  const id = useId()
  const [text, setText] = useState(q)
  const typed = text.trim()
  const short = typed !== '' && !typed.split(/\s+/).some((word) => word.length >= SHORTEST_SEARCH)

  // The address may change by other ways too: the back button, "clear the search". What we put there ourselves is not
  // taken back, for the user may have typed on.
  const sent = useRef(q)
  useEffect(() => {
    if (q === sent.current) return
    sent.current = q
    setText(q)
  }, [q])
  useEffect(() => {
    const wanted = short ? '' : typed
    if (wanted === q) return
    const pause = setTimeout(() => {
      sent.current = wanted
      go(withQuery(place, { q: wanted, pages: null }), 'replace')
    }, TYPING_PAUSE)
    return () => clearTimeout(pause)
  }, [typed, short, q, place.href])

  return (
    <search class="search">
      <label class="unseen" for={id}>
        {words.leads.search}
      </label>
      <input
        id={id}
        type="search"
        value={text}
        placeholder={words.leads.searchHint}
        aria-describedby={`${id}-hint`}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setText('')}
      />
      <p class="hint" id={`${id}-hint`} role="status">
        {short && words.leads.searchShort}
      </p>
    </search>
  )
}
