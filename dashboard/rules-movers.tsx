import type { Mover, Preview } from './api.ts'
import { signedPoints, wholeNumber } from './format.ts'
import { whoIs } from './heat.tsx'
import { useEditing } from './rules-field.tsx'
import { useLanguage, useWords } from './words.ts'

const STAGES = ['sql', 'mql'] as const
/** Of a long list the hottest; the count says how many there are. */
const MOST_SHOWN = 10

/** Who would enter and leave MQL and SQL, and why. Who goes up from the one to the other stands with those who enter it. */
export function Movers({ preview: { moves } }: { preview: Preview }) {
  const words = useWords()
  const nobody = STAGES.every((stage) => moves[stage].enterCount + moves[stage].leaveCount === 0)
  if (nobody) return <p>{words.rules.preview.nobodyMoves}</p>
  return (
    <>
      {STAGES.map((stage) => (
        <div key={stage}>
          <MoverList stage={stage} way="enters" movers={moves[stage].enters} amount={moves[stage].enterCount} />
          <MoverList stage={stage} way="leaves" movers={moves[stage].leaves} amount={moves[stage].leaveCount} />
        </div>
      ))}
    </>
  )
}

interface ListProps {
  stage: 'mql' | 'sql'
  way: 'enters' | 'leaves'
  movers: Mover[]
  amount: number
}

function MoverList({ stage, way, movers, amount }: ListProps) {
  const words = useWords()
  const language = useLanguage()
  if (amount === 0) return null
  const shown = movers.slice(0, MOST_SHOWN)
  return (
    <details open class="movers" data-moves={`${stage} ${way}`}>
      <summary>{words.rules.preview[way](words.stages[stage], wholeNumber(amount, language))}</summary>
      <ul>
        {shown.map((mover) => (
          <MoverItem key={mover.id} mover={mover} />
        ))}
      </ul>
      {amount > shown.length && (
        <p class="hint">{words.rules.preview.more(wholeNumber(amount - shown.length, language))}</p>
      )}
    </details>
  )
}

function MoverItem({ mover }: { mover: Mover }) {
  const words = useWords()
  const language = useLanguage()
  const { today, next } = mover.score
  const names = { ...words.stages, quarantined: words.leads.quarantined, spam: words.leads.spam }
  const { thresholds } = useEditing().ruleset
  const shelf = (name: Mover['from']) => names[name]
  // The score alone would not say why: stages are lost later than points, and a request makes an SQL at once.
  const isHeld = (mover.to === 'mql' || mover.to === 'sql') && next < thresholds[mover.to].score
  return (
    <li>
      <a href={`/leads/${encodeURIComponent(mover.id)}`}>{whoIs(mover, words)}</a>{' '}
      <small>
        {shelf(mover.from)} → {shelf(mover.to)}, {words.rules.preview.fromTo(today, next)}
      </small>
      <small class="mover-why">
        {mover.reasons.length === 0
          ? words.rules.preview.byStages
          : mover.reasons
              .map(({ label, today, next }) => `${label[language]} ${signedPoints(next - today, language)}`)
              .join(', ')}
        {isHeld && ` · ${words.rules.preview.held}`}
      </small>
    </li>
  )
}
