import type { Ruleset } from './rule.ts'
import { RULESET_SCHEMA } from './ruleset-schema.ts'
import { type Fault, faultAt, faultsOf, meant, type Place } from './shape.ts'

/**
 * Everything that is wrong with what claims to be a ruleset; nothing if it is one.
 * First its shape, then, once that is right, what its parts say of each other.
 */
export function checkRuleset(value: unknown): Fault[] {
  const faults = faultsOf(value, RULESET_SCHEMA)
  return faults.length > 0 ? faults : contradictionsIn(value as Ruleset)
}

function contradictionsIn(ruleset: Ruleset): Fault[] {
  const groups = ruleset.groups.map(({ id }) => id)
  const { mql, sql } = ruleset.thresholds
  return [
    ...twiceNamed([['groups', groups]]),
    // Explanations name rules of all three kinds by their id alone.
    ...twiceNamed((['rules', 'fit', 'spam'] as const).map((kind) => [kind, ruleset[kind].map(({ id }) => id)])),
    ...ruleset.rules.flatMap(({ group }, i) =>
      groups.includes(group)
        ? []
        : [faultAt(['rules', i, 'group'], 'reference', `there is no group "${group}"${meant(group, groups)}`)],
    ),
    ...(isTimeZone(ruleset.timeZone)
      ? []
      : [faultAt(['timeZone'], 'reference', 'is not a time zone, such as Europe/Paris')]),
    ...(sql.score > mql.score
      ? []
      : [faultAt(['thresholds', 'sql', 'score'], 'order', `must be more than the ${mql.score} of an MQL`)]),
  ]
}

function twiceNamed(lists: [string, string[]][]): Fault[] {
  const places = new Map<string, Place>()
  return lists.flatMap(([list, ids]) =>
    ids.flatMap((id, i) => {
      const place = [list, i, 'id']
      const before = places.get(id)
      if (!before) places.set(id, place)
      return before ? [faultAt(place, 'duplicate', `"${id}" is the id of ${before[0]}[${before[1]}] already`)] : []
    }),
  )
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
