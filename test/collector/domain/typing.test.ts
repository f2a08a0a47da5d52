/** The proof that names typed at random are found, and that names of people and companies are left alone. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultRuleset } from '../../../collector/domain/defaults.ts'
import { type LeadScore, scoreLead } from '../../../collector/domain/score.ts'
import { RARITY } from '../../../collector/domain/typing.ts'
import { COMPANIES } from '../../support/companies.ts'
import { halfOf, namesOf, wordsOfAllLocales } from '../../support/names.ts'
import { rarityOf } from '../../support/rarity.ts'
import { form, SEED, TODAY } from './given.ts'

const SAMPLE = 1000

/** Somebody with this name, at the company of this name. */
function leadNamed(fields: Record<string, string>): LeadScore {
  const contact = form(TODAY, 'contact', { email: 'ada@analytical.example', ...fields })
  return scoreLead([contact], defaultRuleset(), TODAY)
}

/** Caught: the sign fires on a form whose first name is this, and nothing else about the form is suspicious. */
const isCaught = (firstName: string) => leadNamed({ firstName }).spamRules.some(({ id }) => id === 'keyboardRun')

function shareCaught(strings: fc.Arbitrary<string>): number {
  return fc.sample(strings, { seed: SEED, numRuns: SAMPLE }).filter(isCaught).length / SAMPLE
}

const written = (strings: fc.Arbitrary<string>) =>
  fc.tuple(strings, fc.constantFrom('lower', 'Capital')).map(([text, how]) => {
    return how === 'lower' ? text : text.charAt(0).toUpperCase() + text.slice(1)
  })

const ROWS = ['azertyuiop', 'qsdfghjklm', 'wxcvbn', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']

/** Four to ten neighbouring keys of one row, in either direction, once, twice, or with those of another row behind. */
const piece = fc
  .tuple(fc.constantFrom(...ROWS), fc.nat(), fc.integer({ min: 4, max: 10 }), fc.boolean())
  .map(([row, from, length, isBackwards]) => {
    const run = row.slice(from % (row.length - 3)).slice(0, length)
    return isBackwards ? [...run].reverse().join('') : run
  })
const keyboardRun = written(
  fc.oneof(
    piece,
    piece.map((run) => run + run),
    fc.tuple(piece, piece).map(([first, second]) => first + second),
  ),
)

const lettersOf = (letters: string, fewest: number, most: number) =>
  written(fc.array(fc.constantFrom(...letters), { minLength: fewest, maxLength: most }).map((each) => each.join('')))

describe('caught are at least four fifths of', () => {
  test.each([
    ['keyboard runs', keyboardRun],
    ['random strings of 6 to 12 letters', lettersOf('abcdefghijklmnopqrstuvwxyz', 6, 12)],
    ['strings of 5 to 12 letters that fingers at rest would hit', lettersOf('qsdfghjklm', 5, 12)],
    ['strings of 6 to 12 letters of the home row', lettersOf('asdfghjkl', 6, 12)],
  ])('%s', (_, strings) => {
    expect(shareCaught(strings)).toBeGreaterThanOrEqual(0.8)
  })
})

const FRENCH = /^fr/

/** People with a first and a last name that the table has not been learned from. */
function people(isWanted: (locale: string) => boolean, count: number): Record<string, string>[] {
  const [firstNames, lastNames] = (['first_name', 'last_name'] as const).map((part) =>
    namesOf(part, isWanted).filter((name) => halfOf(name) === 'unseen'),
  ) as [string[], string[]]
  const pick = (names: string[]) => fc.constantFrom(...names)
  const person = fc.record({ firstName: pick(firstNames), lastName: pick(lastNames) })
  return fc.sample(person, { seed: SEED, numRuns: count })
}

test('of 2,000 real French and international names and companies, one in a hundred is touched at most, and none quarantined', () => {
  const french = people((locale) => FRENCH.test(locale), 800)
  const others = people((locale) => !FRENCH.test(locale), 2000 - french.length - COMPANIES.length)
  const named = [...french, ...others, ...COMPANIES.map((company) => ({ company }))]
  expect(named).toHaveLength(2000)
  expect(new Set(named.map((each) => JSON.stringify(each))).size).toBeGreaterThan(1900)
  const touched = named.filter((fields) => leadNamed(fields).spam > 0)
  expect(touched.length / named.length, JSON.stringify(touched)).toBeLessThanOrEqual(0.01)
  expect(named.filter((fields) => leadNamed(fields).quarantined)).toEqual([])
})

test('whatever name somebody gives, in whatever letters, it never quarantines alone', () => {
  const name = fc.oneof(keyboardRun, lettersOf('abcdefghijklmnopqrstuvwxyz', 1, 20), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(name, name, name, (firstName, lastName, company) => {
      const { quarantined, spamRules } = leadNamed({ firstName, lastName, company })
      fc.pre(!spamRules.some(({ id }) => id === 'linkInName'))
      expect(quarantined).toBe(false)
    }),
    { seed: SEED, numRuns: 500 },
  )
})

test('letters of other scripts, and too few of them, are not judged', () => {
  for (const name of ['Nguyễn', 'Ħxżqġ', 'Ωξψφχ', 'Щхжцч', '株式会社', 'Ng', 'Mbp', 'BNPPF']) {
    expect([name, isCaught(name)]).toEqual([name, false])
  }
})

test('the table of letters is what half of the names and words of all languages give', () => {
  const learned = wordsOfAllLocales().filter((word) => halfOf(word) === 'learned')
  expect(RARITY.trim().split(/\n\s*/)).toEqual(rarityOf(learned))
})
