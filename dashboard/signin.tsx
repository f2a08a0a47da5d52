import { signIn } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Field } from './field.tsx'
import { Heading, troubleText } from './page.tsx'
import { go } from './router.ts'
import { useWords } from './words.ts'

export function SignIn({ place }: { place: URL }) {
  const words = useWords()
  const { busy, problem, attempt } = useAttempt()

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    return attempt(async () => {
      await signIn(String(fields.get('email')), String(fields.get('password')))
      go(wayBack(place), 'replace')
    })
  }

  return (
    <section class="panel narrow">
      <Heading title={words.signIn.title} />
      <form onSubmit={submit}>
        <Field label={words.signIn.email} name="email" type="email" autocomplete="username" required />
        <Field label={words.signIn.password} name="password" type="password" autocomplete="current-password" required />
        {problem && (
          <p class="notice bad" role="alert">
            {problem.status === 401 ? words.signIn.wrong : troubleText(problem, words)}
          </p>
        )}
        <button type="submit" class="main" disabled={busy}>
          {words.signIn.submit}
        </button>
      </form>
      <p class="hint">
        {words.signIn.lost} <code>npm run user -- reset EMAIL</code>
      </p>
    </section>
  )
}

/** Where the user wanted to go. Only ever a page of ours: anybody can write an address with `?back=`. */
export function wayBack(place: URL): string {
  const wish = new URL(place.searchParams.get('back') ?? '/', place.origin)
  return wish.origin === place.origin ? wish.pathname + wish.search : '/'
}
