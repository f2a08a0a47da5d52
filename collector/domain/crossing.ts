/** Beyond this nothing is looked for: a hit of 100 points with a half-life of 90 days is worth 10⁻¹⁰ by then. */
export const FAR = 10 * 365 * 24 * 60 * 60 * 1000

/** A value of a lead over time, with its positive hits as of one instant and its negative ones as of another. */
export type ValueBetween = (positiveAt: number, negativeAt: number) => number

/** A whole number that follows a curve by time alone. */
export interface Course {
  curve: ValueBetween
  /** The number of a value of the curve: never less for more. */
  round(value: number): number
  /** How steep the curve is, in points a millisecond. It is a guess: what is held back may be forgotten. */
  slopeAt(t: number): number
  /** What the curve comes to in the end, as a guess. */
  end: number
  /** Whether it is sure never to rise, or never to fall, in between. */
  isOneWay(from: number, until: number): 'falls' | 'rises' | undefined
}

/**
 * The first whole millisecond in (from, until] at which a number that is within low…high at `from` leaves it.
 *
 * Nearly always the curve goes one way until it gets there. Where it does not (39 fading by 90 days less 20 fading by 30
 * falls and rises again), it is looked for everywhere: positive hits only fall and negative ones only rise towards zero,
 * and caps and holds keep that order; so within [a, b] the number is never less than with the positives of b and the
 * negatives of a, nor more than with those of a and b. Where these bounds stay inside, nothing crosses; elsewhere the
 * interval is cut, earlier part first. Whatever the way, the answer is the same.
 */
export function firstOutside(
  course: Course,
  low: number,
  high: number,
  from: number,
  until: number,
): number | undefined {
  let at = from
  for (let tries = MOST_TRIES; tries > 0; tries--) {
    if (at >= until || staysWithin(course, low, high, at, until)) return undefined
    const value = course.curve(at, at)
    const guessed = reaches(course, course.slopeAt(at) < 0 ? low - HALF : high + HALF, at, value)
    // A little further, so that it is passed.
    const soon = guessed > at ? Math.min(until, at + Math.ceil((guessed - at) * AMPLE)) : until
    const way = course.isOneWay(at, soon)
    if (!way) break
    const found = firstBeyond(course, way === 'falls' ? low : high, way, at, soon, value)
    if (found !== undefined) return found
    at = soon
  }
  return firstBetween(course, low, high, at, until)
}

/** From a number to where it is rounded to the next one; sums carry an error of the last digit, which rounding allows for. */
const HALF = 0.5 + 0.5e-9
const AMPLE = 1.25
const MOST_TRIES = 8
/** Where guesses do not come nearer, halving does. */
const MOST_GUESSES = 16

function firstBeyond(
  course: Course,
  limit: number,
  way: 'falls' | 'rises',
  from: number,
  until: number,
  valueAtFrom: number,
): number | undefined {
  const isBeyond = (value: number) => (way === 'falls' ? course.round(value) < limit : course.round(value) > limit)
  if (!isBeyond(course.curve(until, until))) return undefined
  const level = way === 'falls' ? limit - HALF : limit + HALF
  let [inside, outside, value] = [from, until, valueAtFrom]
  for (let guesses = MOST_GUESSES; outside - inside > 1; guesses--) {
    const guessed = guesses > 0 ? Math.floor(reaches(course, level, inside, value)) : Number.NaN
    const cut = guessed < outside ? Math.max(inside + 1, guessed) : middleOf(inside, outside)
    const there = course.curve(cut, cut)
    if (isBeyond(there)) outside = cut
    else [inside, value] = [cut, there]
  }
  return outside
}

function firstBetween(course: Course, low: number, high: number, from: number, until: number): number | undefined {
  if (until <= from || staysWithin(course, low, high, from, until)) return undefined
  if (until - from <= 1) {
    const there = course.round(course.curve(until, until))
    return there >= low && there <= high ? undefined : until
  }
  const cut = middleOf(from, until)
  return firstBetween(course, low, high, from, cut) ?? firstBetween(course, low, high, cut, until)
}

function staysWithin({ curve, round }: Course, low: number, high: number, from: number, until: number): boolean {
  return round(curve(until, from)) >= low && round(curve(from, until)) <= high
}

/**
 * When a curve that is worth `value` at `from` reaches a level, if it goes on to its end as a single sum that fades would:
 * c(t) = end + (value − end) · e^(−kt), with k = −slope / (value − end). Of many sums it is a little later.
 */
function reaches({ slopeAt, end }: Course, level: number, from: number, value: number): number {
  const slope = slopeAt(from)
  if (slope === 0) return Number.NaN
  const left = (level - end) / (value - end)
  // Not on the way to its end: as a straight line.
  if (!(left > 0)) return from + (level - value) / slope
  return from + (Math.log(left) * (value - end)) / slope
}

function middleOf(from: number, until: number): number {
  return Math.floor((from + until) / 2)
}
