import { useEffect, useState } from 'preact/hooks'
import { type AsOf, type Curve, findCurve, type LeadDetail } from './api.ts'
import { dateTime, shortDay } from './format.ts'
import { useLoad } from './load.ts'
import { Trouble } from './page.tsx'
import { useSession } from './session.ts'
import { useLanguage, useWords, type Words } from './words.ts'

/** A key held down moves the date on; what it was then is asked for once it rests. */
const REST = 300
/** The slider goes from the first day to now in so many steps. */
const STEPS = 200

interface CurveProps {
  lead: LeadDetail
  asOf: AsOf
  /** It is drawn again whenever this number grows. */
  happened: number
  choose(asOf: AsOf): void
}

/** The score over time with its jumps; a date chosen on it shows the lead as it was. */
export function ScoreCurve({ lead, asOf, happened, choose }: CurveProps) {
  const words = useWords()
  const { site } = useSession()
  const { version } = asOf
  const curve = useLoad(() => findCurve(site.id, lead.id, version), [site.id, lead.id, version, happened])
  const { value } = curve
  return (
    <section class="panel">
      <div class="curve-head">
        <h2>{words.curve.title}</h2>
        {lead.liveVersion > 1 && <Versions lead={lead} choose={(chosen) => choose({ ...asOf, version: chosen })} />}
      </div>
      {curve.problem && <Trouble problem={curve.problem} retry={curve.reload} />}
      {value ? (
        <>
          <Dated curve={value} at={asOf.at} choose={(at) => choose({ ...asOf, at })} />
          <Jumps curve={value} choose={(at) => choose({ ...asOf, at })} />
        </>
      ) : (
        // As high as the drawing, so that nothing moves when it comes.
        <div class="curve" />
      )}
    </section>
  )
}

/** The drawing for the eye, and a slider for the hand, the keyboard and the ear. */
function Dated({ curve, at, choose }: { curve: Curve; at: number | undefined; choose(at: number | undefined): void }) {
  const words = useWords()
  const language = useLanguage()
  const { from, until, thresholds } = curve
  const [shown, setShown] = useState(at ?? until)
  useEffect(() => setShown(at ?? until), [at, until])
  useEffect(() => {
    const wanted = shown >= until ? undefined : shown
    if (wanted === at) return
    const rest = setTimeout(() => choose(wanted), REST)
    return () => clearTimeout(rest)
  }, [shown])
  const place = (instant: number) => (100 * (instant - from)) / (until - from)
  const score = scoreAt(curve, shown)
  return (
    <>
      <div class="curve">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={summaryOf(curve, words)}>
          <path class="under" d={`${lineOf(curve)} L100 100 L0 100 Z`} />
          {Object.values(thresholds).map((threshold) => (
            <line key={threshold} class="threshold" x1="0" x2="100" y1={100 - threshold} y2={100 - threshold} />
          ))}
          <path class="line" d={lineOf(curve)} />
          <line class="cursor" x1={place(shown)} x2={place(shown)} y1="0" y2="100" />
        </svg>
        {(['mql', 'sql'] as const).map((stage) => (
          <small key={stage} class="threshold" style={{ bottom: `${thresholds[stage]}%` }} aria-hidden="true">
            {words.stages[stage]} {thresholds[stage]}
          </small>
        ))}
        {curve.jumps.map((jump, i) => (
          <b
            key={jump.at}
            class="mark"
            style={{ left: `${place(jump.at)}%`, bottom: `${jump.after}%` }}
            aria-hidden="true"
          >
            {i + 1}
          </b>
        ))}
      </div>
      <input
        type="range"
        class="curve-date"
        aria-label={words.curve.date}
        aria-valuetext={words.curve.at(dateTime(shown, language), score)}
        min={from}
        max={until}
        step={Math.max(1, Math.floor((until - from) / STEPS))}
        value={shown}
        onInput={(event) => setShown(rounded(Number(event.currentTarget.value), curve))}
      />
      <p class="curve-ends hint">
        <span>{shortDay(from, language)}</span>
        <output>{words.curve.at(dateTime(shown, language), score)}</output>
        <span>{words.curve.now}</span>
      </p>
    </>
  )
}

function Jumps({ curve, choose }: { curve: Curve; choose(at: number): void }) {
  const words = useWords()
  const language = useLanguage()
  if (curve.jumps.length === 0) return null
  return (
    <ol class="jumps">
      {curve.jumps.map(({ at, before, after, reasons, decision }, i) => (
        <li key={at}>
          <b class="mark" aria-hidden="true">
            {i + 1}
          </b>
          <button type="button" class="quiet" onClick={() => choose(at)}>
            {dateTime(at, language)}
          </button>
          <span>
            <b>{words.curve.jump(before, after)}</b>{' '}
            {[decision && nameOfDecision(decision, words), ...reasons.map(({ label }) => label[language])]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </li>
      ))}
    </ol>
  )
}

function Versions({ lead, choose }: { lead: LeadDetail; choose(version: number | undefined): void }) {
  const words = useWords()
  const versions = Array.from({ length: lead.liveVersion }, (_, i) => lead.liveVersion - i)
  const pick = (version: number) => choose(version === lead.liveVersion ? undefined : version)
  return (
    <select
      aria-label={words.curve.rules}
      value={lead.version}
      onChange={(event) => pick(Number(event.currentTarget.value))}
    >
      {versions.map((version) => (
        <option key={version} value={version}>
          {version === lead.liveVersion ? words.curve.liveRules(version) : words.curve.version(version)}
        </option>
      ))}
    </select>
  )
}

/** Steps of the slider fall short of now by less than one. */
function rounded(value: number, { from, until }: Curve): number {
  return until - value < (until - from) / STEPS ? until : value
}

export function scoreAt({ points }: Curve, at: number): number {
  return points.findLast((point) => point.at <= at)?.score ?? 0
}

/** A path through the points; the drawing is 100 wide and 100 high. */
export function lineOf({ points, from, until }: Curve): string {
  const places = points.map(({ at, score }) => {
    return `${((100 * (at - from)) / (until - from)).toFixed(2)} ${100 - score}`
  })
  return `M${places.join(' L')}`
}

function summaryOf(curve: Curve, words: Words): string {
  const highest = Math.max(...curve.points.map(({ score }) => score))
  return words.curve.summary(curve.points.at(-1)?.score ?? 0, highest, curve.jumps.length)
}

function nameOfDecision(decision: NonNullable<Curve['jumps'][number]['decision']>, words: Words): string {
  if (decision === 'undo') return words.history.cause.undo ?? decision
  if (decision === 'released' || decision === 'confirmed') return words.decisions.verdict[decision]
  return words.stages[decision]
}
