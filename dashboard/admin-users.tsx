import { useState } from 'preact/hooks'
import { changeUser, findUsers, inviteUser, makeLink, type User } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { GrantedSites, grantedIn, RoleChoice, roleIn, sitesText } from './granted.tsx'
import { useLoad } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { Secret } from './secret.tsx'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

export function Users() {
  const words = useWords()
  const users = useLoad(findUsers, [])
  const { busy, problem, attempt } = useAttempt()
  const inviting = useAttempt()
  const [shown, setShown] = useState<{ email: string; link: string } | null>(null)
  const [edited, setEdited] = useState<string | null>(null)

  const act = (doing: () => Promise<unknown>) =>
    attempt(async () => {
      await doing()
      setEdited(null)
      users.reload()
    })
  const link = ({ id, email }: User) => act(async () => setShown({ email, ...(await makeLink(id)) }))
  const invite = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fields = new FormData(form)
    const email = String(fields.get('email'))
    return inviting.attempt(async () => {
      setShown({ email, ...(await inviteUser({ email, role: roleIn(fields), sites: grantedIn(fields) })) })
      form.reset()
      users.reload()
    })
  }
  return (
    <>
      {shown && <Secret key={shown.link} about={words.users.linkFor(shown.email)} secret={shown.link} />}
      <Trouble problem={users.problem ?? problem} retry={users.problem ? users.reload : undefined} />
      {!users.value && users.loading && <Waiting />}
      {users.value && (
        <section class="panel">
          <table class="cards" aria-label={words.admin.pages.users}>
            <thead>
              <tr>
                <th scope="col">{words.users.user}</th>
                <th scope="col">{words.users.role}</th>
                <th scope="col">{words.admin.sitesLabel}</th>
                <th scope="col">
                  <span class="unseen">{words.users.change}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.value.items.map((user) =>
                user.id === edited ? (
                  <EditedRow
                    key={user.id}
                    user={user}
                    busy={busy}
                    save={(fields) =>
                      act(() => changeUser(user.id, { role: roleIn(fields), sites: grantedIn(fields) }))
                    }
                    cancel={() => setEdited(null)}
                  />
                ) : (
                  <Row
                    key={user.id}
                    user={user}
                    busy={busy}
                    edit={() => setEdited(user.id)}
                    link={() => link(user)}
                    disable={(disabled) => act(() => changeUser(user.id, { disabled }))}
                  />
                ),
              )}
            </tbody>
          </table>
        </section>
      )}
      <section class="panel">
        <h2>{words.users.invite}</h2>
        <form onSubmit={invite}>
          <Field label={words.users.email} name="email" type="email" autocomplete="off" required />
          <RoleChoice />
          <GrantedSites />
          <button type="submit" class="main" disabled={inviting.busy}>
            {words.users.submit}
          </button>
          <Trouble problem={inviting.problem} />
        </form>
      </section>
    </>
  )
}

interface RowProps {
  user: User
  busy: boolean
  edit(): void
  link(): void
  disable(disabled: boolean): void
}

function Row({ user, busy, edit, link, disable }: RowProps) {
  const words = useWords()
  const { user: self } = useSession()
  const { email, role, sites, state } = user
  const switching = state === 'disabled' ? words.users.enable : words.users.disable
  return (
    <tr>
      <th scope="row">
        {email} {email === self.email && <span class="hint">{words.users.you}</span>}
        {state !== 'active' && <small class="state">{words.users.state[state]}</small>}
      </th>
      <td>{words.admin.roles[role]}</td>
      <td>{sitesText(sites, words)}</td>
      <td>
        <div class="actions">
          <button type="button" disabled={busy} aria-label={words.users.changeOf(email)} onClick={edit}>
            {words.users.change}
          </button>
          {state !== 'disabled' && (
            <button
              type="button"
              class="quiet"
              disabled={busy}
              aria-label={`${words.users.link} – ${email}`}
              onClick={link}
            >
              {words.users.link}
            </button>
          )}
          <button
            type="button"
            class="quiet"
            disabled={busy}
            aria-label={`${switching} – ${email}`}
            onClick={() => disable(state !== 'disabled')}
          >
            {switching}
          </button>
        </div>
      </td>
    </tr>
  )
}

interface EditedRowProps {
  user: User
  busy: boolean
  save(fields: FormData): void
  cancel(): void
}

function EditedRow({ user, busy, save, cancel }: EditedRowProps) {
  const words = useWords()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    save(new FormData(event.currentTarget as HTMLFormElement))
  }
  return (
    <tr>
      <td colSpan={4}>
        <form class="edited" onSubmit={submit}>
          <h3>{user.email}</h3>
          <RoleChoice role={user.role} />
          <GrantedSites sites={user.sites} />
          <p class="hint">{words.users.ends}</p>
          <div class="actions">
            <button type="submit" class="main" disabled={busy}>
              {words.users.save}
            </button>
            <button type="button" onClick={cancel}>
              {words.users.cancel}
            </button>
          </div>
        </form>
      </td>
    </tr>
  )
}
