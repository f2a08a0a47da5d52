/**
 * A short text that stands for a long one: 53 bits of two FNV-1a hashes, which a bookmark can carry. Of a lead that has
 * seen a thousand pages two are taken for one with a chance of one in ten thousand million.
 * http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function digestOf(text: string): string {
  let high = 0x811c9dc5
  let low = 0xcbf29ce4
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    high = Math.imul(high ^ unit, 0x01000193)
    low = Math.imul(low ^ unit, 0x0100018d)
  }
  return ((high >>> 11) * 2 ** 32 + (low >>> 0)).toString(36)
}
