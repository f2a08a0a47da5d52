/** Whether a text matches one of these globs. It remembers what it was asked: most visitors see the same pages. */
export function globsOf(globs: string[]): (text: string) => boolean {
  const pieces = globs.map((glob) => glob.toLowerCase().split('*'))
  const known = new Map<string, boolean>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const lower = text.toLowerCase()
    const isMatch = pieces.some((each) => hasPieces(lower, each))
    if (known.size >= MOST_REMEMBERED) known.clear()
    if (text.length <= LONGEST_REMEMBERED) known.set(text, isMatch)
    return isMatch
  }
}

const MOST_REMEMBERED = 2000
const LONGEST_REMEMBERED = 500

/**
 * What stood between the stars of a glob, each of which stands for any run of characters. Piece by piece, never by a
 * regular expression: a marketer's pattern of many stars on a stranger's long text would make one run for minutes.
 */
function hasPieces(text: string, pieces: string[]): boolean {
  const first = pieces[0] as string
  if (pieces.length === 1) return text === first
  const last = pieces[pieces.length - 1] as string
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  let from = first.length
  const end = text.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, from)
    if (found < 0 || found + piece.length > end) return false
    from = found + piece.length
  }
  return true
}
