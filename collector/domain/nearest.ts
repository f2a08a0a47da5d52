/** Of these texts the ones most like a given one, the most alike first. */
export function nearestTo(wanted: string, texts: Iterable<string>, most: number): string[] {
  const parts = pairsOf(wanted)
  return [...texts]
    .map((text) => ({ text, likeness: likenessOf(parts, pairsOf(text)) }))
    .sort((a, b) => b.likeness - a.likeness || (a.text < b.text ? -1 : 1))
    .slice(0, most)
    .map(({ text }) => text)
}

/** Sørensen–Dice: the share of neighbouring pairs of letters that two texts have in common. */
function likenessOf(a: Set<string>, b: Set<string>): number {
  let common = 0
  for (const pair of a) if (b.has(pair)) common += 1
  return (2 * common) / Math.max(1, a.size + b.size)
}

/** Its beginning and its end make pairs as well, so that short texts have some. */
function pairsOf(text: string): Set<string> {
  const letters = `^${text.toLowerCase().replaceAll('*', '')}$`
  return new Set(Array.from({ length: letters.length - 1 }, (_, i) => letters.slice(i, i + 2)))
}
