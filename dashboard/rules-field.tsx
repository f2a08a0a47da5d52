// The fields of a draft: each is bound to a place in the ruleset, shows what is wrong there, and keeps what is typed.
import { createContext } from 'preact'
import { useContext, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Fault, Preview, Ruleset } from './api.ts'
import type { Place } from './rules-draft.ts'
import { Offer } from './rules-offer.tsx'
import { type Said, useWords, type Words } from './words.ts'

interface Editing {
  ruleset: Ruleset
  set(place: Place, value: unknown): void
  change(edit: (ruleset: Ruleset) => Ruleset): void
  /** Says what was done, and offers to take it back. */
  did(done: Said, undo: () => void): void
  /** Puts the keyboard where something has just been added, or beside what went, once it is drawn. */
  focusOn(place: Place): void
  faults: Fault[]
  preview: Preview | null
}

export const CurrentEditing = createContext<Editing | null>(null)

export function useEditing(): Editing {
  const editing = useContext(CurrentEditing)
  if (!editing) throw new Error('Only within the rules page')
  return editing
}

/** For the page itself: whatever is edited may vanish with what it is in. */
export function useFocusOn(): (place: Place) => void {
  const wanted = useRef<string | null>(null)
  const [, draw] = useState(0)
  useLayoutEffect(() => {
    if (wanted.current === null) return
    document.getElementById(wanted.current)?.focus()
    wanted.current = null
  })
  return (place) => {
    wanted.current = pointerOf(place)
    draw((times) => times + 1)
  }
}

/** RFC 6901; it is also the id of the field, so that a fault can lead to it. */
export function pointerOf(place: Place): string {
  return place.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

interface FieldProps {
  place: Place
  label: string
  /** The label is for the ear only: the eye sees it from where the field stands. The fault goes where there is room. */
  bare?: boolean
  hint?: string
}

/** A number. What is none stays as it was typed, and the server says so; nothing typed leaves an optional one out. */
export function NumberField({ value, optional, ...field }: FieldProps & { value: unknown; optional?: boolean }) {
  return (
    <TypedField
      {...field}
      value={value}
      write={(held) => (held === undefined ? '' : String(held))}
      read={(text) => (optional && text.trim() === '' ? undefined : numberOf(text))}
    />
  )
}

export function TextField({ value, ...field }: FieldProps & { value: string }) {
  return <TypedField {...field} value={value} write={String} read={(text) => text} />
}

/** A list, one entry a line. */
export function LinesField({ value, ...field }: FieldProps & { value: unknown; words?: string[] }) {
  return <TypedField {...field} value={value} lines write={writeLines} read={readLines} />
}

interface TypedProps extends FieldProps {
  value: unknown
  write(value: unknown): string
  read(text: string): unknown
  lines?: boolean
  /** What occurs and may be meant. */
  words?: string[]
}

/** Keeps the text as typed ("2." on the way to "2.5"), until the value becomes another one from elsewhere. */
function TypedField({ place, label, bare, hint, value, write, read, lines, words = [] }: TypedProps) {
  const { set } = useEditing()
  const fault = useFault(place)
  const [text, setText] = useState(() => write(value))
  const written = write(value)
  useEffect(() => {
    setText((typed) => (write(read(typed)) === written ? typed : written))
  }, [written])
  const id = pointerOf(place)
  const about = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ') || undefined
  const shared = {
    id,
    value: text,
    spellcheck: false,
    'aria-invalid': fault ? true : undefined,
    'aria-describedby': about,
    onInput: (event: { currentTarget: { value: string } }) => {
      setText(event.currentTarget.value)
      set(place, read(event.currentTarget.value))
    },
  }
  return (
    <div class="field">
      <label for={id} class={bare ? 'unseen' : undefined}>
        {label}
      </label>
      {lines ? (
        <Offer id={id} words={words}>
          {(aria) => <textarea {...shared} {...aria} rows={Math.min(6, Math.max(2, text.split('\n').length))} />}
        </Offer>
      ) : (
        <input {...shared} inputMode={read('1') === 1 ? 'decimal' : undefined} autocomplete="off" />
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {!bare && <FaultText place={place} />}
    </div>
  )
}

/** What is wrong at a place or within it. */
export function FaultText({ place }: { place: Place }) {
  const words = useWords()
  const fault = useFault(place)
  if (!fault) return null
  return (
    <p class="fault" id={`${pointerOf(place)}-fault`}>
      {faultText(fault, words)}
    </p>
  )
}

export function useFault(place: Place): Fault | undefined {
  const pointer = pointerOf(place)
  return useEditing().faults.find((fault) => isWithin(fault, pointer))
}

export function isWithin({ pointer }: Fault, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`)
}

/** The server's own sentence is English; in French its code is put in words, with the numbers it names. */
export function faultText({ code, message }: Fault, words: Words): string {
  return words.rules.faults[code]?.(message) ?? message
}

/** What is no number stays as it was typed: the server says what is wrong with it. */
export function numberOf(text: string): number | string {
  const number = Number(text.trim().replace(',', '.').replace('−', '-'))
  return text.trim() === '' || Number.isNaN(number) ? text : number
}

function writeLines(value: unknown): string {
  return Array.isArray(value) ? value.join('\n') : String(value ?? '')
}

export function readLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
