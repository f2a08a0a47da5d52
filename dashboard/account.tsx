import { useState } from 'preact/hooks'
import { changePassword } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { Heading, troubleText } from './page.tsx'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

const SHORTEST_PASSWORD = 10

/** Who one is, and one's own password. */
export function Account() {
  const words = useWords()
  const { user } = useSession()
  const { busy, problem, attempt } = useAttempt()
  const [done, setDone] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const fields = new FormData(form)
    setDone(false)
    return attempt(async () => {
      await changePassword(String(fields.get('password')), String(fields.get('newPassword')))
      form.reset()
      setDone(true)
    })
  }
  return (
    <section class="panel narrow">
      <Heading title={words.account.title} />
      <p>{words.account.about(user.email, words.admin.roles[user.role])}</p>
      <form onSubmit={submit}>
        <h2>{words.account.password}</h2>
        <input type="hidden" name="username" autocomplete="username" value={user.email} />
        <Field label={words.account.present} name="password" type="password" autocomplete="current-password" required />
        <Field
          label={words.account.wanted}
          hint={words.join.passwordHint}
          name="newPassword"
          type="password"
          autocomplete="new-password"
          minLength={SHORTEST_PASSWORD}
          required
        />
        {problem && (
          <p class="notice bad" role="alert">
            {problem.status === 403 ? words.account.wrong : troubleText(problem, words)}
          </p>
        )}
        <button type="submit" class="main" disabled={busy}>
          {words.account.save}
        </button>
        <p class="done" role="status">
          {done && words.account.done}
        </p>
      </form>
    </section>
  )
}
