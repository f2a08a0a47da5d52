import { LISTS } from './rules-difference.ts'
import { LinesField, TextField, useEditing } from './rules-field.tsx'
import { useWords } from './words.ts'

/** Whom the site sells to, and whom it does not: the lists that fit rules compare with. */
export function TargetLists() {
  const words = useWords()
  const { ruleset } = useEditing()
  const { targets } = words.rules
  return (
    <section class="panel" aria-label={targets.title}>
      <h2>{targets.title}</h2>
      <p class="hint">{targets.hint}</p>
      <div class="rule-fields">
        {LISTS.map((list) => (
          <LinesField key={list} place={['lists', list]} label={targets[list]} value={ruleset.lists[list]} />
        ))}
        <TextField place={['timeZone']} label={targets.timeZone} value={ruleset.timeZone} />
      </div>
    </section>
  )
}
