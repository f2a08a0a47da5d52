/** Does a name look as if somebody had only hit the keys? */
import { plain } from './match.ts'

/** A word of a name or a company that is keys in their order, or letters that no language puts one after another. */
export function isTypedAtRandom(text: string): boolean {
  return hasKeyboardRun(text) || hasRareLetters(text)
}

/** Rows of the AZERTY and QWERTY keyboards. */
const ROWS = ['azertyuiop', 'qsdfghjklm', 'wxcvbn', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const RUNS = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))]
const RUN_LENGTH = 4

/** Names and words that are a run: *Reza* is *azer* backwards. */
const ORDINARY = new Set(['reza', 'azer', 'wert', 'trew'])

/**
 * Runs of four or more neighbouring letters that make up a word, but for a letter: *qsdfgh*, *asdfasdf*, not *Property*,
 * *Frazer* or *Wertz*, of which four fifths at most are a run.
 */
export function hasKeyboardRun(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  return words.some((word) => !ORDINARY.has(word) && lettersInRuns(word) > 0.8 * word.length)
}

function lettersInRuns(word: string): number {
  let letters = 0
  for (let from = 0; from < word.length; ) {
    const length = runAt(word, from)
    letters += length
    from += Math.max(1, length)
  }
  return letters
}

/** The length of the run that begins here; 0 for less than four letters. */
function runAt(word: string, from: number): number {
  let to = from
  while (to < word.length && RUNS.some((row) => row.includes(word.slice(from, to + 1)))) to += 1
  return to - from < RUN_LENGTH ? 0 : to - from
}

/**
 * How rare it is that a letter (the row, `^` the beginning of a word) is followed by another (the column, `a` to `z`, then
 * the end of the word): −log2 of the share, rounded, 9 at most. Learned from half of the 64,000 names and words of 75 languages
 * and countries in @faker-js/faker 10.6.0 (MIT); a test learns it anew.
 */
export const RARITY = `
  ^ 444555555645455485346569869
  a 855587566654538693446679662
  b 269729963895983994694999796
  c 396939923946993995465999763
  d 389629863886773994684779663
  e 665577575753537692447688763
  f 399934893994993993754999794
  g 369739554965753994674899493
  h 299939993985763995764879693
  i 464547589654535684447699763
  j 286637984866863999564899984
  k 299939973965872995564979693
  l 277537773764673799664699583
  m 248928993987583597794999794
  n 385437484768954999546899572
  o 765577567764436693455469763
  p 298927953974993593664999795
  q 498999995997995987880799995
  r 366538573866653796555789673
  s 374939953945674598535779743
  t 398938853976783994644889673
  u 555556565753438693349778864
  v 198929992986984996696999794
  w 298938852976963997485999694
  x 385938982989684488836879682
  y 366637775965654695465799982
  z 278629873966763898655879553
`
const ROW = 27
const DIGITS = RARITY.replace(/[^0-9]/g, '')

/** Rarity that a word may have for each pair of letters, and beyond: chosen so that not one ordinary word in 500 is caught. */
const ORDINARY_RARITY = 4.4
const SPARE_RARITY = 6
/** Too few letters to tell: *Ng*, *Mbp*, *Xhg*. */
const FEWEST_LETTERS = 5

/** A word whose letters follow one another as in no language: *xkqzjw*, not *Krzysztof* or *Schwarz*. */
export function hasRareLetters(text: string): boolean {
  const words = text.match(/\p{L}[\p{L}\p{M}]*/gu) ?? []
  return words.filter((word) => !isAcronym(word)).some((word) => isRare(plain(word)))
}

/** *BNPPF*: letters that were never meant to be a word. */
function isAcronym(word: string): boolean {
  return word.length <= FEWEST_LETTERS && word === word.toUpperCase()
}

function isRare(word: string): boolean {
  // Letters of other scripts, and those that are none of the 26 without their accents, cannot be judged.
  if (word.length < FEWEST_LETTERS || !/^[a-z]+$/.test(word)) return false
  // *McGraw*, *McNutt*: a beginning that is a word of its own.
  const letters = word.replace(/^mc/, '')
  let rarity = 0
  let row = 0
  for (const letter of letters) {
    const column = letter.charCodeAt(0) - A
    rarity += Number(DIGITS[row * ROW + column])
    row = column + 1
  }
  rarity += Number(DIGITS[row * ROW + ROW - 1])
  return rarity > ORDINARY_RARITY * (letters.length + 1) + SPARE_RARITY
}

const A = 'a'.charCodeAt(0)
