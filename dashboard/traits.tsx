import { useId, useState } from 'preact/hooks'
import { useNow } from './ago.tsx'
import type { LeadDetail, Trait } from './api.ts'
import { useAttempt } from './attempt.ts'
import { takeFocus, useFocusBack } from './focus.ts'
import { countryName, dateTime, languageName, relativeTime } from './format.ts'
import type { Change } from './lead.tsx'
import { WebLink } from './link.tsx'
import { Trouble } from './page.tsx'
import { useMay } from './session.ts'
import { type Language, termFor, useLanguage, useWords, type Words } from './words.ts'

/** The address says who the lead is. What is derived nobody edits either, but a country that somebody says stands in its place. */
const FIXED = ['email', 'emailKind', 'emailRole', 'companyDomain', 'language']

/** What is known of a lead, each value with where it comes from, edited in place. */
export function Traits({ lead, change }: { lead: LeadDetail; change: Change }) {
  const words = useWords()
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const button = useFocusBack(adding)
  const said = lead.traits.filter(({ source }) => source !== 'derived')
  const known = new Map(said.map((trait) => [trait.name, trait.value]))
  // An empty value takes the trait out; undoing puts back what stood there, be it nothing.
  const write = (name: string, value: string) =>
    change({ traits: { [name]: value || null } }, (words) => words.traits.changed(nameOf(name, words)), {
      traits: { [name]: known.get(name) ?? null },
    })
  const { problem, attempt } = useAttempt()
  const missing = Object.keys(words.traits.names).filter((name) => !known.has(name) && !FIXED.includes(name))
  return (
    <section class="panel">
      <h2>{words.traits.title}</h2>
      {lead.traits.length === 0 && <p>{words.traits.none}</p>}
      <dl class="traits">
        {inOrder(lead.traits, words).map((trait) => (
          <Row key={trait.name} trait={trait} write={write} />
        ))}
      </dl>
      {lead.alsoDeclared.length > 0 && (
        <>
          <h3>{words.traits.also}</h3>
          <ul class="also">
            {lead.alsoDeclared.map(({ name, value, at }) => (
              <li key={`${name} ${value}`}>
                <span>
                  {nameOf(name, words)}: <b>{value}</b> <Provenance source="declared" name={name} at={at} by={null} />
                </span>
                {may.change && (
                  <button
                    type="button"
                    aria-label={words.traits.takeOverOf(nameOf(name, words), value)}
                    onClick={() => attempt(() => write(name, value))}
                  >
                    {words.traits.takeOver}
                  </button>
                )}
              </li>
            ))}
          </ul>
          <Trouble problem={problem} />
        </>
      )}
      {adding ? (
        <Adding missing={missing} write={write} close={() => setAdding(false)} />
      ) : (
        missing.length > 0 &&
        may.change && (
          <button ref={button} type="button" class="quiet" onClick={() => setAdding(true)}>
            + {words.traits.add}
          </button>
        )
      )}
    </section>
  )
}

type Write = (name: string, value: string) => Promise<void>

function Row({ trait, write }: { trait: Trait; write: Write }) {
  const words = useWords()
  const language = useLanguage()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const button = useFocusBack(editing)
  const name = nameOf(trait.name, words)
  return (
    <div class="trait">
      <dt>{name}</dt>
      {editing ? (
        <dd>
          <Editing
            label={name}
            value={trait.value}
            write={(value) => write(trait.name, value)}
            close={() => setEditing(false)}
          />
        </dd>
      ) : (
        <dd>
          <WebLink address={trait.value}>
            {trait.source === 'derived' ? derivedText(trait, words, language) : trait.value}
          </WebLink>
          {may.change && !FIXED.includes(trait.name) && trait.source !== 'derived' && (
            <button
              ref={button}
              type="button"
              class="quiet"
              aria-label={words.traits.edit(name)}
              onClick={() => setEditing(true)}
            >
              ✎
            </button>
          )}
          <Provenance source={trait.source} name={trait.name} at={trait.at} by={trait.by} />
        </dd>
      )}
    </div>
  )
}

function Provenance({ source, name, at, by }: Pick<Trait, 'source' | 'name' | 'at' | 'by'>) {
  const words = useWords()
  const language = useLanguage()
  const when = relativeTime(at, useNow(), language)
  if (source === 'derived') return <small>{words.whereabouts[name] ?? words.traits.derived}</small>
  return (
    <small title={dateTime(at, language)}>
      {source === 'edited' ? words.traits.edited(by ?? '?', when) : words.traits[source](when)}
    </small>
  )
}

interface EditingProps {
  label: string
  value: string
  write(value: string): Promise<void>
  close(): void
}

function Editing({ label, value, write, close }: EditingProps) {
  const words = useWords()
  const hint = useId()
  const { busy, problem, attempt } = useAttempt()
  const save = (event: SubmitEvent) => {
    event.preventDefault()
    const wanted = String(new FormData(event.currentTarget as HTMLFormElement).get('value')).trim()
    return attempt(async () => {
      if (wanted !== value) await write(wanted)
      close()
    })
  }
  return (
    <form class="edit" onSubmit={save} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <input name="value" defaultValue={value} aria-label={label} aria-describedby={hint} ref={takeFocus} />
      <div class="actions">
        <button type="submit" class="main" disabled={busy}>
          {words.traits.save}
        </button>
        <button type="button" onClick={close}>
          {words.traits.cancel}
        </button>
      </div>
      <p class="hint" id={hint}>
        {words.traits.clearHint}
      </p>
      <Trouble problem={problem} />
    </form>
  )
}

function Adding({ missing, write, close }: { missing: string[]; write: Write; close(): void }) {
  const words = useWords()
  const [name, setName] = useState(missing[0] ?? '')
  return (
    <div class="adding">
      <select aria-label={words.traits.name} value={name} onChange={(event) => setName(event.currentTarget.value)}>
        {missing.map((trait) => (
          <option key={trait} value={trait}>
            {nameOf(trait, words)}
          </option>
        ))}
      </select>
      <Editing label={words.traits.value} value="" write={(value) => write(name, value)} close={close} />
    </div>
  )
}

/** As people are read, whatever came first: names, then the company; what a form calls by a name of its own comes last. */
function inOrder(traits: Trait[], words: Words): Trait[] {
  const names = Object.keys(words.traits.names)
  const place = ({ name }: Trait) => (names.includes(name) ? names.indexOf(name) : names.length)
  return [...traits].sort((a, b) => place(a) - place(b))
}

function nameOf(trait: string, words: Words): string {
  return termFor(words.traits.names, trait) ?? trait
}

function derivedText({ name, value }: Trait, words: Words, language: Language): string {
  if (name === 'country') return countryName(value, language)
  if (name === 'language') return languageName(value, language)
  return termFor(words.traits.kinds, value) ?? value
}
