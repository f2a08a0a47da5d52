import { useId } from 'preact/hooks'
import type { FitRule, Rule } from './api.ts'
import type { Place } from './rules-draft.ts'
import { FaultText, LinesField, NumberField, TextField, useEditing } from './rules-field.tsx'
import { partsOf, REPEATS } from './rules-sentence.ts'
import { useLanguage, useWords } from './words.ts'

const DAYS_TO_BEGIN_WITH = 30

/** All of a rule but its points, in place. */
export function RuleForm({
  kind,
  place,
  rule,
  remove,
}: {
  kind: 'rules' | 'fit'
  place: Place
  rule: Rule | FitRule
  remove(): void
}) {
  const words = useWords()
  const { fields } = words.conditions
  return (
    <div class="rule-form">
      {partsOf(rule.when, words, [...place, 'when']).map((part) =>
        part.kind === 'number' ? (
          <NumberField key={part.place.join()} place={part.place} label={part.label} value={part.value} />
        ) : (
          <LinesField
            key={part.place.join()}
            place={part.place}
            label={part.label}
            hint={part.kind === 'lines' ? fields.linesHint : fields.wordsHint}
            value={part.value}
          />
        ),
      )}
      <div class="rule-fields">
        {kind === 'rules' && <Frequency place={place} rule={rule as Rule} />}
        <NumberField
          place={[...place, 'cap']}
          label={words.rules.cap}
          hint={words.rules.noCap}
          value={rule.cap}
          optional
        />
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
        {kind === 'rules' && <GroupChoice place={place} rule={rule as Rule} />}
      </div>
      <div class="actions">
        {kind === 'rules' && <Decision place={place} rule={rule as Rule} />}
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

function GroupChoice({ place, rule }: { place: Place; rule: Rule }) {
  const words = useWords()
  const language = useLanguage()
  const { ruleset, set } = useEditing()
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{words.rules.group}</label>
      <select id={id} value={rule.group} onChange={(event) => set([...place, 'group'], event.currentTarget.value)}>
        {ruleset.groups.map((group) => (
          <option key={group.id} value={group.id}>
            {group.label[language]}
          </option>
        ))}
      </select>
      <FaultText place={[...place, 'group']} />
    </div>
  )
}

function Decision({ place, rule }: { place: Place; rule: Rule }) {
  const words = useWords()
  const { set } = useEditing()
  return (
    <label class="check-label">
      <input
        type="checkbox"
        checked={rule.decision === true}
        onChange={(event) => set([...place, 'decision'], event.currentTarget.checked || undefined)}
      />{' '}
      {words.rules.decision}
    </label>
  )
}
