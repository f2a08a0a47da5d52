import { useState } from 'preact/hooks'
import { checkJoinLink, type JoinLink, join, type Problem } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { useLoad } from './load.ts'
import { Heading, Trouble, Waiting } from './page.tsx'
import { go } from './router.ts'
import { Targeting } from './targeting.tsx'
import { useWords } from './words.ts'

const SHORTEST_PASSWORD = 10

/** The page of a one-time link: the first user signs up, somebody who was invited joins, or who lost the password chooses a new one. */
export function Join() {
  // The token stays in the hash, which no server log and no Referer header ever sees.
  const token = location.hash.slice(1)
  const link = useLoad(() => checkJoinLink(token), [token])
  const [account, setAccount] = useState<{ email: string; password: string } | null>(null)
  const [typed, setTyped] = useState('')
  const { busy, problem, attempt } = useAttempt()

  if (link.problem) {
    return link.problem.status === 404 ? <UsedLink /> : <Trouble problem={link.problem} retry={link.reload} />
  }
  if (!link.value) return <Waiting />
  const first = link.value.kind === 'first'

  const finish = (answer: Omit<Parameters<typeof join>[0], 'token'>) =>
    attempt(async () => {
      await join({ token, ...answer }).catch((error) => {
        // What can be wrong with a first user's answers is the e-mail or the password: back to where they are.
        setAccount(null)
        throw error
      })
      go(first ? '/setup' : '/', 'replace')
    })

  if (problem?.status === 404) return <UsedLink />
  if (first && account) {
    const { presets } = link.value
    return <Targeting presets={presets} busy={busy} finish={(targets) => finish({ ...account, targets })} />
  }
  return (
    <AccountForm
      email={first ? null : link.value.email}
      kind={link.value.kind}
      typed={typed}
      busy={busy}
      problem={problem}
      submit={({ email, password }) => {
        if (!first) finish({ password })
        else {
          setTyped(email)
          setAccount({ email, password })
        }
      }}
    />
  )
}

interface AccountFormProps {
  kind: JoinLink['kind']
  /** The address given before the answers were refused. */
  typed: string
  /** Whose password is chosen. */
  email: string | null
  busy: boolean
  problem: Problem | null
  submit(account: { email: string; password: string }): void
}

function AccountForm({ kind, typed, email, busy, problem, submit }: AccountFormProps) {
  const words = useWords()
  const first = kind === 'first'
  const read = (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    submit({ email: String(fields.get('email') ?? ''), password: String(fields.get('password')) })
  }
  return (
    <section class="panel narrow">
      <Heading title={kind === 'reset' ? words.join.reset : words.join.first} />
      {email && <p>{words.join.forEmail(email)}</p>}
      <form onSubmit={read}>
        {first && (
          <Field
            label={words.join.email}
            name="email"
            type="email"
            autocomplete="username"
            defaultValue={typed}
            required
          />
        )}
        {/* So that a password manager knows whose password it keeps. */}
        {email && <input type="hidden" name="username" autocomplete="username" value={email} />}
        <Field
          label={words.join.password}
          hint={words.join.passwordHint}
          name="password"
          type="password"
          autocomplete="new-password"
          minLength={SHORTEST_PASSWORD}
          required
        />
        <Trouble problem={problem} />
        <button type="submit" class="main" disabled={busy}>
          {first ? words.join.next : words.join.save}
        </button>
      </form>
    </section>
  )
}

function UsedLink() {
  const words = useWords()
  return (
    <section class="panel narrow">
      <Heading title={words.join.used} />
      <ul>
        <li>{words.join.usedFirst}</li>
        <li>
          {words.join.usedReset} <code>npm run user -- reset EMAIL</code>
        </li>
      </ul>
      <p>
        <a href="/sign-in">{words.join.toSignIn}</a>
      </p>
    </section>
  )
}
