import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { Condition, FitRule, Rule, SpamRule } from './api.ts'
import { Field } from './field.tsx'
import { takeFocus, useFocusBack } from './focus.ts'
import { numberOf, readLines, useEditing } from './rules-field.tsx'
import type { RuleKind } from './rules-form.tsx'
import { Offer } from './rules-offer.tsx'
import { idFor, traitName } from './rules-sentence.ts'
import { dictionary, useWords, type Words } from './words.ts'

const EVENTS = ['page', 'engage', 'form', 'identify', 'track'] as const
type Event = (typeof EVENTS)[number]
/** What is asked for of an event, first of all. */
const WORDS_OF = { page: 'path', engage: 'path', form: 'form', track: 'name' } as const

const DEFAULT_POINTS = 5
const DEFAULT_SPAM_POINTS = 40
const DEFAULT_SECONDS = 30

/** The button below a list of rules, and the short form behind it; what else a rule may have, its own "Edit" has. */
export function AddRule({ kind, group, to }: { kind: RuleKind; group?: string; to: string }) {
  const words = useWords()
  const { ruleset, change, did } = useEditing()
  const [open, setOpen] = useState(false)
  const button = useFocusBack(open)
  const { add } = words.rules
  const unused = kind === 'spam' ? unusedSigns(ruleset.spam, words) : []
  if (kind === 'spam' && unused.length === 0 && !open) return null
  if (!open) {
    return (
      <button type="button" ref={button} aria-label={add.openIn(to)} onClick={() => setOpen(true)}>
        {add.open}
      </button>
    )
  }
  const submit = (submitted: SubmitEvent) => {
    submitted.preventDefault()
    const fields = new FormData(submitted.currentTarget as HTMLFormElement)
    const told = (name: string) => String(fields.get(name) ?? '').trim()
    const others = [...ruleset.rules, ...ruleset.fit, ...ruleset.spam]
    const rule = kind === 'spam' ? signOf(told) : { ...ruleOf(told), id: idFor(told('name'), others) }
    change((before) => ({ ...before, [kind]: [...before[kind], rule] }))
    const without = (rules: { id: string }[]) => rules.filter(({ id }) => id !== rule.id)
    did(
      ({ rules }, language) => rules.add.added(rule.label[language]),
      () => change((before) => ({ ...before, [kind]: without(before[kind]) })),
    )
    setOpen(false)
  }
  const ruleOf = (told: Told) => (kind === 'fit' ? fitOf(told) : engagementOf(told, group ?? ''))
  return (
    <form class="rule-form" aria-label={add.title} onSubmit={submit}>
      {kind === 'spam' ? <SignChoice signs={unused} /> : kind === 'fit' ? <TraitChoice /> : <EventChoice />}
      <div class="rule-fields">
        {kind !== 'spam' && <Field label={add.name} name="name" required maxLength={200} />}
        <Field
          label={words.rules.points}
          name="points"
          inputMode="decimal"
          defaultValue={String(kind === 'spam' ? DEFAULT_SPAM_POINTS : DEFAULT_POINTS)}
          required
        />
      </div>
      <div class="actions">
        <button type="submit" class="main">
          {add.submit}
        </button>
        <button type="button" onClick={() => setOpen(false)}>
          {add.cancel}
        </button>
      </div>
    </form>
  )
}

function EventChoice() {
  const words = useWords()
  const { occurs } = useEditing().preview ?? {}
  const [event, setEvent] = useState<Event>('page')
  const { add } = words.rules
  return (
    <>
      <Choice label={add.event} name="event" choose={(chosen) => setEvent(chosen as Event)}>
        {EVENTS.map((each) => (
          <option key={each} value={each}>
            {words.conditions.event[each]}
          </option>
        ))}
      </Choice>
      {event !== 'identify' && (
        <Lines label={add.match[event]} hint={add.hint} required words={occurs?.[WORDS_OF[event]]} />
      )}
      {event === 'engage' && (
        <Field label={add.seconds} name="seconds" inputMode="numeric" defaultValue={String(DEFAULT_SECONDS)} required />
      )}
    </>
  )
}

function TraitChoice() {
  const words = useWords()
  const { add } = words.rules
  const known = [...Object.keys(words.traits.names), ...Object.keys(words.conditions.traits)]
  return (
    <>
      <Choice label={words.conditions.edit.trait} name="trait">
        {known.map((trait) => (
          <option key={trait} value={trait}>
            {traitName(trait, words)}
          </option>
        ))}
      </Choice>
      <Lines label={add.has} hint={add.hasHint} />
    </>
  )
}

function SignChoice({ signs }: { signs: SpamRule['id'][] }) {
  const words = useWords()
  return (
    <Choice label={words.rules.add.sign} name="sign">
      {signs.map((sign) => (
        <option key={sign} value={sign}>
          {words.conditions.spam[sign]}
        </option>
      ))}
    </Choice>
  )
}

interface ChoiceProps {
  label: string
  name: string
  choose?(value: string): void
  children: ComponentChildren
}

function Choice({ label, name, choose, children }: ChoiceProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name} ref={takeFocus} onChange={(event) => choose?.(event.currentTarget.value)}>
        {children}
      </select>
    </div>
  )
}

function Lines({
  label,
  hint,
  required,
  words = [],
}: {
  label: string
  hint: string
  required?: boolean
  words?: string[]
}) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Offer id={id} words={words}>
        {(aria) => (
          <textarea
            {...aria}
            id={id}
            name="lines"
            rows={2}
            required={required}
            spellcheck={false}
            aria-describedby={`${id}-hint`}
          />
        )}
      </Offer>
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  )
}

/** What a field of the form says, by its name. */
type Told = (name: string) => string

function engagementOf(told: Told, group: string): Omit<Rule, 'id'> {
  return {
    label: { en: told('name'), fr: told('name') },
    group,
    when: conditionOf(told('event') as Event, readLines(told('lines')), told('seconds')),
    points: pointsOf(told),
    repeat: 'day',
    halfLifeDays: 14,
  }
}

function conditionOf(event: Event, globs: string[], seconds: string): Condition {
  if (event === 'identify') return { event }
  if (event === 'page') return { event, path: globs }
  if (event === 'engage') return { event, path: globs, engagedSeconds: numberOf(seconds) as number }
  return event === 'form' ? { event, form: globs } : { event, name: globs }
}

function fitOf(told: Told): Omit<FitRule, 'id'> {
  const phrases = readLines(told('lines'))
  return {
    label: { en: told('name'), fr: told('name') },
    when: { trait: told('trait'), ...(phrases.length > 0 && { contains: phrases }) },
    points: pointsOf(told),
  }
}

function signOf(told: Told): SpamRule {
  const id = told('sign') as SpamRule['id']
  const name = ({ conditions }: Words) => conditions.spam[id].replace(/\.$/, '')
  return { id, label: { en: name(dictionary.en), fr: name(dictionary.fr) }, points: pointsOf(told) }
}

/** What is no number goes into the draft as typed, where its own field says so. */
function pointsOf(told: Told): number {
  return numberOf(told('points')) as number
}

function unusedSigns(rules: SpamRule[], { conditions }: Words): SpamRule['id'][] {
  const signs = Object.keys(conditions.spam) as SpamRule['id'][]
  return signs.filter((sign) => rules.every(({ id }) => id !== sign))
}
