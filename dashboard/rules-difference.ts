// What one ruleset has that another has not, in words. Pure.
import type { FitRule, Rule, Ruleset } from './api.ts'
import { isEqual } from './rules-draft.ts'
import { partsOf, repeatText } from './rules-sentence.ts'
import type { Language, Words } from './words.ts'

/** A sentence for each change: "Read the price page: points 10 → 20". */
export function differencesOf(before: Ruleset, after: Ruleset, words: Words, language: Language): string[] {
  const { changed } = words.rules
  const say = (what: string, name: string, from: unknown, to: unknown) =>
    isEqual(from, to) ? [] : [changed.value(what, name, shown(from, words), shown(to, words)).replace(/ {2,}/g, ' ')]
  const groupName = (id: string) =>
    [...after.groups, ...before.groups].find((group) => group.id === id)?.label[language]

  const compare = <T extends Named>(
    from: T[],
    to: T[],
    each: (a: T, b: T, name: string) => string[],
    { added, removed }: Pick<typeof changed, 'added' | 'removed'> = changed,
  ) => {
    const known = new Map(from.map((item) => [item.id, item]))
    const kept = new Set(to.map(({ id }) => id))
    return [
      ...to.flatMap((item) => {
        const old = known.get(item.id)
        const name = item.label[language]
        if (!old) return [added(name)]
        return [...say(name, changed.label, old.label[language], name), ...each(old, item, name)]
      }),
      ...from.filter(({ id }) => !kept.has(id)).map(({ label }) => removed(label[language])),
    ]
  }
  const switched = (a: Switched, b: Switched, name: string) => [
    ...(Boolean(a.off) === Boolean(b.off) ? [] : [b.off ? changed.switchedOff(name) : changed.switchedOn(name)]),
    ...say(name, changed.points, a.points, b.points),
  ]
  const valued = (a: Rule | FitRule, b: Rule | FitRule, name: string) => [
    ...switched(a, b, name),
    ...say(name, changed.cap, a.cap, b.cap),
    ...conditionChanges(a, b, name, words),
  ]
  const sayStage = (stage: 'mql' | 'sql') => {
    const [from, to] = [before.thresholds[stage], after.thresholds[stage]]
    const name = words.stages[stage]
    return [...say(name, changed.score, from.score, to.score), ...say(name, changed.fit, from.fit, to.fit)]
  }
  const differences = [
    ...compare(before.groups, after.groups, (a, b, name) => say(name, changed.cap, a.cap, b.cap), changed.groups),
    ...compare(before.rules, after.rules, (a, b, name) => [
      ...valued(a, b, name),
      ...say(name, changed.halfLife, a.halfLifeDays, b.halfLifeDays),
      ...say(name, changed.repeat, repeatText(a.repeat, words), repeatText(b.repeat, words)),
      ...say(name, changed.group, groupName(a.group), groupName(b.group)),
      ...say(name, changed.decision, Boolean(a.decision), Boolean(b.decision)),
    ]),
    ...compare(before.fit, after.fit, valued),
    ...compare(before.spam, after.spam, switched),
    ...sayStage('mql'),
    ...sayStage('sql'),
    ...LISTS.flatMap((list) => listChange(words.rules.targets[list], before.lists[list], after.lists[list], words)),
    ...say(changed.timeZone, '', before.timeZone, after.timeZone),
    ...say(changed.capacity, changed.aWeek, before.capacity, after.capacity),
  ]
  return differences.length === 0 && !isEqual(before, after) ? [changed.wording] : differences
}

export const LISTS = ['sectors', 'sizes', 'regions', 'competitors'] as const

type Switched = Pick<Rule, 'points' | 'off'>

interface Named {
  id: string
  label: Rule['label']
}

/** Part by part where the condition is built alike, else only that it is another one. */
function conditionChanges(a: Rule | FitRule, b: Rule | FitRule, name: string, words: Words): string[] {
  if (isEqual(a.when, b.when)) return []
  const [from, to] = [partsOf(a.when, words, []), partsOf(b.when, words, [])]
  const alike = from.length === to.length && from.every((part, i) => isEqual(part.place, to[i]?.place))
  const changes = from.flatMap((part, i) => {
    const value = to[i]?.value
    if (isEqual(part.value, value)) return []
    const what = `${name}, ${part.label}`
    if (Array.isArray(part.value) && Array.isArray(value)) return listChange(what, part.value, value, words)
    return [words.rules.changed.value(name, part.label, shown(part.value, words), shown(value, words))]
  })
  return alike && changes.length > 0 ? changes : [words.rules.changed.condition(name)]
}

function listChange(name: string, before: string[], after: string[], { rules }: Words): string[] {
  const added = after.filter((entry) => !before.includes(entry))
  const removed = before.filter((entry) => !after.includes(entry))
  return added.length + removed.length === 0 ? [] : [rules.changed.list(name, added.join(', '), removed.join(', '))]
}

function shown(value: unknown, { rules }: Words): string {
  if (value === undefined || value === '') return rules.changed.none
  if (typeof value === 'boolean') return value ? rules.changed.yes : rules.changed.no
  return String(value).replace(/^-/, '−')
}
