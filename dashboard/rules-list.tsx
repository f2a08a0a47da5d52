import type { ComponentChildren } from 'preact'
import { AddRule } from './rules-add.tsx'
import { FaultText, NumberField, useEditing } from './rules-field.tsx'
import type { RuleKind } from './rules-form.tsx'
import { RuleCard } from './rules-rule.tsx'
import { fitSentence, ruleSentence } from './rules-sentence.ts'
import { useLanguage, useWords } from './words.ts'

/** Every rule, group by group, and what can be added to each. */
export function RuleGroups() {
  const words = useWords()
  const language = useLanguage()
  const { rules, groups, fit, spam } = useEditing().ruleset
  return (
    <>
      {groups.map((group, at) => {
        const name = group.label[language]
        return (
          <Section key={group.id} kind="rules" title={name} group={group.id} cap={['groups', at, 'cap']}>
            {rules.map((rule, i) =>
              rule.group === group.id ? (
                <RuleCard key={rule.id} kind="rules" at={i} rule={rule} sentence={ruleSentence(rule, words)} />
              ) : null,
            )}
          </Section>
        )
      })}
      <Section kind="fit" title={words.rules.fit} hint={words.rules.fitHint}>
        {fit.map((rule, i) => (
          <RuleCard key={rule.id} kind="fit" at={i} rule={rule} sentence={fitSentence(rule, words)} />
        ))}
      </Section>
      <Section kind="spam" title={words.rules.spam} hint={words.rules.spamHint}>
        {spam.map((rule, i) => (
          <RuleCard key={rule.id} kind="spam" at={i} rule={rule} sentence={words.conditions.spam[rule.id]} />
        ))}
      </Section>
    </>
  )
}

interface SectionProps {
  kind: RuleKind
  title: string
  hint?: string
  group?: string
  /** Where the cap of the group stands. */
  cap?: ['groups', number, 'cap']
  children: ComponentChildren
}

function Section({ kind, title, hint, group, cap, children }: SectionProps) {
  const words = useWords()
  const { ruleset } = useEditing()
  return (
    <section class="panel rule-group" aria-label={title}>
      <div class="group-head">
        <h2>{title}</h2>
        {cap && (
          <div class="inline">
            <span aria-hidden="true">{words.rules.groupCap}</span>
            <NumberField place={cap} label={words.rules.groupCapOf(title)} bare value={ruleset.groups[cap[1]]?.cap} />
          </div>
        )}
      </div>
      {cap && <FaultText place={cap} />}
      {hint && <p class="hint">{hint}</p>}
      <ul>{children}</ul>
      <AddRule kind={kind} group={group} to={title} />
    </section>
  )
}
