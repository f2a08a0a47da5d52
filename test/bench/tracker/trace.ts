/** What to record for `costsIn`. */
export const TRACED = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'v8',
  'disabled-by-default-v8.compile',
  'blink.user_timing',
]

/** Milliseconds that the page's main thread worked. */
export interface Costs {
  /** Compiling and running the tracker's file. */
  evaluation: number
  /** Of any task, whoever's. */
  longestTask: number
  /** In the tracker's functions from one kind of input to the next, what they put off included, by one input. */
  click: number
  key: number
  scroll: number
  submit: number
}

/** A complete event of Chromium's trace: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  name: string
  pid: number
  tid: number
  /**
   * Begin and length in µs by the thread's own clock, which stands while others have the CPU: a busy machine would
   * drown what is looked for. Chromium slows a thread down by work, which this clock counts.
   */
  tts?: number
  tdur?: number
  args: { fileName?: string; data?: { type?: string; url?: string } }
}

/** In the order in which they are made, each after a `performance.mark` of this name. */
export const INPUTS = ['click', 'key', 'scroll', 'submit'] as const

/**
 * @param paths of the tracker's files
 * @param times how often each input was made, one kind after the other
 */
export function costsIn(trace: TraceEvent[], paths: string[], times: number): Costs {
  const marked = trace.find(({ name }) => name === INPUTS[0])
  const main = trace
    .filter(({ pid, tid, tts }) => pid === marked?.pid && tid === marked.tid && tts !== undefined)
    .sort((one, other) => beginOf(one) - beginOf(other))
  const theirs = main.filter(({ args }) => paths.some((path) => (args.data?.url ?? args.fileName ?? '').endsWith(path)))
  const calls = theirs.filter(({ name }) => name === 'FunctionCall')
  const costs = {
    evaluation: outermost(theirs.filter(({ name }) => name === 'EvaluateScript' || name === 'v8.compile')),
    longestTask: Math.max(...main.filter(({ name }) => name === 'RunTask').map(({ tdur = 0 }) => tdur / 1000)),
    click: 0,
    key: 0,
    scroll: 0,
    submit: 0,
  }
  const marks = INPUTS.map((input) => main.find(({ name }) => name === input))
  INPUTS.forEach((input, nth) => {
    const mark = marks[nth]
    if (!mark) throw new Error(`The trace holds no mark for the ${input}`)
    const next = marks[nth + 1]
    const until = next ? beginOf(next) : Number.POSITIVE_INFINITY
    costs[input] = outermost(calls.filter((call) => beginOf(call) >= beginOf(mark) && beginOf(call) < until)) / times
  })
  return costs
}

/** The time of all, where one that lies within another counts once. They come in the order of their beginnings. */
function outermost(events: TraceEvent[]): number {
  let total = 0
  let end = 0
  for (const event of events) {
    const until = beginOf(event) + (event.tdur ?? 0)
    if (until <= end) continue
    total += until - Math.max(beginOf(event), end)
    end = until
  }
  return total / 1000
}

function beginOf({ tts = 0 }: TraceEvent): number {
  return tts
}
