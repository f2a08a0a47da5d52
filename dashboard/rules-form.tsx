import { useId } from 'preact/hooks'
import type { FitRule, Rule, SpamRule } from './api.ts'
import { ConditionEditor } from './rules-condition.tsx'
import type { Place } from './rules-draft.ts'
import { FaultText, NumberField, TextField, useEditing } from './rules-field.tsx'
import { useMoveRule } from './rules-move.ts'
import { Adding } from './rules-part.tsx'
import { REPEATS } from './rules-sentence.ts'
import { useLanguage, useWords } from './words.ts'

const DAYS_TO_BEGIN_WITH = 30

export type RuleKind = 'rules' | 'fit' | 'spam'

/** All of a rule but its points, in place. */
export function RuleForm({
  kind,
  place,
  rule,
  remove,
}: {
  kind: RuleKind
  place: Place
  rule: Rule | FitRule | SpamRule
  remove(): void
}) {
  const words = useWords()
  return (
    <div class="rule-form">
      {kind !== 'spam' && 'when' in rule && <ConditionEditor kind={kind} rule={rule} />}
      <div class="rule-fields">
        {kind === 'rules' && <Frequency place={place} rule={rule as Rule} />}
        {'when' in rule && (
          <NumberField
            place={[...place, 'cap']}
            label={words.rules.cap}
            hint={words.rules.noCap}
            value={rule.cap}
            optional
          />
        )}
        {kind === 'rules' && (
          <NumberField
            place={[...place, 'halfLifeDays']}
            label={words.rules.halfLife}
            hint={words.rules.noHalfLife}
            value={(rule as Rule).halfLifeDays}
            optional
          />
        )}
        <TextField place={[...place, 'label', 'en']} label={words.rules.nameEn} value={rule.label.en} />
        <TextField place={[...place, 'label', 'fr']} label={words.rules.nameFr} value={rule.label.fr} />
      </div>
      {kind === 'rules' && <GroupChoice place={place} rule={rule as Rule} />}
      <div class="actions">
        {kind === 'rules' && (
          <Mark
            place={[...place, 'decision']}
            label={words.rules.decision}
            value={(rule as Rule).decision}
            mark={true}
          />
        )}
        {kind === 'fit' && (
          <Mark
            place={[...place, 'each']}
            label={words.rules.each}
            value={(rule as FitRule).each}
            mark="optionalFields"
          />
        )}
        <button
          type="button"
          class="quiet"
          onClick={(event) => {
            focusBeside(event.currentTarget)
            remove()
          }}
        >
          {words.rules.remove}
        </button>
      </div>
    </div>
  )
}

/** The keyboard goes on at the rule beside the one that vanishes. */
function focusBeside(button: HTMLElement) {
  const item = button.closest('li')
  const beside = item?.nextElementSibling ?? item?.previousElementSibling
  beside?.querySelector<HTMLElement>('button[aria-expanded]')?.focus()
}

function Frequency({ place, rule }: { place: Place; rule: Rule }) {
  const words = useWords()
  const { set } = useEditing()
  const id = useId()
  const { repeat } = rule
  const isCounted = typeof repeat !== 'string'
  return (
    <>
      <div class="field">
        <label for={id}>{words.rules.repeat}</label>
        <select
          id={id}
          value={isCounted ? 'days' : repeat}
          onChange={({ currentTarget: { value } }) =>
            set([...place, 'repeat'], value === 'days' ? { days: DAYS_TO_BEGIN_WITH } : value)
          }
        >
          {REPEATS.map((each) => (
            <option key={each} value={each}>
              {words.conditions.repeat[each]}
            </option>
          ))}
          <option value="days">{words.rules.everyDays}</option>
        </select>
      </div>
      {isCounted && <NumberField place={[...place, 'repeat', 'days']} label={words.rules.days} value={repeat.days} />}
    </>
  )
}

/** Chosen first, then moved: the rule leaves the place where it is edited. */
function GroupChoice({ place, rule }: { place: Place; rule: Rule }) {
  const words = useWords()
  const language = useLanguage()
  const { groups } = useEditing().ruleset
  const moveRule = useMoveRule()
  const others = groups.filter(({ id }) => id !== rule.group)
  return (
    <>
      <Adding
        label={words.rules.groups.moveTo}
        verb={words.rules.groups.move}
        choices={others.map(({ id }) => id)}
        nameOf={(id) => others.find((group) => group.id === id)?.label[language] ?? id}
        add={(group) => moveRule(rule.id, group)}
      />
      <FaultText place={[...place, 'group']} />
    </>
  )
}

/** Something that a rule has or has not. */
function Mark({ place, label, value, mark }: { place: Place; label: string; value: unknown; mark: unknown }) {
  const { set } = useEditing()
  return (
    <label class="check-label">
      <input
        type="checkbox"
        checked={value !== undefined}
        onChange={(event) => set(place, event.currentTarget.checked ? mark : undefined)}
      />{' '}
      {label}
    </label>
  )
}
