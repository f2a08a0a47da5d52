import { useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { findVersion, type Ruleset, rulesFile, type Version } from './api.ts'
import { useAttempt } from './attempt.ts'
import { useLoad } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { differencesOf } from './rules-difference.ts'
import type { Versions } from './rules-publish.tsx'
import { useSession } from './session.ts'
import { type Said, useLanguage, useWords } from './words.ts'

interface HistoryProps {
  versions: Versions
  /** Makes rules the draft, so that the preview is seen before they are published; null: for who may only read. */
  load: ((ruleset: Ruleset, note: string, done: Said) => void) | null
}

/** Every version: who, when, what for, what it changed, and the way back to it. */
export function History({ versions, load }: HistoryProps) {
  const words = useWords()
  const { value, problem, reload } = versions
  return (
    <section class="panel versions" aria-label={words.rules.history.title}>
      <h2>{words.rules.history.title}</h2>
      {problem && !value && <Trouble problem={problem} retry={reload} />}
      {!value && !problem && <Waiting />}
      <ol>
        {value?.map((version) => (
          <Item key={version.version} version={version} load={load} />
        ))}
      </ol>
    </section>
  )
}

function Item({ version: item, load }: { version: Version; load: HistoryProps['load'] }) {
  const words = useWords()
  const { site } = useSession()
  const [open, setOpen] = useState(false)
  const { busy, problem, attempt } = useAttempt()
  const { version, state, note, author, publishedAt, liveAt } = item
  const text = words.rules.history
  const goBack = () =>
    attempt(async () =>
      load?.(await findVersion(site.id, version), text.backNote(version), ({ rules }) => rules.history.loaded(version)),
    )
  return (
    <li data-version={version}>
      <p>
        <b>{text.version(version)}</b> <span class={`badge version-${state}`}>{text.state[state]}</span>
      </p>
      {note && <p class="note">{note}</p>}
      <small>
        {author && text.by(author)} · {liveAt === 0 ? text.first : <Ago at={publishedAt} />}
      </small>
      <div class="actions">
        {version > 1 && (
          <button
            type="button"
            class="quiet"
            aria-expanded={open}
            aria-label={text.differenceOf(version)}
            onClick={() => setOpen(!open)}
          >
            {text.difference}
          </button>
        )}
        {state === 'past' && load && (
          <button type="button" class="quiet" disabled={busy} aria-label={text.backOf(version)} onClick={goBack}>
            {text.back}
          </button>
        )}
        <a class="button quiet" href={rulesFile(site.id, version)} download aria-label={text.fileOf(version)}>
          {text.file}
        </a>
      </div>
      <Trouble problem={problem} />
      {open && <Difference version={version} />}
    </li>
  )
}

function Difference({ version }: { version: number }) {
  const words = useWords()
  const language = useLanguage()
  const { site } = useSession()
  const { value, problem, reload } = useLoad(
    () => Promise.all([findVersion(site.id, version - 1), findVersion(site.id, version)]),
    [site.id, version],
  )
  if (problem) return <Trouble problem={problem} retry={reload} />
  if (!value) return <Waiting />
  const differences = differencesOf(...value, words, language)
  return (
    <ul class="differences">
      {differences.map((difference) => (
        <li key={difference}>{difference}</li>
      ))}
      {differences.length === 0 && <li>{words.rules.history.none}</li>}
    </ul>
  )
}
