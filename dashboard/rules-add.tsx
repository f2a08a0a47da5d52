import { useId, useState } from 'preact/hooks'
import type { Condition, Rule } from './api.ts'
import { Field } from './field.tsx'
import { takeFocus } from './focus.ts'
import { useEditing } from './rules-field.tsx'
import { idFor } from './rules-sentence.ts'
import { useLanguage, useWords } from './words.ts'

const EVENTS = ['page', 'engage', 'form', 'track'] as const
type Event = (typeof EVENTS)[number]

const DEFAULT_POINTS = 5
const DEFAULT_SECONDS = 30

/** The simple form of a new rule; what else it may have, its own "Edit" has. */
export function AddRule({ close }: { close(done: string | null): void }) {
  const words = useWords()
  const language = useLanguage()
  const { ruleset, set } = useEditing()
  const [event, setEvent] = useState<Event>('page')
  const eventId = useId()
  const matchId = useId()
  const groupId = useId()
  const submit = (submitted: SubmitEvent) => {
    submitted.preventDefault()
    const fields = new FormData(submitted.currentTarget as HTMLFormElement)
    const told = (name: string) => String(fields.get(name) ?? '').trim()
    const name = told('name')
    const rule: Rule = {
      id: idFor(name, ruleset),
      label: { en: name, fr: name },
      group: told('group'),
      when: conditionOf(event, told('match'), told('seconds')),
      points: numberOf(told('points')),
      repeat: 'day',
      halfLifeDays: 14,
    }
    set(['rules'], [...ruleset.rules, rule])
    close(words.rules.add.added(name))
  }
  return (
    <section class="panel" aria-label={words.rules.add.title}>
      <h2>{words.rules.add.title}</h2>
      <form onSubmit={submit} class="rule-form">
        <div class="field">
          <label for={eventId}>{words.rules.add.event}</label>
          <select
            id={eventId}
            ref={takeFocus}
            value={event}
            onChange={(changed) => setEvent(changed.currentTarget.value as Event)}
          >
            {EVENTS.map((each) => (
              <option key={each} value={each}>
                {words.conditions.event[each]}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for={matchId}>{words.rules.add.match[event]}</label>
          <textarea
            id={matchId}
            name="match"
            rows={2}
            required
            spellcheck={false}
            aria-describedby={`${matchId}-hint`}
          />
          <p class="hint" id={`${matchId}-hint`}>
            {words.rules.add.hint}
          </p>
        </div>
        <div class="rule-fields">
          {event === 'engage' && (
            <Field
              label={words.rules.add.seconds}
              name="seconds"
              inputMode="numeric"
              defaultValue={String(DEFAULT_SECONDS)}
              required
            />
          )}
          <Field label={words.rules.add.name} name="name" required maxLength={200} />
          <Field
            label={words.rules.points}
            name="points"
            inputMode="decimal"
            defaultValue={String(DEFAULT_POINTS)}
            required
          />
          <div class="field">
            <label for={groupId}>{words.rules.group}</label>
            <select id={groupId} name="group">
              {ruleset.groups.map((group) => (
                <option key={group.id} value={group.id}>
                  {group.label[language]}
                </option>
              ))}
            </select>
          </div>
        </div>
        <div class="actions">
          <button type="submit" class="main">
            {words.rules.add.submit}
          </button>
          <button type="button" onClick={() => close(null)}>
            {words.rules.add.cancel}
          </button>
        </div>
      </form>
    </section>
  )
}

function conditionOf(event: Event, match: string, seconds: string): Condition {
  const globs = match
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (event === 'engage') return { event, path: globs, engagedSeconds: numberOf(seconds) }
  if (event === 'page') return { event, path: globs }
  return event === 'form' ? { event, form: globs } : { event, name: globs }
}

/** What is no number goes into the draft as typed: the field of the rule says what is wrong with it. */
function numberOf(text: string): number {
  const number = Number(text.replace(',', '.').replace('−', '-'))
  return Number.isNaN(number) ? (text as unknown as number) : number
}
