import { useNow } from './ago.tsx'
import type { LeadDetail } from './api.ts'
import { day, relativeTime, signedPoints } from './format.ts'
import { useLanguage, useWords } from './words.ts'

/** What would lift the lead, what stands in its way, and when it cools. */
export function Ahead({ lead }: { lead: LeadDetail }) {
  const words = useWords()
  const language = useLanguage()
  const now = useNow()
  const { next, lift, blocked, cools } = lead.ahead
  const enough = lift.some(({ stage }) => stage !== lead.stage)
  return (
    <section class="panel">
      <h2>{words.lead.ahead}</h2>
      {!next && <p>{lead.stage === 'lost' ? words.lead.afterLoss : words.lead.noNext}</p>}
      {blocked && <p>{words.lead.blocked[blocked]}</p>}
      {next && lift.length > 0 && (
        <>
          <p>{enough ? words.lead.lift(words.stages[next]) : words.lead.nearest(words.stages[next])}</p>
          <ul class="lifts">
            {lift.map(({ rule, label, points, score, stage }) => (
              <li key={rule}>
                <b>{signedPoints(points, language)}</b> {label[language]}{' '}
                <span class="hint">{words.lead.liftTo(score, words.stages[stage])}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {cools && (
        <p>
          {words.lead.cools(words.stages[cools.stage], day(cools.at, language), relativeTime(cools.at, now, language))}
        </p>
      )}
      {!cools && (lead.stage === 'mql' || lead.stage === 'sql') && <p>{words.lead.steady}</p>}
    </section>
  )
}
