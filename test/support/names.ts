/** Names of people and ordinary words of many languages, by halves: one to learn from, the other to be tested with. */
import { allLocales } from '@faker-js/faker'
import { plain } from '../../collector/domain/match.ts'

/** Which half a word is in depends on its letters alone, so that no word of one half is in the other. */
export type Half = 'learned' | 'unseen'

/** Names of one locale or of all, as they are written. */
export function namesOf(part: 'first_name' | 'last_name', isWanted: (locale: string) => boolean): string[] {
  const locales = Object.entries(allLocales).filter(([locale]) => isWanted(locale))
  return [...new Set(locales.flatMap(([, { person }]) => textsIn(person?.[part])))].sort()
}

/** Every word of three Latin letters or more that the locales know, without accents. */
export function wordsOfAllLocales(): string[] {
  const texts = Object.values(allLocales).flatMap(
    ({ animal, commerce, company, location, lorem, music, person, word }) =>
      textsIn([
        ...[animal, commerce?.department, commerce?.product_name, company?.buzz_noun, company?.legal_entity_type],
        ...[location?.city_name, location?.country, location?.state, lorem?.word, music?.genre, word],
        ...[person?.first_name, person?.last_name, person?.job_area, person?.job_descriptor, person?.job_type],
      ]),
  )
  return [...new Set(texts.flatMap((text) => plain(text).match(/\p{L}+/gu) ?? []))]
    .filter((word) => /^[a-z]{3,}$/.test(word))
    .sort()
}

export function halfOf(text: string): Half {
  let hash = 2166136261
  for (const letter of plain(text)) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 16777619)
  return (hash >>> 0) % 2 === 1 ? 'learned' : 'unseen'
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
