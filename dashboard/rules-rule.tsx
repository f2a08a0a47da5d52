import { useEffect, useState } from 'preact/hooks'
import type { FitRule, Rule, SpamRule } from './api.ts'
import { wholeNumber } from './format.ts'
import { type Place, withAt } from './rules-draft.ts'
import { FaultText, isWithin, NumberField, pointerOf, useEditing } from './rules-field.tsx'
import { RuleForm, type RuleKind } from './rules-form.tsx'
import { listText, withoutTwins } from './rules-sentence.ts'
import { useLanguage, useWords } from './words.ts'

interface CardProps {
  kind: RuleKind
  at: number
  rule: Rule | FitRule | SpamRule
  sentence: string
}

/** One rule: its points and its switch at hand, the sentence that it is, and the rest of it behind "Edit". */
export function RuleCard({ kind, at, rule, sentence }: CardProps) {
  const words = useWords()
  const language = useLanguage()
  const { ruleset, set, change, did, faults } = useEditing()
  const [opened, setOpened] = useState(false)
  const place: Place = [kind, at]
  const pointer = pointerOf(place)
  const hidden = faults.some((fault) => isWithin(fault, pointer) && fault.pointer !== `${pointer}/points`)
  useEffect(() => {
    // What is wrong is to be seen; it stays open, so that no field vanishes while it is mended.
    if (hidden) setOpened(true)
  }, [hidden])
  const name = rule.label[language]
  const remove = () => {
    const removed = ruleset[kind][at]
    set(place, undefined)
    // Only the rule comes back: what is typed between stays.
    did(
      ({ rules }, language) => rules.removed(rule.label[language]),
      () => change((before) => withAt(before, [kind], (before[kind] as unknown[]).toSpliced(at, 0, removed))),
    )
  }
  return (
    <li class={rule.off ? 'rule off' : 'rule'} data-rule={rule.id}>
      <div class="rule-line">
        <input
          type="checkbox"
          class="switch"
          aria-label={words.rules.on(name)}
          checked={!rule.off}
          onChange={(event) => set([...place, 'off'], event.currentTarget.checked ? undefined : true)}
        />
        <div class="rule-points">
          <NumberField place={[...place, 'points']} label={words.rules.pointsOf(name)} bare value={rule.points} />
        </div>
        <div class="rule-text">
          <b>{name}</b>
          <FaultText place={[...place, 'points']} />
          <p class="hint">{sentence}</p>
          <Use kind={kind} rule={rule} />
          {kind === 'rules' && <Warnings place={[...place, 'when']} rule={rule as Rule} />}
        </div>
        <button
          type="button"
          class="quiet"
          id={pointer}
          aria-expanded={opened}
          aria-label={words.rules.editOf(name)}
          onClick={() => setOpened(!opened)}
        >
          {words.rules.edit}
        </button>
      </div>
      {opened && <RuleForm kind={kind} place={place} rule={rule} remove={remove} />}
      {hidden && !opened && <FaultText place={place} />}
    </li>
  )
}

/** How often it fired, on how many, and what became of them. */
function Use({ kind, rule }: Pick<CardProps, 'kind' | 'rule'>) {
  const words = useWords()
  const language = useLanguage()
  const use = useEditing().preview?.rules.find((each) => each.rule === rule.id)
  if (!use || rule.off) return null
  const say = (amount: number) => wholeNumber(amount, language)
  const often = kind === 'rules' ? words.rules.fired(say(use.hits), say(use.leads)) : words.rules.holds(say(use.leads))
  const known = use.customers + use.lost > 0
  return (
    <p class="use">
      {use.leads === 0 ? words.rules.firedNever : often}
      {known && ` · ${words.rules.becameOf(say(use.customers), say(use.lost))}`}
    </p>
  )
}

/** What it asks for and never occurred, with what does: one click puts that in. */
function Warnings({ place, rule }: { place: Place; rule: Rule }) {
  const words = useWords()
  const language = useLanguage()
  const { preview, set } = useEditing()
  // Before the first visit nothing occurs at all, and no rule is to blame for it.
  if (!preview || preview.leads === 0) return null
  const warnings = preview.warnings.filter((each) => each.rule === rule.id)
  return warnings.map(({ what, asked, occurs }) => (
    <div class="warning" key={what + asked.join()}>
      <p>⚠ {words.rules.warning[what](listText(withoutTwins(asked), words))}</p>
      {occurs.length > 0 && (
        <p>
          {words.rules.suggest}{' '}
          {occurs.map((word) => (
            <button
              type="button"
              key={word}
              aria-label={words.rules.take(word, rule.label[language])}
              onClick={() => set(place, withWord(rule.when, what, asked, word))}
            >
              {word}
            </button>
          ))}
        </p>
      )}
    </div>
  ))
}

/** The condition with one word more where one of these is asked for; a name of a field or property is exchanged. */
function withWord(condition: unknown, what: string, asked: string[], word: string): unknown {
  if (Array.isArray(condition)) return condition.map((part) => withWord(part, what, asked, word))
  if (typeof condition !== 'object' || condition === null) return condition
  return Object.fromEntries(
    Object.entries(condition).map(([name, value]) => {
      if (name === 'all' || name === 'any') return [name, withWord(value, what, asked, word)]
      if (name !== what && !(what === 'property' && name === 'propertyAtLeast')) return [name, value]
      if (Array.isArray(value)) return [name, value.some((each) => asked.includes(each)) ? [...value, word] : value]
      const entries = Object.entries(value as object)
      return [name, Object.fromEntries(entries.map(([key, each]) => [asked.includes(key) ? word : key, each]))]
    }),
  )
}
