import { useState } from 'preact/hooks'
import { findSecrets, makeSecret, revokeSecret } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { useLoad } from './load.ts'
import { Trouble } from './page.tsx'
import { Secret } from './secret.tsx'
import { useSession } from './session.ts'
import { useLanguage, useWords } from './words.ts'

const MOST_SECRETS = 2

/** The secrets by which the site's own server says who a visitor is: made, exchanged, revoked. */
export function Signing() {
  const words = useWords()
  const language = useLanguage()
  const { site } = useSession()
  const secrets = useLoad(() => findSecrets(site.id), [site.id])
  const { busy, problem, attempt } = useAttempt()
  const [shown, setShown] = useState<{ site: string; secret: string } | null>(null)
  const act = (doing: () => Promise<unknown>) =>
    attempt(async () => {
      await doing()
      secrets.reload()
    })
  const items = secrets.value?.items ?? []
  return (
    <section class="panel">
      <h2>{words.signing.title}</h2>
      <p>{words.signing.about}</p>
      {shown?.site === site.id && <Secret key={shown.secret} about={words.signing.told} secret={shown.secret} />}
      <Trouble problem={secrets.problem ?? problem} retry={secrets.problem ? secrets.reload : undefined} />
      <ul class="browsers">
        {items.map(({ id, createdAt, createdBy }) => (
          <li key={id}>
            <div>
              <b>{words.signing.madeAt(dateTime(createdAt, language))}</b>
              <small>{createdBy}</small>
            </div>
            <button
              type="button"
              disabled={busy}
              aria-label={words.signing.revokeOf(dateTime(createdAt, language))}
              onClick={() => act(() => revokeSecret(site.id, id))}
            >
              {words.signing.revoke}
            </button>
          </li>
        ))}
      </ul>
      {items.length < MOST_SECRETS ? (
        <button
          type="button"
          disabled={busy || !secrets.value}
          onClick={() => act(async () => setShown({ site: site.id, secret: (await makeSecret(site.id)).secret }))}
        >
          {items.length === 0 ? words.signing.make : words.signing.exchange}
        </button>
      ) : (
        <p class="hint">{words.signing.full}</p>
      )}
    </section>
  )
}
