import { useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { makeSite, type Site } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { Trouble } from './page.tsx'
import { useMay, useSession } from './session.ts'
import { useWords } from './words.ts'

export function Sites() {
  const words = useWords()
  const { sites, reloadSession } = useSession()
  const may = useMay()
  const { busy, problem, attempt } = useAttempt()
  const [made, setMade] = useState<string | null>(null)
  const make = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fields = new FormData(form)
    return attempt(async () => {
      const name = String(fields.get('name'))
      await makeSite({ id: String(fields.get('id')), name })
      form.reset()
      setMade(name)
      reloadSession()
    })
  }
  return (
    <>
      <section class="panel">
        <table class="cards" aria-label={words.admin.pages.sites}>
          <thead>
            <tr>
              <th scope="col">{words.sites.site}</th>
              <th scope="col">{words.sites.key}</th>
              <th scope="col">{words.sites.firstEvent}</th>
              <th scope="col">
                <span class="unseen">{words.sites.toSetup}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sites.map((site) => (
              <Row key={site.id} site={site} />
            ))}
          </tbody>
        </table>
      </section>
      {may.administerAll && (
        <section class="panel">
          <h2>{words.sites.make}</h2>
          <form onSubmit={make}>
            <Field label={words.sites.name} name="name" maxLength={100} required />
            <Field
              label={words.sites.key}
              hint={words.sites.keyHint}
              name="id"
              pattern="[\w.\-]{1,100}"
              title={words.sites.keyHint}
              autocomplete="off"
              spellcheck={false}
              required
            />
            <button type="submit" class="main" disabled={busy}>
              {words.sites.submit}
            </button>
            <p class="done" role="status">
              {made && !problem && words.sites.made(made)}
            </p>
            <Trouble problem={problem} />
          </form>
        </section>
      )}
    </>
  )
}

function Row({ site }: { site: Site }) {
  const words = useWords()
  return (
    <tr>
      <th scope="row">{site.name}</th>
      <td>
        <code>{site.id}</code>
      </td>
      <td>{site.firstEventAt === null ? words.sites.none : <Ago at={site.firstEventAt} />}</td>
      <td>
        <a href={`/setup?site=${encodeURIComponent(site.id)}`}>{words.sites.toSetup}</a>
      </td>
    </tr>
  )
}
