import { useId, useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { type ApiToken, findTokens, makeToken, revokeToken } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { GrantedSites, grantedIn, sitesText } from './granted.tsx'
import { useLoad } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { Secret } from './secret.tsx'
import { useWords } from './words.ts'

export function Tokens() {
  const words = useWords()
  const scopeId = useId()
  const tokens = useLoad(findTokens, [])
  const { busy, problem, attempt } = useAttempt()
  const making = useAttempt()
  const [shown, setShown] = useState<{ name: string; token: string } | null>(null)

  const act = (doing: () => Promise<unknown>) =>
    attempt(async () => {
      await doing()
      tokens.reload()
    })
  const make = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fields = new FormData(form)
    const scope = fields.get('scope') as ApiToken['scope']
    return making.attempt(async () => {
      setShown(await makeToken({ name: String(fields.get('name')), scope, sites: grantedIn(fields) }))
      form.reset()
      tokens.reload()
    })
  }
  const { value } = tokens
  return (
    <>
      {shown && <Secret key={shown.token} about={words.tokens.told(shown.name)} secret={shown.token} />}
      <Trouble problem={tokens.problem ?? problem} retry={tokens.problem ? tokens.reload : undefined} />
      {!value && tokens.loading && <Waiting />}
      {value && (
        <section class="panel">
          {value.items.length === 0 && <p>{words.tokens.none}</p>}
          {value.items.length > 0 && (
            <table class="cards" aria-label={words.admin.pages.tokens}>
              <thead>
                <tr>
                  <th scope="col">{words.tokens.name}</th>
                  <th scope="col">{words.tokens.scope}</th>
                  <th scope="col">{words.admin.sitesLabel}</th>
                  <th scope="col">{words.tokens.used}</th>
                  <th scope="col">
                    <span class="unseen">{words.tokens.revoke}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {value.items.map((token) => (
                  <Row key={token.id} token={token} busy={busy} revoke={() => act(() => revokeToken(token.id))} />
                ))}
              </tbody>
            </table>
          )}
          <p class="hint">{words.tokens.why}</p>
        </section>
      )}
      <section class="panel">
        <h2>{words.tokens.make}</h2>
        <form onSubmit={make}>
          <Field label={words.tokens.name} hint={words.tokens.nameHint} name="name" maxLength={100} required />
          <div class="field">
            <label for={scopeId}>{words.tokens.scope}</label>
            <select id={scopeId} name="scope">
              <option value="read">{words.tokens.scopes.read}</option>
              <option value="write">{words.tokens.scopes.write}</option>
            </select>
          </div>
          <GrantedSites />
          <button type="submit" class="main" disabled={making.busy}>
            {words.tokens.submit}
          </button>
          <Trouble problem={making.problem} />
        </form>
      </section>
    </>
  )
}

function Row({ token, busy, revoke }: { token: ApiToken; busy: boolean; revoke(): void }) {
  const words = useWords()
  const { name, scope, sites, createdAt, createdBy, usedAt, revokedAt, suspended } = token
  return (
    <tr class={revokedAt === null ? undefined : 'past'}>
      <th scope="row">
        {name}
        <small class="state">
          {words.tokens.made} <Ago at={createdAt} /> {words.tokens.by} {createdBy}
          {suspended && revokedAt === null && ` (${words.tokens.suspended})`}
        </small>
      </th>
      <td>{words.tokens.scopes[scope]}</td>
      <td>{sitesText(sites, words)}</td>
      <td>{usedAt === null ? words.tokens.never : <Ago at={usedAt} />}</td>
      <td>
        {revokedAt === null ? (
          <button type="button" disabled={busy} aria-label={words.tokens.revokeOf(name)} onClick={revoke}>
            {words.tokens.revoke}
          </button>
        ) : (
          words.tokens.revoked
        )}
      </td>
    </tr>
  )
}
