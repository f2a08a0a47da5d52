// What the parts of a condition share: how one is shown, taken out and added.
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useId, useState } from 'preact/hooks'
import { type Said, useWords } from './words.ts'

/** Fields that belong together, with the button that takes them out. */
export function Asked({ name, takeOut, children }: { name: string; takeOut(): void; children: ComponentChildren }) {
  const words = useWords()
  return (
    <div class="asked">
      <div class="rule-fields">{children}</div>
      <button type="button" class="quiet" aria-label={words.conditions.edit.takeOutOf(name)} onClick={() => takeOut()}>
        ×
      </button>
    </div>
  )
}

interface AddingProps<T extends string> {
  label: string
  /** What the button says: "Add" unless something else is done with the choice. */
  verb?: string
  choices: T[]
  nameOf(choice: T): string
  add(choice: T): void
}

/** Chosen first and added by a button: with the keyboard, a list passes over many entries on the way to one. */
export function Adding<T extends string>({ label, verb, choices, nameOf, add }: AddingProps<T>) {
  const words = useWords()
  const [chosen, setChosen] = useState<string>('')
  const id = useId()
  const choice = choices.find((each) => each === chosen) ?? choices[0]
  if (choice === undefined) return null
  return (
    <div class="condition-add">
      <label for={id}>{label}</label>
      <select id={id} value={choice} onChange={(event) => setChosen(event.currentTarget.value)}>
        {choices.map((each) => (
          <option key={each} value={each}>
            {nameOf(each)}
          </option>
        ))}
      </select>
      <button type="button" onClick={() => add(choice)}>
        {verb ?? words.conditions.edit.add}
      </button>
    </div>
  )
}

/** Says that a part was taken out, and how it comes back. */
export const TakenOut = createContext<(what: Said) => void>(() => {})

export function useTakenOut() {
  return useContext(TakenOut)
}
