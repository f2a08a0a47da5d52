import { useId } from 'preact/hooks'
import type { FitRule, Rule } from './api.ts'
import { type Place, withAt } from './rules-draft.ts'
import { pointerOf, useEditing } from './rules-field.tsx'
import { TakenOut, useTakenOut } from './rules-part.tsx'
import { TestFields } from './rules-test.tsx'
import { TraitFields } from './rules-trait.tsx'
import {
  type AnyCondition,
  type Combination,
  combinationOf,
  joined,
  type Test,
  type TraitTest,
  withoutPart,
} from './rules-tree.ts'
import { type Said, useWords } from './words.ts'

const WAYS = ['all', 'any', 'not'] as const
type Way = (typeof WAYS)[number]

/** What a rule asks for: single tests, joined by "and", "or" and "but not", as deep as need be. */
export function ConditionEditor({ kind, rule }: { kind: 'rules' | 'fit'; rule: Rule | FitRule }) {
  const { ruleset, change, did } = useEditing()
  const placeIn = (rules: { id: string }[]) => [kind, rules.findIndex(({ id }) => id === rule.id), 'when'] as const
  const putBack = () => change((before) => withAt(before, placeIn(before[kind]), rule.when))
  const takenOut = (what: Said) =>
    did((words, language) => words.conditions.edit.takenOut(what(words, language)), putBack)
  return (
    <TakenOut.Provider value={takenOut}>
      <Node place={placeIn(ruleset[kind])} condition={rule.when} />
    </TakenOut.Provider>
  )
}

interface NodeProps {
  place: Place
  condition: AnyCondition
  /** Within others: how these are joined, and the way out. */
  part?: { word: Combination; remove(): void }
}

/** A test, or several joined by one word; either may be turned round. */
function Node({ place, condition, part }: NodeProps) {
  const words = useWords()
  const { set, focusOn } = useEditing()
  const takenOut = useTakenOut()
  const text = words.conditions.edit
  const isTurned = 'not' in condition
  const inner = isTurned ? condition.not : condition
  const innerPlace = isTurned ? [...place, 'not'] : place
  const combination = combinationOf(inner)
  const wayId = useId()

  const add = (way: Way) => {
    const word = way === 'any' ? 'any' : 'all'
    const [whole, at] = combination?.word === word ? [inner, innerPlace] : [condition, place]
    const more = joined(whole, word, otherFor(inner, way))
    const last = (combinationOf(more)?.parts.length ?? 0) - 1
    set(at, more)
    focusOn([...at, word, last, ...(way === 'not' ? ['not'] : [])])
  }
  const takeOut = (at: number) => {
    takenOut(({ conditions }) => conditions.edit.part)
    set(innerPlace, withoutPart(inner, at))
    focusOn(innerPlace)
  }
  return (
    <fieldset class="condition" id={pointerOf(innerPlace)} tabIndex={-1}>
      <legend class="unseen">{combination ? text.joined : text.part}</legend>
      {(combination || part || isTurned) && (
        <div class="condition-head">
          {combination && (
            <select
              aria-label={text.word}
              value={combination.word}
              onChange={({ currentTarget: { value } }) => set(innerPlace, { [value]: combination.parts })}
            >
              <option value="all">{text.all}</option>
              <option value="any">{text.any}</option>
            </select>
          )}
          {(part || isTurned) && (
            <label class="check-label">
              <input
                type="checkbox"
                checked={isTurned}
                onChange={(event) => set(place, event.currentTarget.checked ? { not: condition } : inner)}
              />{' '}
              {text.turned}
            </label>
          )}
          {part && (
            <button type="button" class="quiet" onClick={part.remove}>
              {text.takeOutPart}
            </button>
          )}
        </div>
      )}
      {combination ? (
        combination.parts.map((each, i) => (
          <Node
            key={i}
            place={[...innerPlace, combination.word, i]}
            condition={each}
            part={{ word: combination.word, remove: () => takeOut(i) }}
          />
        ))
      ) : 'trait' in inner ? (
        <TraitFields place={innerPlace} test={inner as TraitTest} />
      ) : (
        <TestFields place={innerPlace} test={inner as Test} />
      )}
      <div class="condition-ways">
        <span id={wayId} class="unseen">
          {text.join}
        </span>
        {waysOf(combination?.word, part?.word).map((way) => (
          <button key={way} type="button" class="quiet" aria-describedby={wayId} onClick={() => add(way)}>
            {text.ways[way]}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

/** A part is joined to others by the word around it already, whose own buttons add to it. */
function waysOf(own: Combination | undefined, around: Combination | undefined): Way[] {
  return WAYS.filter((way) => {
    const word = way === 'any' ? 'any' : 'all'
    return word === own || word !== around
  })
}

/** To begin with, something of the same kind. What is only narrowed down stays with its event. */
function otherFor(condition: AnyCondition, way: Way): AnyCondition {
  const test = firstTest(condition)
  const other =
    'trait' in test ? { trait: 'title', contains: [] } : { ...(way === 'any' && { event: 'page' }), path: [] }
  return (way === 'not' ? { not: other } : other) as AnyCondition
}

function firstTest(condition: AnyCondition): AnyCondition {
  const first = 'not' in condition ? condition.not : combinationOf(condition)?.parts[0]
  return first ? firstTest(first) : condition
}
