import { useId, useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { changeRetention, findRetention, resumePurge } from './api.ts'
import { useAttempt } from './attempt.ts'
import { wholeNumber } from './format.ts'
import { useLoad } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { useMay, useSession } from './session.ts'
import { useLanguage, useWords } from './words.ts'

const KINDS = ['events', 'leads', 'refused', 'audit'] as const

/** How long what is kept, and whether what is past its time is deleted. */
export function Keeping() {
  const words = useWords()
  const { site } = useSession()
  const may = useMay()
  const loaded = useLoad(() => findRetention(site.id), [site.id])
  const { busy, problem, attempt } = useAttempt()
  const [saved, setSaved] = useState(false)
  const id = useId()
  const save = (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    const days = Object.fromEntries(KINDS.map((kind) => [kind, Number(fields.get(kind))]))
    return attempt(async () => {
      const changed = await changeRetention(site.id, days)
      loaded.change(() => changed)
      setSaved(true)
    })
  }
  const resume = () =>
    attempt(async () => {
      const changed = await resumePurge(site.id)
      loaded.change(() => changed)
    })
  const known = loaded.value
  return (
    <section class="panel">
      <h2>{words.keeping.title}</h2>
      {loaded.problem && <Trouble problem={loaded.problem} retry={loaded.reload} />}
      {!known && loaded.loading && <Waiting />}
      {known && (
        <>
          {known.purge.refusedAt !== null && (
            <div class="notice bad" role="alert">
              <p>
                <b>{words.keeping.jumped}</b>
              </p>
              <p>{words.keeping.jumpedNext}</p>
              {may.administerAll ? (
                <button type="button" disabled={busy} onClick={resume}>
                  {words.keeping.resume}
                </button>
              ) : (
                <p>{words.keeping.jumpedWho}</p>
              )}
            </div>
          )}
          <form onSubmit={save} onInput={() => setSaved(false)}>
            <div class="pair">
              {KINDS.map((kind) => (
                <div class="field" key={kind}>
                  <label for={`${id}-${kind}`}>{words.keeping.kinds[kind]}</label>
                  <input
                    id={`${id}-${kind}`}
                    name={kind}
                    type="number"
                    min={1}
                    max={3653}
                    required
                    disabled={!may.administer}
                    defaultValue={known.days[kind]}
                  />
                </div>
              ))}
            </div>
            <p class="hint">{words.keeping.hint}</p>
            {may.administer && (
              <button type="submit" class="main" disabled={busy}>
                {words.setup.save}
              </button>
            )}
            <p class="done" role="status">
              {saved && !problem && words.setup.saved}
            </p>
            <Trouble problem={problem} />
          </form>
          <Progress purge={known.purge} />
        </>
      )}
    </section>
  )
}

function Progress({ purge }: { purge: NonNullable<Awaited<ReturnType<typeof findRetention>>>['purge'] }) {
  const words = useWords()
  const language = useLanguage()
  if (purge.lastRunAt === null) return <p class="hint">{words.keeping.never}</p>
  const rows = KINDS.reduce((sum, kind) => sum + purge.deleted[kind], 0)
  return (
    <p class="hint">
      {purge.finishedAt === null ? (
        words.keeping.running
      ) : (
        <>
          {words.keeping.lastRun} <Ago at={purge.finishedAt} />.
        </>
      )}{' '}
      {words.keeping.deleted(rows, wholeNumber(rows, language))}
    </p>
  )
}
