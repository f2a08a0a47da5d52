import { useState } from 'preact/hooks'
import type { Place } from './rules-draft.ts'
import { LinesField, NumberField, pointerOf, useEditing } from './rules-field.tsx'
import { Offer } from './rules-offer.tsx'
import { Adding, Asked, useTakenOut } from './rules-part.tsx'
import {
  type Event,
  isByName,
  type Member,
  membersOf,
  renamed,
  type Test,
  withEvent,
  withMember,
  withoutMember,
} from './rules-tree.ts'
import { useWords } from './words.ts'

const EVENTS = ['page', 'engage', 'form', 'identify', 'track'] as const

/** What an event must be, and all that it must have. */
export function TestFields({ place, test }: { place: Place; test: Test }) {
  const words = useWords()
  const { set, focusOn } = useEditing()
  const takenOut = useTakenOut()
  const { edit, event: events, anything } = words.conditions
  const id = pointerOf([...place, 'event'])
  const { event, ...asked } = test
  const members = Object.keys(asked) as Member[]
  const takeOut = (member: Member, name?: string) => {
    takenOut(({ conditions }) => name ?? conditions.edit.members[member])
    set(place, withoutMember(test, member, name))
    focusOn([...place, 'event'])
  }
  return (
    <>
      <div class="field">
        <label for={id}>{edit.event}</label>
        <select
          id={id}
          value={event ?? ''}
          onChange={({ currentTarget: { value } }) => {
            const other = withEvent(test, (value || undefined) as Event | undefined)
            if (members.some((member) => !(member in other))) takenOut(({ conditions }) => conditions.edit.part)
            set(place, other)
          }}
        >
          {EVENTS.map((each) => (
            <option key={each} value={each}>
              {events[each]}
            </option>
          ))}
          <option value="">{anything}</option>
        </select>
      </div>
      {members.map((member) => (
        <MemberFields
          key={member}
          place={[...place, member]}
          member={member}
          value={test[member]}
          takeOut={(name) => takeOut(member, name)}
        />
      ))}
      <Adding
        label={edit.more}
        choices={membersOf(event).filter((member) => isByName(member) || !members.includes(member))}
        nameOf={(member) => edit.members[member]}
        add={(member) => {
          const more = withMember(test, member)
          set(place, more.test)
          focusOn([...place, ...more.at])
        }}
      />
    </>
  )
}

interface MemberProps {
  place: Place
  member: Member
  value: unknown
  takeOut(name?: string): void
}

function MemberFields({ place, member, value, takeOut }: MemberProps) {
  const words = useWords()
  const { preview } = useEditing()
  const { edit, fields } = words.conditions
  const name = edit.members[member]
  // What occurs is listed by the names of members, and by those of campaign parameters.
  const occurring = (what: string) => preview?.occurs[what as 'path']
  if (isByName(member)) {
    const values = value as Record<string, unknown>
    return Object.keys(values).map((key, i) => (
      <Asked key={i} name={`${name} ${key}`} takeOut={() => takeOut(key)}>
        <NameField
          place={place}
          label={edit.nameOf[member]}
          name={key}
          values={values}
          words={occurring(member === 'propertyAtLeast' ? 'property' : member)}
        />
        {member === 'propertyAtLeast' ? (
          <NumberField place={[...place, key]} label={fields.propertyAtLeast(key)} value={values[key]} />
        ) : (
          <LinesField
            place={[...place, key]}
            label={fields[member](key)}
            hint={fields.linesHint}
            value={values[key]}
            words={key.startsWith('utm_') ? occurring(key) : undefined}
          />
        )}
      </Asked>
    ))
  }
  if (member === 'sessionsInDays') {
    const { days, atLeast, atMost } = value as NonNullable<Test['sessionsInDays']>
    return (
      <Asked name={name} takeOut={takeOut}>
        <NumberField place={[...place, 'atLeast']} label={edit.sessionsAtLeast} value={atLeast} />
        <NumberField place={[...place, 'atMost']} label={edit.sessionsAtMost} value={atMost} optional />
        <NumberField place={[...place, 'days']} label={fields.days} value={days} />
      </Asked>
    )
  }
  return (
    <Asked name={name} takeOut={takeOut}>
      {member === 'sessionStart' ? (
        <p>{name}</p>
      ) : Array.isArray(value) ? (
        <LinesField place={place} label={name} hint={fields.linesHint} value={value} words={occurring(member)} />
      ) : (
        <NumberField place={place} label={name} value={value} />
      )}
    </Asked>
  )
}

interface NameProps {
  place: Place
  label: string
  name: string
  values: Record<string, unknown>
  words?: string[]
}

/** The name of a parameter, field or property. One that is missing or twice there is not taken, and is said. */
function NameField({ place, label, name, values, words = [] }: NameProps) {
  const { nameWrong } = useWords().conditions.edit
  const { set } = useEditing()
  const [typed, setTyped] = useState<string | null>(null)
  const isTaken = (text: string) => text !== name && Object.hasOwn(values, text)
  const wrong = typed !== null && (typed.trim() === '' || isTaken(typed.trim()))
  const id = `${pointerOf([...place, name])}-name`
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <Offer id={id} words={words}>
        {(aria) => (
          <input
            {...aria}
            id={id}
            value={typed ?? name}
            spellcheck={false}
            autocomplete="off"
            aria-invalid={wrong || undefined}
            aria-describedby={wrong ? `${id}-fault` : undefined}
            onInput={({ currentTarget: { value } }) => {
              const to = value.trim()
              setTyped(value)
              if (to !== '' && !isTaken(to)) set(place, renamed(values, name, to))
            }}
            onBlur={() => setTyped(null)}
          />
        )}
      </Offer>
      {wrong && (
        <p class="fault" id={`${id}-fault`}>
          {nameWrong}
        </p>
      )}
    </div>
  )
}
