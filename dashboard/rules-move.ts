import { useEditing } from './rules-field.tsx'
import { useLanguage, useWords } from './words.ts'

/** Puts a rule into another group; the keyboard goes with it. */
export function useMoveRule(): (rule: string, group: string) => void {
  const words = useWords()
  const language = useLanguage()
  const { ruleset, change, did, focusOn } = useEditing()
  return (id, group) => {
    const at = ruleset.rules.findIndex((rule) => rule.id === id)
    const rule = ruleset.rules[at]
    const name = ruleset.groups.find((each) => each.id === group)?.label[language]
    if (!rule || name === undefined) return
    const put = (into: string) =>
      change((before) => ({
        ...before,
        rules: before.rules.map((each) => (each.id === id ? { ...each, group: into } : each)),
      }))
    put(group)
    did(words.rules.groups.moved(rule.label[language], name), () => put(rule.group))
    focusOn(['rules', at])
  }
}
