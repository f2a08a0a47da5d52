import { useRef, useState } from 'preact/hooks'
import type { Preview } from './api.ts'
import { useEditing } from './rules-field.tsx'
import { countAbove, STAGES, type Stage, Thresholds } from './rules-thresholds.tsx'
import { useWords } from './words.ts'

// In units of the drawing; a score is STEP wide.
const STEP = 4
const WIDTH = 101 * STEP
const TOP = 38
const HEIGHT = 110
const BASE = TOP + HEIGHT
const MARKS = [0, 25, 50, 75, 100]
const TAG_WIDTH = 56
const LARGE_STEP = 5

/** How many leads have each score, today and by the draft, under the two thresholds, which are moved in place. */
export function Histogram({ preview }: { preview: Preview | null }) {
  const words = useWords()
  const { chart } = words.rules
  const drawing = useRef<SVGSVGElement>(null)
  const today = preview?.scores.today ?? []
  const next = preview?.scores.next ?? []
  // So that a few hot leads are seen beside many cold ones.
  const tall = (amount: number) => Math.sqrt(amount)
  const scale = HEIGHT / Math.max(1, ...[...today, ...next].map(tall))
  const steps = today.map((amount, score) => `H${score * STEP} V${BASE - tall(amount) * scale}`).join(' ')
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no <fieldset> */}
      <svg
        ref={drawing}
        class="histogram"
        viewBox={`-8 0 ${WIDTH + 16} ${BASE + 18}`}
        role="group"
        aria-label={chart.title}
      >
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing of the bars takes the focus; the numbers are said below */}
        <g aria-hidden="true">
          {next.map((amount, score) => (
            <rect
              key={score}
              class="bar-next"
              x={score * STEP + 0.4}
              width={STEP - 0.8}
              y={BASE - tall(amount) * scale}
              height={tall(amount) * scale}
            />
          ))}
          {today.length > 0 && <path class="bar-today" d={`M0 ${BASE} ${steps} H${WIDTH} V${BASE}`} />}
          <line class="axis" x1={0} x2={WIDTH} y1={BASE} y2={BASE} />
          {MARKS.map((mark) => (
            <text key={mark} class="axis-label" x={mark * STEP} y={BASE + 14} text-anchor="middle">
              {mark}
            </text>
          ))}
        </g>
        {STAGES.map((stage) => (
          <Handle key={stage} stage={stage} drawing={drawing} scores={next} />
        ))}
      </svg>
      <p class="legend hint" aria-hidden="true">
        <span class="key-next" /> {chart.next} <span class="key-today" /> {chart.today}
      </p>
      <p class="hint">{chart.hint}</p>
      <Thresholds scores={next} />
    </>
  )
}

interface HandleProps {
  stage: Stage
  drawing: { current: SVGSVGElement | null }
  scores: number[]
}

/** A threshold as a slider: by pointer, and by the keys that sliders have. */
function Handle({ stage, drawing, scores }: HandleProps) {
  const words = useWords()
  const { ruleset, set } = useEditing()
  const [dragging, setDragging] = useState(false)
  const { mql, sql } = ruleset.thresholds
  // A draft may hold what is no number; the line stands still then, and the field says what is wrong.
  const held = Number(ruleset.thresholds[stage].score)
  const score = Number.isFinite(held) ? clamp(Math.round(held), 0, 100) : 0
  const [least, most] =
    stage === 'mql' ? [0, clamp(Number(sql.score) - 1 || 0, 0, 99)] : [clamp(Number(mql.score) + 1 || 1, 1, 100), 100]
  const move = (to: number) => {
    const held = clamp(to, least, most)
    if (held !== score) set(['thresholds', stage, 'score'], held)
  }
  const follow = (event: PointerEvent) => {
    const matrix = drawing.current?.getScreenCTM()
    if (matrix) move(Math.round((event.clientX - matrix.e) / matrix.a / STEP))
  }
  const press = (event: KeyboardEvent) => {
    const to = KEYS[event.key]?.(score, least, most)
    if (to === undefined) return
    event.preventDefault()
    move(to)
  }
  const x = score * STEP
  const y = stage === 'mql' ? 0 : 18
  const label = `${words.stages[stage]} ${score}`
  const width = TAG_WIDTH
  const left = clamp(x - width / 2, -8, WIDTH + 8 - width)
  return (
    <g
      role="slider"
      // Preact leaves the case of SVG attributes alone, and `tabIndex` would be none.
      tabindex={0}
      class={dragging ? `handle handle-${stage} dragging` : `handle handle-${stage}`}
      aria-label={words.rules.chart[stage]}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={score}
      aria-valuetext={words.rules.chart.above(score, countAbove(scores, score))}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        event.currentTarget.focus()
        event.preventDefault()
        setDragging(true)
      }}
      onPointerMove={(event) => dragging && follow(event)}
      onPointerUp={() => setDragging(false)}
      onPointerCancel={() => setDragging(false)}
    >
      <rect class="grip" x={x - 12} y={y} width={24} height={BASE - y} />
      <line x1={x} x2={x} y1={y + 16} y2={BASE} />
      <rect class="tag" x={left} y={y} width={width} height={16} rx={4} />
      <text x={left + width / 2} y={y + 12} text-anchor="middle">
        {label}
      </text>
    </g>
  )
}

const KEYS: Record<string, (score: number, least: number, most: number) => number> = {
  ArrowRight: (score) => score + 1,
  ArrowUp: (score) => score + 1,
  ArrowLeft: (score) => score - 1,
  ArrowDown: (score) => score - 1,
  PageUp: (score) => score + LARGE_STEP,
  PageDown: (score) => score - LARGE_STEP,
  Home: (_score, least) => least,
  End: (_score, _least, most) => most,
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
