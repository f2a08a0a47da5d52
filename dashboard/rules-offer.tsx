import type { AllHTMLAttributes, ComponentChildren, TargetedEvent, TargetedKeyboardEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useWords } from './words.ts'

type TextElement = HTMLInputElement | HTMLTextAreaElement
/** What a field must say of itself, so that who does not see the list hears of it. */
type Aria = Pick<AllHTMLAttributes<TextElement>, 'aria-autocomplete' | 'aria-controls' | 'aria-activedescendant'>

interface OfferProps {
  /** The id of the field. */
  id: string
  words: string[]
  children(aria: Aria): ComponentChildren
}

/**
 * Below a field, the words that go on from what is typed in its current line: a <datalist> knows single lines only.
 * The keyboard stays in the field: arrows walk through the list, Enter takes, Escape closes.
 */
export function Offer({ id, words, children }: OfferProps) {
  const text = useWords().rules.offer
  const [fitting, setFitting] = useState<string[]>([])
  const [chosen, setChosen] = useState(-1)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  const offer = (found: string[]) => {
    setFitting(found)
    setChosen(-1)
  }
  const take = (word: string) => {
    const field = document.getElementById(id) as TextElement
    const { from, to } = lineOf(field)
    field.setRangeText(word, from, to, 'end')
    // As if it had been typed: the field knows by itself what to do with that.
    field.dispatchEvent(new Event('input', { bubbles: true }))
    offer([])
  }
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (fitting.length === 0 || event.isComposing) return
    const word = fitting[chosen]
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % fitting.length)
    else if (event.key === 'ArrowUp') setChosen((chosen <= 0 ? fitting.length : chosen) - 1)
    else if (event.key === 'Escape') offer([])
    else if (event.key === 'Enter' && word !== undefined) take(word)
    else return
    event.preventDefault()
  }
  const listId = `${id}-offer`
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what happens in the field within is listened to
    <div
      class="offering"
      onInput={(event: TargetedEvent<HTMLElement>) => offer(wordsFor(event.target as TextElement, words))}
      onFocusIn={({ target }) => offer((target as TextElement).value === '' ? words : [])}
      onFocusOut={() => offer([])}
      onKeyDown={press}
    >
      {children({
        'aria-autocomplete': 'list',
        'aria-controls': fitting.length > 0 ? listId : undefined,
        'aria-activedescendant': chosen >= 0 ? `${listId}-${chosen}` : undefined,
      })}
      <p class="unseen" role="status">
        {fitting.length > 0 && text.found(fitting.length)}
      </p>
      {fitting.length > 0 && (
        <div class="offer" id={listId} ref={list} role="listbox" aria-label={text.title}>
          {fitting.map((word, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard is in the field and takes it by Enter there
            <div
              key={word}
              id={`${listId}-${i}`}
              role="option"
              aria-selected={i === chosen}
              tabIndex={-1}
              // The field would lose the keyboard, and the list would close under the pointer.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(word)}
            >
              {word}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

/** Those that have what is typed in the current line in them, but for stars; none where the line is one of them already. */
function wordsFor(field: TextElement, words: string[]): string[] {
  const { value } = field
  const { from, to } = lineOf(field)
  const typed = value.slice(from, to).replaceAll('*', '').trim().toLowerCase()
  const lines = value.split('\n').map((line) => line.trim())
  if (words.includes(value.slice(from, to).trim())) return []
  return words.filter((word) => word.toLowerCase().includes(typed) && !lines.includes(word))
}

/** Where the line with the caret begins and ends. */
function lineOf({ value, selectionStart }: TextElement): { from: number; to: number } {
  const at = selectionStart ?? value.length
  const end = value.indexOf('\n', at)
  return { from: value.lastIndexOf('\n', at - 1) + 1, to: end < 0 ? value.length : end }
}
