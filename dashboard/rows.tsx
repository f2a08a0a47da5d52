import { useLayoutEffect, useRef } from 'preact/hooks'
import { Ago } from './ago.tsx'
import type { LeadItem, Verdict } from './api.ts'
import { Heat, StageBadge, whoIs } from './heat.tsx'
import { Judging, Signs } from './judging.tsx'
import { useMay } from './session.ts'
import { useLanguage, useWords } from './words.ts'

const MOVE_FOR = 350

interface RowsProps {
  leads: LeadItem[]
  fresh: ReadonlySet<string>
  judge(lead: LeadItem, verdict: Verdict): Promise<unknown>
}

/** The leads in their order: rows where there is room, cards where there is not. */
export function Rows({ leads, fresh, judge }: RowsProps) {
  const words = useWords()
  const list = useRef<HTMLOListElement>(null)
  useMoves(list, leads)
  return (
    <div class="ranking">
      <div class="row heads" aria-hidden="true">
        <span>{words.leads.who}</span>
        <span>{words.leads.stage}</span>
        <span>{words.leads.score}</span>
        <span>{words.leads.why}</span>
        <span>{words.leads.lastSeen}</span>
      </div>
      <ol ref={list}>
        {leads.map((lead) => (
          <Row key={lead.id} lead={lead} fresh={fresh.has(lead.id)} judge={(verdict) => judge(lead, verdict)} />
        ))}
      </ol>
    </div>
  )
}

function Row({ lead, fresh, judge }: { lead: LeadItem; fresh: boolean; judge(verdict: Verdict): Promise<unknown> }) {
  const words = useWords()
  const language = useLanguage()
  const may = useMay()
  const name = whoIs(lead, words)
  const under = lead.company ?? (lead.email === name ? null : lead.email)
  return (
    <li class={fresh ? 'row fresh' : 'row'} data-id={lead.id}>
      <span class="who">
        <a href={leadAddress(lead)}>{name}</a>
        {under && <small>{under}</small>}
      </span>
      <span class="stage">
        <StageBadge stage={lead.stage} />
        {lead.quarantined && <small>{words.leads.spam(lead.spam)}</small>}
      </span>
      {lead.objected ? <span class="unscored">{words.objection.notScored}</span> : <Heat score={lead.score} />}
      <div class="why">
        {lead.objected && words.objection.why}
        {lead.quarantined ? (
          <Signs reasons={lead.why} shelf={lead.shelf} />
        ) : (
          lead.why.map(({ label }) => label[language]).join(' · ')
        )}
        {lead.quarantined && may.change && <Judging lead={lead} judge={judge} />}
      </div>
      <span class="seen">
        <span class="unseen">{words.leads.lastSeen} </span>
        <Ago at={lead.lastSeenAt} />
      </span>
    </li>
  )
}

export function leadAddress({ id, site }: { id: string; site: string }): string {
  return `/leads/${encodeURIComponent(id)}?site=${encodeURIComponent(site)}`
}

/** Lets rows glide from their old place to the new one, so that the eye can follow who overtook whom. */
function useMoves(list: { current: HTMLElement | null }, leads: LeadItem[]) {
  const places = useRef(new Map<string, number>())
  useLayoutEffect(() => {
    const rows = [...(list.current?.children ?? [])] as HTMLElement[]
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const before = places.current
    places.current = new Map(rows.map((row) => [row.dataset.id ?? '', row.offsetTop]))
    if (still) return
    for (const row of rows) {
      const old = before.get(row.dataset.id ?? '')
      if (old === undefined || old === row.offsetTop) continue
      const from = { transform: `translateY(${old - row.offsetTop}px)` }
      row.animate([from, { transform: 'none' }], { duration: MOVE_FOR, easing: 'ease-out' })
    }
  }, [leads])
}
