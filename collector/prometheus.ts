/**
 * What Prometheus reads, version 0.0.4 of its text format: counters and histograms that only grow since the start, and
 * gauges that are asked for. In a few lines of our own, because a package would bring forty metrics that nobody asked for.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */

/** A number under a name; `suffix` is appended to the name. */
interface Sample {
  suffix?: string
  labels?: Record<string, string>
  value: number
}

export interface Metric {
  /** In base units, which its end tells: `braise_commit_seconds`. */
  name: string
  type: 'counter' | 'gauge' | 'histogram'
  /** In one line. */
  help: string
  samples: readonly Sample[]
}

/** Counts, by one label. */
export class Counter {
  readonly #label: string
  readonly #counts: Map<string, number>

  /** @param known values that stand at 0 from the start: what appears later has no rate before its second time */
  constructor(label: string, known: readonly string[]) {
    this.#label = label
    this.#counts = new Map(known.map((value) => [value, 0]))
  }

  add(value: string, many = 1): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + many)
  }

  get samples(): Sample[] {
    return [...this.#counts].map(([value, count]) => ({ labels: { [this.#label]: value }, value: count }))
  }
}

/** How often a value was at most so much. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #count = 0
  #sum = 0

  /** @param bounds ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(value: number): void {
    this.#count++
    this.#sum += value
    const i = this.#bounds.findIndex((bound) => value <= bound)
    if (i >= 0) this.#counts[i] = (this.#counts[i] ?? 0) + 1
  }

  /** Each bucket holds those before it, and the last one holds all. */
  get samples(): Sample[] {
    let upTo = 0
    const buckets = this.#bounds.map((bound, i) => {
      upTo += this.#counts[i] ?? 0
      return { suffix: '_bucket', labels: { le: String(bound) }, value: upTo }
    })
    const all = { suffix: '_bucket', labels: { le: '+Inf' }, value: this.#count }
    return [...buckets, all, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: this.#count }]
  }
}

export function textOf(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${labelled(labels)} ${value}\n`)
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
    })
    .join('')
}

function labelled(labels: Record<string, string> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')
}
