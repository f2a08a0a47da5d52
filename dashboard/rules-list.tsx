import { useState } from 'preact/hooks'
import { useFocusBack } from './focus.ts'
import { AddRule } from './rules-add.tsx'
import { FaultText, NumberField, useEditing } from './rules-field.tsx'
import { RuleCard } from './rules-rule.tsx'
import { fitSentence, ruleSentence } from './rules-sentence.ts'
import { useLanguage, useWords } from './words.ts'

/** Every rule, group by group, and what can be added to them. `remove` takes a rule out, with a way back. */
export function RuleGroups({
  remove,
  say,
}: {
  remove(kind: 'rules' | 'fit', at: number): void
  say(done: string): void
}) {
  const words = useWords()
  const language = useLanguage()
  const { ruleset } = useEditing()
  const [adding, setAdding] = useState(false)
  const addButton = useFocusBack(adding)
  const { rules, groups, fit, spam } = ruleset
  return (
    <>
      {groups.map((group, at) => (
        <section class="panel rule-group" key={group.id} aria-label={group.label[language]}>
          <div class="group-head">
            <h2>{group.label[language]}</h2>
            <div class="inline">
              <span aria-hidden="true">{words.rules.groupCap}</span>
              <NumberField
                place={['groups', at, 'cap']}
                label={words.rules.groupCapOf(group.label[language])}
                bare
                value={group.cap}
              />
            </div>
          </div>
          <FaultText place={['groups', at, 'cap']} />
          <ul>
            {rules.map((rule, i) =>
              rule.group === group.id ? (
                <RuleCard
                  key={rule.id}
                  kind="rules"
                  at={i}
                  rule={rule}
                  sentence={ruleSentence(rule, words)}
                  remove={() => remove('rules', i)}
                />
              ) : null,
            )}
          </ul>
        </section>
      ))}
      {adding ? (
        <AddRule
          close={(done) => {
            setAdding(false)
            if (done) say(done)
          }}
        />
      ) : (
        <button type="button" class="add-rule" ref={addButton} onClick={() => setAdding(true)}>
          {words.rules.add.open}
        </button>
      )}
      <section class="panel rule-group" aria-label={words.rules.fit}>
        <h2>{words.rules.fit}</h2>
        <p class="hint">{words.rules.fitHint}</p>
        <ul>
          {fit.map((rule, i) => (
            <RuleCard
              key={rule.id}
              kind="fit"
              at={i}
              rule={rule}
              sentence={fitSentence(rule, words)}
              remove={() => remove('fit', i)}
            />
          ))}
        </ul>
      </section>
      <section class="panel rule-group" aria-label={words.rules.spam}>
        <h2>{words.rules.spam}</h2>
        <p class="hint">{words.rules.spamHint}</p>
        <ul>
          {spam.map((rule, i) => (
            <li class="rule" key={rule.id}>
              <div class="rule-line spam-line">
                <div class="rule-points">
                  <NumberField
                    place={['spam', i, 'points']}
                    label={words.rules.pointsOf(rule.label[language])}
                    bare
                    value={rule.points}
                  />
                </div>
                <div>
                  <b>{rule.label[language]}</b>
                  <FaultText place={['spam', i, 'points']} />
                </div>
              </div>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
