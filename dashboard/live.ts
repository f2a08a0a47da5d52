import { useEffect, useRef, useState } from 'preact/hooks'
import type { LeadItem } from './api.ts'
import { whoIs } from './heat.tsx'
import type { Loaded } from './load.ts'
import { type Filter, type Ranking, withLead, withoutLead } from './ranking.ts'
import { useSession } from './session.ts'
import { useStream } from './stream.ts'
import { useWords, type Words } from './words.ts'

/** Messages that come together move the list together, once. */
const GATHER_FOR = 300
const HIGHLIGHT_FOR = 2500

/** Lets the list move by itself, and tells which rows did: `fresh` for the eye, `said` for the ear; and when it cannot. */
export function useLive(ranking: Loaded<Ranking>, filter: Filter, searched: boolean) {
  const words = useWords()
  const { site, updateSite } = useSession()
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set())
  const [said, setSaid] = useState('')
  const gathered = useRef(new Map<string, LeadItem | null>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const move = () => {
    timer.current = undefined
    const before = ranking.value
    const changes = [...gathered.current]
    gathered.current.clear()
    if (!before) return
    const after = changes.reduce(
      (list, [id, lead]) => (lead ? withLead(list, lead, filter, searched) : withoutLead(list, id)),
      before,
    )
    ranking.change(() => after)
    setFresh(new Set(changes.map(([id]) => id)))
    setSaid(summaryOf(before, after, words))
  }
  const latestMove = useRef(move)
  latestMove.current = move
  const gather = (id: string, lead: LeadItem | null) => {
    gathered.current.set(id, lead)
    timer.current ??= setTimeout(() => latestMove.current(), GATHER_FOR)
  }

  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (fresh.size === 0) return
    const calm = setTimeout(() => setFresh(new Set()), HIGHLIGHT_FOR)
    return () => clearTimeout(calm)
  }, [fresh])
  const isBroken = useStream(site.id, {
    opened: ranking.reload,
    lead: (lead) => gather(lead.id, lead),
    gone: (id) => gather(id, null),
    site: updateSite,
    rules: ranking.reload,
  })
  return { fresh, said, isBroken }
}

/** In words, who has moved: a row that only was seen again is not worth interrupting a screen reader for. */
export function summaryOf(before: Ranking, after: Ranking, words: Words): string {
  const scores = new Map(before.items.map(({ id, score }) => [id, score]))
  const moved = after.items.filter(({ id, score }) => scores.get(id) !== score)
  const [lead] = moved
  if (!lead) return ''
  if (moved.length > 1) return words.leads.movedMany(moved.length)
  return words.leads.moved(whoIs(lead, words), lead.score, after.items.indexOf(lead) + 1)
}
