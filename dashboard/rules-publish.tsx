import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { findVersion, findVersions, publishRules, type Ruleset, type Version } from './api.ts'
import { useAttempt } from './attempt.ts'
import { wholeNumber } from './format.ts'
import { type Loaded, useLoad } from './load.ts'
import { Trouble } from './page.tsx'
import type { Draft } from './rules-draft.ts'
import { faultText, useEditing } from './rules-field.tsx'
import { mergeOf } from './rules-merge.ts'
import { useSession } from './session.ts'
import { type Language, useLanguage, useWords } from './words.ts'

const ASK_EVERY = 1000

export type Versions = Loaded<Version[]>

/** The versions of a site, asked for each second while one is on its way; `switched` when another than `known` is live. */
export function useVersions(site: string, known: number | undefined, switched: () => void): Versions {
  const versions = useLoad(async () => (await findVersions(site)).items, [site])
  const running = versions.value?.some(({ state }) => state === 'publishing') ?? false
  const live = versions.value?.find(({ state }) => state === 'live')?.version
  const { reload } = versions
  const latest = useRef(switched)
  latest.current = switched
  useEffect(() => {
    if (live !== undefined && known !== undefined && live !== known) latest.current()
  }, [live, known])
  useEffect(() => {
    if (!running) return
    const timer = setInterval(reload, ASK_EVERY)
    return () => clearInterval(timer)
  }, [running, reload])
  return versions
}

interface PublishProps {
  draft: Draft
  differences: string[]
  /** The preview in one sentence, at hand where the preview itself is out of sight. */
  said: string
  versions: Versions
  change(edit: (draft: Draft) => Draft): void
  discard(): void
}

/** What is changed, what for, and the button that makes it count; always in sight. */
export function Publish({ draft, differences, said, versions, change, discard }: PublishProps) {
  const words = useWords()
  const { site } = useSession()
  const { faults } = useEditing()
  const { busy, problem, attempt } = useAttempt()
  const [noteMissing, setNoteMissing] = useState(false)
  const [published, setPublished] = useState<number | null>(null)
  const noteField = useRef<HTMLInputElement>(null)
  const noteId = useId()
  const text = words.rules.publish
  const running = versions.value?.find(({ state }) => state === 'publishing')
  const changed = differences.length > 0

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (draft.note.trim() === '') {
      setNoteMissing(true)
      noteField.current?.focus()
      return
    }
    return attempt(async () => {
      try {
        const { version } = await publishRules(site.id, draft.ruleset, draft.note.trim(), draft.basedOn)
        setPublished(version)
      } finally {
        versions.reload()
      }
    })
  }
  const mergeInto = (live: number) =>
    attempt(async () => {
      const [base, theirs] = await Promise.all([findVersion(site.id, draft.basedOn), findVersion(site.id, live)])
      change((mine) => ({ ...mine, basedOn: live, ruleset: mergeOf(base, mine.ruleset, theirs) }))
    })
  const live = problem?.live ?? null
  const ownProblem = live === null && problem && problem.faults.length === 0 ? problem : null
  return (
    <section class={changed || running ? 'publish' : 'publish idle'} aria-label={text.title}>
      <Progress running={running} done={running || published !== draft.basedOn ? null : published} />
      {changed && faults.length > 0 && <Faults />}
      {live !== null && (
        <div class="notice bad" role="alert">
          <p>{text.meanwhile(live)}</p>
          <button type="button" disabled={busy} onClick={() => mergeInto(live)}>
            {text.onTop}
          </button>
        </div>
      )}
      <Trouble problem={ownProblem} />
      {changed ? (
        <>
          <details>
            <summary>{text.changes(differences.length)}</summary>
            <ul class="differences">
              {differences.map((difference) => (
                <li key={difference}>{difference}</li>
              ))}
            </ul>
          </details>
          {faults.length === 0 && <Said said={said} />}
          <form onSubmit={submit} noValidate>
            <label for={noteId} class="unseen">
              {text.note}
            </label>
            <input
              id={noteId}
              ref={noteField}
              value={draft.note}
              placeholder={text.note}
              maxLength={1000}
              aria-invalid={noteMissing || undefined}
              aria-describedby={noteMissing ? `${noteId}-fault` : undefined}
              onInput={({ currentTarget: { value } }) => {
                setNoteMissing(false)
                change((before) => ({ ...before, note: value }))
              }}
            />
            <button type="submit" class="main" disabled={busy || running !== undefined || faults.length > 0}>
              {text.submit}
            </button>
            <button type="button" class="quiet" disabled={busy} onClick={discard}>
              {text.discard}
            </button>
            {noteMissing && (
              <p class="fault" id={`${noteId}-fault`}>
                {text.noteMissing}
              </p>
            )}
          </form>
        </>
      ) : (
        !running && (
          <p class="hint">
            {text.none} <Said said={said} />
          </p>
        )
      )}
    </section>
  )
}

function Said({ said }: { said: string }) {
  return (
    <a class="said" href="#impact">
      {said}
    </a>
  )
}

/** How far a publish has come, and which version is live after it. */
function Progress({ running, done: live }: { running: Version | undefined; done: number | null }) {
  const words = useWords()
  const language = useLanguage()
  const text = words.rules.publish
  const { done, total } = running?.progress ?? { done: 0, total: 0 }
  return (
    <>
      <p class={running ? 'progress-text' : 'done'} role="status">
        {running ? text.running(running.version) : live !== null && text.live(live)}
      </p>
      {running && (
        <>
          {/* How many there are is known once the first of them are done. */}
          <progress {...(total > 0 && { value: done, max: total })} aria-label={text.running(running.version)} />
          {total > 0 && <p class="hint">{text.progress(wholeNumber(done, language), wholeNumber(total, language))}</p>}
        </>
      )}
    </>
  )
}

/** Everything that is wrong, each with the way to its field. */
function Faults() {
  const words = useWords()
  const language = useLanguage()
  const { faults, ruleset } = useEditing()
  const text = words.rules.publish
  return (
    <div class="notice bad" role="alert">
      <p>{text.faults(faults.length)}</p>
      <ul>
        {faults.map((fault) => (
          <li key={fault.pointer + fault.code}>
            {nameAt(ruleset, fault.pointer, language)}
            {faultText(fault, words)}{' '}
            <button type="button" class="quiet" onClick={() => showField(fault.pointer)}>
              {text.show}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** "Read the price page – ", where the fault is in a rule or group. */
function nameAt(ruleset: Ruleset, pointer: string, language: Language): string {
  const [, list, at] = pointer.split('/')
  const isNamed = list === 'groups' || list === 'rules' || list === 'fit' || list === 'spam'
  const name = isNamed && ruleset[list][Number(at)]?.label[language]
  return name ? `${name} – ` : ''
}

/** The field itself, or that of the nearest place around it that has one. */
function showField(pointer: string) {
  for (let outer = pointer; outer !== ''; outer = outer.slice(0, outer.lastIndexOf('/'))) {
    const field = document.getElementById(outer)
    if (!field) continue
    field.scrollIntoView({ block: 'center' })
    field.focus()
    return
  }
}
