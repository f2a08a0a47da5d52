/** Beyond this nothing is looked for: a hit of 100 points with a half-life of 90 days is worth 10⁻¹⁰ by then. */
export const FAR = 10 * 365 * 24 * 60 * 60 * 1000

/** A value of a lead over time, with its positive hits as of one instant and its negative ones as of another. */
export type ValueBetween = (positiveAt: number, negativeAt: number) => number

/**
 * The first whole millisecond in (from, until] at which a value leaves low…high, by time alone.
 *
 * Positive hits only fall and negative ones only rise towards zero, and caps and holds keep that order; so within [a, b] the
 * value is never less than with the positives of b and the negatives of a, nor more than with those of a and b. Where
 * these bounds stay inside, nothing crosses; elsewhere the interval is halved, earlier half first. That finds the first
 * crossing also where the sum rises and falls again (39 fading by 90 days less 20 fading by 30).
 */
export function firstOutside(
  value: ValueBetween,
  low: number,
  high: number,
  from: number,
  until: number,
): number | undefined {
  if (until <= from) return undefined
  if (value(until, from) >= low && value(from, until) <= high) return undefined
  if (until - from <= 1) {
    const there = value(until, until)
    return there >= low && there <= high ? undefined : until
  }
  const middle = Math.floor((from + until) / 2)
  return firstOutside(value, low, high, from, middle) ?? firstOutside(value, low, high, middle, until)
}
