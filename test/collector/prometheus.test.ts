import { expect, test } from 'vitest'
import { Counter, Histogram, textOf } from '../../collector/prometheus.ts'
import { scrapedFrom, valuesOf } from '../support/prometheus.ts'

const NAMED = { name: 'things', help: 'Things' }

test('a counter keeps apart what has different labels, whatever is in them', () => {
  const counter = new Counter('kind', ['new'])
  const strange = 'a "quoted" word,\nC:\\new, {and} = braces'
  for (const kind of ['old', 'old', strange]) counter.add(kind)
  counter.add('old', 5)
  const scraped = scrapedFrom(textOf([{ ...NAMED, type: 'counter', samples: counter.samples }]))
  expect(scraped.get('things')).toMatchObject({ type: 'COUNTER', help: 'Things' })
  expect(valuesOf(scraped.get('things'), 'kind')).toEqual({ new: 0, old: 7, [strange]: 1 })
})

test('each bucket of a histogram holds what is at most its bound, and the last one everything', () => {
  const histogram = new Histogram([0.5, 1, 10])
  for (const value of [0, 0.5, 0.7, 1, 3, 11, 1000]) histogram.observe(value)
  const scraped = scrapedFrom(textOf([{ ...NAMED, type: 'histogram', samples: histogram.samples }]))
  expect(scraped.get('things')?.metrics).toEqual([
    { buckets: { '0.5': '2', '1': '4', '10': '5', '+Inf': '7' }, count: '7', sum: '1016.2' },
  ])
})

test('a metric without a value yet is one that is known', () => {
  const text = textOf([{ ...NAMED, type: 'gauge', samples: [] }])
  expect(text).toBe('# HELP things Things\n# TYPE things gauge\n')
})
