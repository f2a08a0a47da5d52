import { useId, useState } from 'preact/hooks'
import { changeSite } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Trouble } from './page.tsx'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

/** Which websites may send events, and which hosts' pages are not counted. */
export function Limits() {
  const words = useWords()
  const { site, updateSite } = useSession()
  const { busy, problem, attempt } = useAttempt()
  const [saved, setSaved] = useState(false)
  const save = (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    const lines = (name: string) => splitLines(String(fields.get(name)))
    return attempt(async () => {
      updateSite(await changeSite(site.id, { origins: lines('origins'), excludedHosts: lines('excludedHosts') }))
      setSaved(true)
    })
  }
  return (
    <section class="panel">
      <h2>{words.setup.limits}</h2>
      <form onSubmit={save} onInput={() => setSaved(false)}>
        <div class="pair">
          <Lines label={words.setup.origins} hint={words.setup.originsHint} name="origins" values={site.origins} />
          <Lines
            label={words.setup.hosts}
            hint={words.setup.hostsHint}
            name="excludedHosts"
            values={site.excludedHosts}
          />
        </div>
        <button type="submit" class="main" disabled={busy}>
          {words.setup.save}
        </button>
        <p class="done" role="status">
          {saved && !problem && words.setup.saved}
        </p>
        <Trouble problem={problem} />
      </form>
    </section>
  )
}

function Lines({ label, hint, name, values }: { label: string; hint: string; name: string; values: string[] }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        rows={4}
        spellcheck={false}
        aria-describedby={`${id}-hint`}
        defaultValue={values.join('\n')}
      />
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  )
}

function splitLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
