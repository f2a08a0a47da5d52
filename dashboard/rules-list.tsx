import { AddRule } from './rules-add.tsx'
import { useEditing } from './rules-field.tsx'
import { AddGroup, RuleGroup, RulesWithoutGroup } from './rules-group.tsx'
import { RuleCard } from './rules-rule.tsx'
import { Section } from './rules-section.tsx'
import { fitSentence } from './rules-sentence.ts'
import { useWords } from './words.ts'

/** Every rule: what somebody does, group by group, who they are, and signs of spam; and what can be added to each. */
export function RuleList() {
  const words = useWords()
  const { groups, fit, spam } = useEditing().ruleset
  return (
    <>
      {groups.map((group, at) => (
        <RuleGroup key={group.id} at={at} group={group} />
      ))}
      <RulesWithoutGroup />
      <AddGroup />
      <Section title={words.rules.fit}>
        <p class="hint">{words.rules.fitHint}</p>
        <ul>
          {fit.map((rule, i) => (
            <RuleCard key={rule.id} kind="fit" at={i} rule={rule} sentence={fitSentence(rule, words)} />
          ))}
        </ul>
        <AddRule kind="fit" to={words.rules.fit} />
      </Section>
      <Section title={words.rules.spam}>
        <p class="hint">{words.rules.spamHint}</p>
        <ul>
          {spam.map((rule, i) => (
            <RuleCard key={rule.id} kind="spam" at={i} rule={rule} sentence={words.conditions.spam[rule.id]} />
          ))}
        </ul>
        <AddRule kind="spam" to={words.rules.spam} />
      </Section>
    </>
  )
}
