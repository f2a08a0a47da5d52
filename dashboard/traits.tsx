import { useId, useState } from 'preact/hooks'
import { useNow } from './ago.tsx'
import type { LeadDetail, Trait } from './api.ts'
import { useAttempt } from './attempt.ts'
import { takeFocus, useFocusBack } from './focus.ts'
import { dateTime, relativeTime } from './format.ts'
import type { Change } from './lead.tsx'
import { WebLink } from './link.tsx'
import { Trouble } from './page.tsx'
import { useLanguage, useWords, type Words } from './words.ts'

/** Nobody edits these: the address says who the lead is, and the others follow from it. */
const FIXED = ['email', 'emailKind', 'emailRole']

/** What is known of a lead, each value with where it comes from, edited in place. */
export function Traits({ lead, change }: { lead: LeadDetail; change: Change }) {
  const words = useWords()
  const [adding, setAdding] = useState(false)
  const button = useFocusBack(adding)
  const known = new Map(lead.traits.map((trait) => [trait.name, trait.value]))
  // An empty value takes the trait out; undoing puts back what stood there, be it nothing.
  const write = (name: string, value: string) =>
    change({ traits: { [name]: value || null } }, words.traits.changed(nameOf(name, words)), {
      traits: { [name]: known.get(name) ?? null },
    })
  const { problem, attempt } = useAttempt()
  const missing = Object.keys(words.traits.names).filter((name) => !known.has(name) && !FIXED.includes(name))
  return (
    <section class="panel">
      <h2>{words.traits.title}</h2>
      {lead.traits.length === 0 && <p>{words.traits.none}</p>}
      <dl class="traits">
        {lead.traits.map((trait) => (
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
                  {nameOf(name, words)}: <b>{value}</b> <Provenance source="declared" at={at} by={null} />
                </span>
                <button
                  type="button"
                  aria-label={words.traits.takeOverOf(nameOf(name, words), value)}
                  onClick={() => attempt(() => write(name, value))}
                >
                  {words.traits.takeOver}
                </button>
              </li>
            ))}
          </ul>
          <Trouble problem={problem} />
        </>
      )}
      {adding ? (
        <Adding missing={missing} write={write} close={() => setAdding(false)} />
      ) : (
        missing.length > 0 && (
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
            {trait.source === 'derived' ? (words.traits.kinds[trait.value] ?? trait.value) : trait.value}
          </WebLink>
          {!FIXED.includes(trait.name) && (
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
          <Provenance source={trait.source} at={trait.at} by={trait.by} />
        </dd>
      )}
    </div>
  )
}

function Provenance({ source, at, by }: Pick<Trait, 'source' | 'at' | 'by'>) {
  const words = useWords()
  const language = useLanguage()
  const when = relativeTime(at, useNow(), language)
  if (source === 'derived') return <small>{words.traits.derived}</small>
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

function nameOf(trait: string, words: Words): string {
  return words.traits.names[trait] ?? trait
}
