import type { Preview } from './api.ts'
import { signedPoints, wholeNumber } from './format.ts'
import { Trouble } from './page.tsx'
import { Customers } from './rules-customers.tsx'
import { NumberField, useEditing } from './rules-field.tsx'
import { Histogram } from './rules-histogram.tsx'
import { Movers } from './rules-movers.tsx'
import type { Previewed } from './rules-preview.ts'
import { type Language, useLanguage, useWords, type Words } from './words.ts'

const SHELVES = ['lead', 'mql', 'sql', 'quarantined'] as const

/** What the draft would change, beside the rules at all times. */
export function Impact({ previewed, changed }: { previewed: Previewed; changed: boolean }) {
  const words = useWords()
  const language = useLanguage()
  const { preview, computing, problem, faults, again } = previewed
  const state = words.rules.preview
  const say = (amount: number) => wholeNumber(amount, language)
  return (
    <div class={computing ? 'impact computing' : 'impact'} aria-busy={computing}>
      <section class="panel" aria-label={words.rules.chart.title}>
        <h2>{words.rules.chart.title}</h2>
        {preview?.leads === 0 && <p class="notice">{state.nobody}</p>}
        <Histogram preview={preview} />
        {preview && <Shelves preview={preview} />}
      </section>
      <section class="panel" aria-label={state.title}>
        <h2>{state.title}</h2>
        <p class="hint" role="status">
          {computing
            ? state.computing
            : faults.length > 0
              ? state.wrong
              : preview && `${changed ? state.said(preview.moves.mql, preview.moves.sql) : state.same} `}
          {!computing && preview && state.looked(say(preview.leads))}
        </p>
        <Trouble problem={problem} retry={again} />
        {preview && <Movers preview={preview} />}
      </section>
      {preview && <Weeks preview={preview} />}
      {preview && <Customers outcomes={preview.outcomes} />}
    </div>
  )
}

/** The preview in one sentence: who moves, or, where nothing is changed, how many there are. */
export function saidOf({ moves, stages }: Preview, changed: boolean, words: Words, language: Language): string {
  const { said, stand } = words.rules.preview
  const say = (amount: number) => wholeNumber(amount, language)
  return changed ? said(moves.mql, moves.sql) : stand(say(stages.today.mql), say(stages.today.sql))
}

function Shelves({ preview: { stages } }: { preview: Preview }) {
  const words = useWords()
  const language = useLanguage()
  const { chart } = words.rules
  const name = (shelf: (typeof SHELVES)[number]) => (shelf === 'quarantined' ? chart.quarantined : words.stages[shelf])
  return (
    <table class="shelves">
      <thead>
        <tr>
          <th scope="col">{chart.shelf}</th>
          <th scope="col">{chart.today}</th>
          <th scope="col">{chart.next}</th>
          <th scope="col">{chart.difference}</th>
        </tr>
      </thead>
      <tbody>
        {SHELVES.map((shelf) => (
          <tr key={shelf}>
            <th scope="row">{name(shelf)}</th>
            <td>{wholeNumber(stages.today[shelf], language)}</td>
            <td>{wholeNumber(stages.next[shelf], language)}</td>
            <td>{signedPoints(stages.next[shelf] - stages.today[shelf], language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

// In units of the drawing.
const WEEK_WIDTH = 32
const WEEKS_HEIGHT = 60

/** SQLs made in each of the last weeks, against what sales can take. */
function Weeks({ preview: { weeks, sqlsAWeek } }: { preview: Preview }) {
  const words = useWords()
  const language = useLanguage()
  const { ruleset } = useEditing()
  const state = words.rules.preview
  const { today, next, capacity } = sqlsAWeek
  const say = (amount: number) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(amount)
  const highest = Math.max(1, capacity ?? 0, ...weeks.flatMap((week) => [week.today, week.next]))
  const tall = (amount: number) => (amount * WEEKS_HEIGHT) / highest
  const width = weeks.length * WEEK_WIDTH
  const limit = WEEKS_HEIGHT - tall(capacity ?? 0) + 2
  return (
    <section class="panel" aria-label={state.week}>
      <h2>{state.week}</h2>
      <p>{state.weekOf(say(next), say(today))}</p>
      {capacity !== null && (
        <p class={next > capacity ? 'fault' : 'done'}>
          {next > capacity ? state.over(say(next - capacity)) : state.within}
        </p>
      )}
      <svg class="weeks" viewBox={`0 0 ${width} ${WEEKS_HEIGHT + 4}`} aria-hidden="true">
        {weeks.map((week, i) => (
          <g key={week.from}>
            <rect
              class="week-today"
              x={i * WEEK_WIDTH + 3}
              width={12}
              y={WEEKS_HEIGHT + 2 - tall(week.today)}
              height={tall(week.today)}
            />
            <rect
              class="bar-next"
              x={i * WEEK_WIDTH + 16}
              width={12}
              y={WEEKS_HEIGHT + 2 - tall(week.next)}
              height={tall(week.next)}
            />
          </g>
        ))}
        <line class="axis" x1={0} x2={width} y1={WEEKS_HEIGHT + 2} y2={WEEKS_HEIGHT + 2} />
        {capacity !== null && <line class="limit" x1={0} x2={width} y1={limit} y2={limit} />}
      </svg>
      <NumberField
        place={['capacity']}
        label={state.capacity}
        hint={state.capacityHint}
        value={ruleset.capacity}
        optional
      />
    </section>
  )
}
