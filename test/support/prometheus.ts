// @ts-expect-error It has no types.
import parse from 'parse-prometheus-text-format'

/** A metric as another program reads it: numbers are still texts. */
export interface Scraped {
  name: string
  help: string
  type: 'COUNTER' | 'GAUGE' | 'HISTOGRAM'
  metrics: {
    value?: string
    labels?: Record<string, string>
    /** How many were at most so much. */
    buckets?: Record<string, string>
    count?: string
    sum?: string
  }[]
}

/** Reads a text as Prometheus would. @throws where it is none */
export function scrapedFrom(text: string): Map<string, Scraped> {
  const scraped = parse(text) as Scraped[]
  return new Map(scraped.map((each) => [each.name, each]))
}

/** The values of a metric by one of its labels. */
export function valuesOf(metric: Scraped | undefined, label: string): Record<string, number> {
  return Object.fromEntries(metric?.metrics.map(({ labels, value }) => [labels?.[label], Number(value)]) ?? [])
}
