/** Gives numbers in [0, 1), the same ones for the same seed. */
export type Random = () => number

/**
 * Mulberry32 by Tommy Ettinger, public domain: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 * Thirty-two bits of state are plenty for a sample and nothing else: never use it for ids of real visitors.
 */
export function mulberry32(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1))
}

export function pick<Item>(random: Random, items: readonly [Item, ...Item[]] | readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('Nothing to pick from')
  return item
}

/** The same items in another order (Fisher–Yates). */
export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const rest = [...items]
  return items.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0] as Item)
}

/** RFC 9562, section 5.7: 48 bits of milliseconds, the version, 12 random bits, the variant, 62 random bits. */
export function uuid7(random: Random, at: number): string {
  const digits = (count: number) => Array.from({ length: count }, () => between(random, 0, 15).toString(16)).join('')
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${pick(random, [8, 9, 'a', 'b'])}${digits(3)}-${digits(12)}`
}

const hourMs = 60 * 60 * 1000

/** An instant at which people at work would browse: drawn again and again until it is a likely one. */
export function someMoment(random: Random, from: number, to: number): number {
  for (;;) {
    const at = between(random, Math.round(from), Math.round(to))
    if (random() < likelihood(new Date(at))) return at
  }
}

/** Never nought, or a span that lies within one night would be searched for ever. */
function likelihood(date: Date): number {
  const hour = (date.getTime() % (24 * hourMs)) / hourMs
  const byHour = hour >= 7 && hour < 17 ? 1 : hour >= 17 && hour < 21 ? 0.2 : 0.03
  const weekend = date.getUTCDay() === 0 || date.getUTCDay() === 6
  return weekend ? byHour * 0.1 : byHour
}
