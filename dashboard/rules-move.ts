import { useEditing } from './rules-field.tsx'

/** Puts a rule into another group; the keyboard goes with it. */
export function useMoveRule(): (rule: string, group: string) => void {
  const { ruleset, change, did, focusOn } = useEditing()
  return (id, group) => {
    const at = ruleset.rules.findIndex((rule) => rule.id === id)
    const rule = ruleset.rules[at]
    const into = ruleset.groups.find((each) => each.id === group)
    if (!rule || !into) return
    const put = (group: string) =>
      change((before) => ({
        ...before,
        rules: before.rules.map((each) => (each.id === id ? { ...each, group } : each)),
      }))
    put(group)
    did(
      ({ rules }, language) => rules.groups.moved(rule.label[language], into.label[language]),
      () => put(rule.group),
    )
    focusOn(['rules', at])
  }
}
