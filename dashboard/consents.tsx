import { type ConsentSaid, findConsents, type LeadDetail } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { useLoad } from './load.ts'
import { Trouble } from './page.tsx'
import { useSession } from './session.ts'
import { useLanguage, useWords } from './words.ts'

/** What the lead's visitors said to being followed, newest first: the proof that a data-protection officer asks for. */
export function Consents({ lead, happened }: { lead: LeadDetail; happened: number }) {
  const words = useWords()
  const { site } = useSession()
  const consents = useLoad(() => findConsents(site.id, lead.id), [site.id, lead.id, happened])
  const { busy, problem, attempt } = useAttempt()
  const { value } = consents
  const more = (cursor: string) =>
    attempt(async () => {
      const page = await findConsents(site.id, lead.id, cursor)
      consents.change((before) => ({ ...page, items: [...before.items, ...page.items] }))
    })
  return (
    <section class="panel">
      <h2>{words.consents.title}</h2>
      <Trouble problem={consents.problem} retry={consents.reload} />
      {value?.items.length === 0 && <p>{site.requireConsent ? words.consents.noneRequired : words.consents.none}</p>}
      {value && value.items.length > 0 && (
        <ul class="decisions">
          {value.items.map((said) => (
            <Consent key={said.id} said={said} />
          ))}
        </ul>
      )}
      <Trouble problem={problem} />
      {value?.next && (
        <button type="button" class="more" disabled={busy} onClick={() => more(value.next ?? '')}>
          {words.page.more}
        </button>
      )}
    </section>
  )
}

function Consent({ said: { choice, at, text, tool, proof, visitorId } }: { said: ConsentSaid }) {
  const words = useWords()
  const language = useLanguage()
  const how = [text && words.consents.text(text), tool && words.consents.by(tool)].filter(Boolean).join(' · ')
  return (
    <li>
      <div>
        <b>{words.consents[choice]}</b>
        <small>
          {dateTime(at, language)}, {words.consents.browser(visitorId.slice(-6))}
        </small>
        {how && <small>{how}</small>}
        {proof && (
          <details>
            <summary>{words.consents.proof}</summary>
            <pre>{proof}</pre>
          </details>
        )}
      </div>
    </li>
  )
}
