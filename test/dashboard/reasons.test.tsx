// @vitest-environment happy-dom
import { render } from 'preact'
import { expect, test } from 'vitest'
import { byGroup, Reasons } from '../../dashboard/reasons.tsx'
import { SpokenLanguage } from '../../dashboard/words.ts'
import { leadDetail, line } from './support/lead.ts'

const fit = { kind: 'fit', group: 'fit', groupLabel: { en: 'Fit', fr: 'Adéquation' } } as const
// Price page on five successive days, held at its cap, less a free e-mail address.
const reasons = [
  line({ points: 45.4, earned: 50, hits: 5, lastAt: 0 }),
  line({ kind: 'cap', points: -15.4 }),
  line({
    ...fit,
    rule: 'freeEmail',
    label: { en: 'Free e-mail', fr: 'E-mail gratuit' },
    points: -6,
    earned: -6,
    hits: 1,
  }),
]
const ada = leadDetail({ reasons, engagement: 30, fit: -6, rank: 24, score: 24 })

const table = (language: 'en' | 'fr') => {
  const place = document.createElement('div')
  render(
    <SpokenLanguage.Provider value={language}>
      <Reasons lead={ada} />
    </SpokenLanguage.Provider>,
    place,
  )
  return [...place.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent?.trim()))
}

test('the lines add up to engagement and fit, and then to the score', () => {
  const rows = table('en')
  expect(rows).toContainEqual(['Evaluation', '+30.0'])
  expect(rows.find(([rule]) => rule === 'Read the price page')).toMatchObject({ 1: '5', 3: '+50.0', 4: '+45.4' })
  expect(rows).toContainEqual(['Over the rule’s cap', '−15.4'])
  expect(rows).toContainEqual(['Total (Engagement +30.0, Fit −6.0)', '+24.0'])
  expect(rows.at(-1)).toEqual(['Score (rounded, between 0 and 100)', '24'])
})

test('the reasons are told in French to the French', () => {
  const rows = table('fr')
  expect(rows).toContainEqual(['Évaluation', '+30,0'])
  expect(rows.some(([rule]) => rule === 'A lu la page Tarifs')).toBe(true)
})

test('lines stand under their group in the order they come', () => {
  expect(byGroup(reasons).map(({ group, lines }) => [group, lines.length])).toEqual([
    ['evaluation', 2],
    ['fit', 1],
  ])
})
