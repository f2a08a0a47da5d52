/** Learns how rare it is that one letter follows another: what `collector/domain/typing.ts` holds as a table. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const RAREST = 9

/** A row for each letter, the beginning of a word first, with a digit for each that follows, the end of a word last. */
export function rarityOf(words: readonly string[]): string[] {
  const counts = new Map<string, number>()
  const add = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)
  for (const word of words) {
    const letters = [...`^${word}$`]
    for (const [i, letter] of letters.slice(1).entries()) {
      add(`${letters[i]}${letter}`)
      add(letters[i] as string)
    }
  }
  return [...`^${LETTERS}`].map((letter) => {
    const digits = [...`${LETTERS}$`].map((next) => {
      // Half a sight more of each pair: what was never seen is rare, not impossible.
      const share = ((counts.get(letter + next) ?? 0) + 0.5) / ((counts.get(letter) ?? 0) + 27 / 2)
      return Math.min(RAREST, Math.round(-Math.log2(share)))
    })
    return `${letter} ${digits.join('')}`
  })
}
