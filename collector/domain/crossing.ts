/** Beyond this nothing is looked for: a hit of 100 points with a half-life of 90 days is worth 10⁻¹⁰ by then. */
export const FAR = 10 * 365 * 24 * 60 * 60 * 1000

/** A value of a lead over time, with its positive hits as of one instant and its negative ones as of another. */
export type ValueBetween = (positiveAt: number, negativeAt: number) => number

/**
 * The first whole millisecond in (from, until] at which a value leaves low…high, by time alone.
 *
 * Positive hits only fall and negative ones only rise towards zero, and caps and holds keep that order; so within [a, b] the
 * value is never less than with the positives of b and the negatives of a, nor more than with those of a and b. Where
 * these bounds stay inside, nothing crosses; elsewhere the interval is cut, earlier part first. That finds the first
 * crossing also where the sum rises and falls again (39 fading by 90 days less 20 fading by 30).
 *
 * Wherever it is cut the answer is the same. In the middle it takes a hundred looks to come from ten years to a
 * millisecond; a good guess takes a fifth of that.
 * @param guess when the value may leave, as seen from an instant
 */
export function firstOutside(
  value: ValueBetween,
  low: number,
  high: number,
  from: number,
  until: number,
  guess?: (from: number) => number,
  guesses = MOST_GUESSES,
): number | undefined {
  if (until <= from) return undefined
  if (value(until, from) >= low && value(from, until) <= high) return undefined
  if (until - from <= 1) {
    const there = value(until, until)
    return there >= low && there <= high ? undefined : until
  }
  const cut = guess && guesses > 0 ? cutAt(guess(from), from, until) : middleOf(from, until)
  const before = firstOutside(value, low, high, from, cut, guess, guesses - 1)
  return before ?? firstOutside(value, low, high, cut, until, guess, guesses - 1)
}

/** Where guesses do not come nearer, halving does. */
const MOST_GUESSES = 16
/** Of a part that a crossing seems to end, so much is cut off. */
const END = 1 / 64

function cutAt(guessed: number, from: number, until: number): number {
  const width = until - from
  if (guessed > from && guessed < until - 1) return Math.ceil(guessed)
  const isNearEnd = guessed >= until - 1 && guessed < until + width
  return isNearEnd ? until - Math.max(1, Math.floor(width * END)) : middleOf(from, until)
}

function middleOf(from: number, until: number): number {
  return Math.floor((from + until) / 2)
}

const STEP = 60 * 1000

/** Newton's: when a curve that goes on as steeply as now reaches the nearer of two levels; a fading sum does so a little later. */
export function guessOf(curve: (at: number) => number, low: number, high: number): (from: number) => number {
  return (from) => {
    const value = curve(from)
    const slope = (curve(from + STEP) - value) / STEP
    return slope === 0 ? Number.NaN : from + ((slope < 0 ? low : high) - value) / slope
  }
}
