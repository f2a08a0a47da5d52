import { LISTS } from './rules-difference.ts'
import type { Place } from './rules-draft.ts'
import { FaultText, LinesField, NumberField, pointerOf, TextField, useEditing } from './rules-field.tsx'
import { Adding, Asked, useTakenOut } from './rules-part.tsx'
import { traitName } from './rules-sentence.ts'
import type { TraitTest } from './rules-tree.ts'
import { termFor, useWords } from './words.ts'

const OTHER = 'other'
const FIRST = { contains: [], is: [], list: 'sectors', atLeast: 1, atMost: 100 } as const
const WAYS = Object.keys(FIRST) as (keyof typeof FIRST)[]
/** Traits that Braise derives, and all the values that they have. */
const KINDS: Record<string, string[]> = {
  emailKind: ['company', 'free', 'disposable', 'school'],
  emailRole: ['role'],
}

/** Which trait, and what it must be; nothing more asked, it has only to be known. */
export function TraitFields({ place, test }: { place: Place; test: TraitTest }) {
  const words = useWords()
  const { set, focusOn } = useEditing()
  const takenOut = useTakenOut()
  const { edit, fields, lists } = words.conditions
  const id = pointerOf([...place, 'trait'])
  const known = [...Object.keys(words.traits.names), ...Object.keys(words.conditions.traits)]
  const isOther = !known.includes(test.trait)
  const kinds = termFor(KINDS, test.trait)
  const ways = WAYS.filter((way) => test[way] !== undefined)
  const takeOut = (way: (typeof WAYS)[number]) => {
    takenOut(({ conditions }) => conditions.edit.traitWays[way])
    set([...place, way], undefined)
    focusOn([...place, 'trait'])
  }
  return (
    <>
      <div class="rule-fields">
        <div class="field">
          <label for={isOther ? `${id}-known` : id}>{edit.trait}</label>
          <select
            id={isOther ? `${id}-known` : id}
            value={isOther ? OTHER : test.trait}
            onChange={({ currentTarget: { value } }) => {
              set([...place, 'trait'], value === OTHER ? '' : value)
              if (value === OTHER) focusOn([...place, 'trait'])
            }}
          >
            {known.map((trait) => (
              <option key={trait} value={trait}>
                {traitName(trait, words)}
              </option>
            ))}
            <option value={OTHER}>{edit.otherTrait}</option>
          </select>
        </div>
        {isOther && <TextField place={[...place, 'trait']} label={edit.traitOf} value={test.trait} />}
      </div>
      {ways.length === 0 && <p class="hint">{edit.isKnown}</p>}
      {ways.map((way) => (
        <Asked key={way} name={edit.traitWays[way]} takeOut={() => takeOut(way)}>
          {way === 'list' ? (
            <div class="field">
              <label for={pointerOf([...place, way])}>{edit.traitWays.list}</label>
              <select
                id={pointerOf([...place, way])}
                value={test.list}
                onChange={(event) => set([...place, way], event.currentTarget.value)}
              >
                {LISTS.map((list) => (
                  <option key={list} value={list}>
                    {lists[list]}
                  </option>
                ))}
              </select>
            </div>
          ) : way === 'is' && kinds ? (
            <Kinds place={[...place, way]} kinds={kinds} chosen={test.is ?? []} />
          ) : way === 'is' || way === 'contains' ? (
            <LinesField place={[...place, way]} label={edit.traitWays[way]} hint={fields.wordsHint} value={test[way]} />
          ) : (
            <NumberField place={[...place, way]} label={edit.traitWays[way]} value={test[way]} />
          )}
        </Asked>
      ))}
      <Adding
        label={edit.value}
        choices={WAYS.filter((way) => !ways.includes(way))}
        nameOf={(way) => edit.traitWays[way]}
        add={(way) => {
          set([...place, way], FIRST[way])
          focusOn([...place, way])
        }}
      />
    </>
  )
}

/** The values of a derived trait, to tick. */
function Kinds({ place, kinds, chosen }: { place: Place; kinds: string[]; chosen: string[] }) {
  const words = useWords()
  const { set } = useEditing()
  return (
    <fieldset class="choices" id={pointerOf(place)} tabIndex={-1}>
      <legend>{words.conditions.edit.traitWays.is}</legend>
      {kinds.map((kind) => (
        <label class="check-label" key={kind}>
          <input
            type="checkbox"
            checked={chosen.includes(kind)}
            onChange={(event) =>
              set(place, event.currentTarget.checked ? [...chosen, kind] : chosen.filter((each) => each !== kind))
            }
          />{' '}
          {words.traits.kinds[kind] ?? kind}
        </label>
      ))}
      <FaultText place={place} />
    </fieldset>
  )
}
