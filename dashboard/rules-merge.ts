import { isEqual } from './rules-draft.ts'

/**
 * What two people made of the same thing, in one: `mine` where I changed it, `theirs` elsewhere. Lists of things with an
 * id are merged thing by thing, in the order of theirs; any other list is one value.
 */
export function mergeOf<T>(base: T, mine: T, theirs: T): T {
  if (isEqual(mine, base)) return theirs
  if (isEqual(theirs, base)) return mine
  if (isList(mine) && isList(theirs) && isList(base)) return mergeLists(base, mine, theirs) as T
  if (!isRecord(mine) || !isRecord(theirs) || !isRecord(base)) return mine
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])]
  const merged = names.map((name) => [name, mergeOf(base[name], mine[name], theirs[name])])
  return Object.fromEntries(merged.filter(([, value]) => value !== undefined)) as T
}

interface Named {
  id: string
}

function mergeLists(base: Named[], mine: Named[], theirs: Named[]): Named[] {
  const find = (list: Named[], id: string) => list.find((each) => each.id === id)
  const ids = [...new Set([...theirs, ...mine].map(({ id }) => id))]
  return ids.flatMap((id) => mergeOf(find(base, id), find(mine, id), find(theirs, id)) ?? [])
}

function isList(value: unknown): value is Named[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((each) => isRecord(each) && typeof each.id === 'string')
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
