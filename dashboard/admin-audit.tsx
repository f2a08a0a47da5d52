import { useId } from 'preact/hooks'
import { type AuditEntry, findAudit, type Page } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { useLoad } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { go, withQuery } from './router.ts'
import { useSession } from './session.ts'
import { useLanguage, useWords } from './words.ts'

/** Who did what, newest first. What is shown is in the address: `?action=lead viewed&actor=ada@…&of=shop`. */
export function AuditLog({ place }: { place: URL }) {
  const words = useWords()
  const { sites } = useSession()
  const asked = (name: string) => place.searchParams.get(name) ?? ''
  const [action, actor, of] = [asked('action'), asked('actor'), asked('of')]
  const query = { action: action || undefined, actor: actor || undefined, site: of || undefined }
  const log = useLoad(() => findAudit(query), [action, actor, of])
  const { busy, problem, attempt } = useAttempt()
  const loadMore = (shown: Page<AuditEntry>) =>
    attempt(async () => {
      const page = await findAudit({ ...query, cursor: shown.next ?? undefined })
      log.change((before) => ({ ...page, items: [...before.items, ...page.items] }))
    })
  const choose = (fields: Record<string, string>) => go(withQuery(place, fields), 'replace')
  const { value } = log
  const actions = Object.entries(words.audit.actions)
  return (
    <section class="panel">
      <div class="choosing">
        <Choice
          label={words.audit.what}
          all={words.audit.anything}
          value={action}
          options={actions}
          choose={(chosen) => choose({ action: chosen })}
        />
        {sites.length > 1 && (
          <Choice
            label={words.admin.sitesLabel}
            all={words.audit.anySite}
            value={of}
            options={sites.map(({ id, name }) => [id, name])}
            choose={(chosen) => choose({ of: chosen })}
          />
        )}
        {actor && (
          <button type="button" onClick={() => choose({ actor: '' })}>
            {actor} ×
          </button>
        )}
      </div>
      {log.problem && <Trouble problem={log.problem} retry={log.reload} />}
      {!value && log.loading && <Waiting />}
      {value?.items.length === 0 && <p>{words.audit.none}</p>}
      {value && value.items.length > 0 && <Entries entries={value.items} only={(actor) => choose({ actor })} />}
      <Trouble problem={problem} />
      {value?.next && (
        <button type="button" class="more" disabled={busy} onClick={() => loadMore(value)}>
          {words.audit.more}
        </button>
      )}
    </section>
  )
}

function Entries({ entries, only }: { entries: AuditEntry[]; only(actor: string): void }) {
  const words = useWords()
  const language = useLanguage()
  return (
    <table class="cards" aria-label={words.admin.pages.audit}>
      <thead>
        <tr>
          <th scope="col">{words.audit.when}</th>
          <th scope="col">{words.audit.who}</th>
          <th scope="col">{words.audit.what}</th>
          <th scope="col">{words.audit.whom}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <td>{dateTime(entry.at, language)}</td>
            <td>
              {entry.actor && (
                <button type="button" class="quiet actor" onClick={() => only(entry.actor)}>
                  {entry.actor}
                </button>
              )}
            </td>
            <td>{words.audit.actions[entry.action]}</td>
            <td>
              <Subject entry={entry} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Subject({ entry: { action, site, subject, erased, detail } }: { entry: AuditEntry }) {
  const words = useWords()
  const isLead = site !== null && subject !== null && action.startsWith('lead') && !erased
  return (
    <>
      {isLead && <a href={`/leads/${encodeURIComponent(subject)}?site=${encodeURIComponent(site)}`}>{subject}</a>}
      {erased && (
        <>
          <em>{words.audit.erased}</em>{' '}
        </>
      )}
      {!isLead && subject} {site && <span class="hint">{site}</span>}
      {detail && (
        <small class="state" lang="en">
          {detail}
        </small>
      )}
    </>
  )
}

interface ChoiceProps {
  label: string
  all: string
  value: string
  options: [string, string][]
  choose(value: string): void
}

function Choice({ label, all, value, options, choose }: ChoiceProps) {
  const id = useId()
  return (
    <div>
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        <option value="">{all}</option>
        {options.map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}
