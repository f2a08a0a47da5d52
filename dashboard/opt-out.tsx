import { Copyable } from './copyable.tsx'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

/** The page where people object to being profiled, to be linked from the website's privacy policy. */
export function OptOutPage() {
  const words = useWords()
  const { site, publicUrl } = useSession()
  return (
    <section class="panel">
      <h2>{words.objections.page}</h2>
      <p>{words.objections.pageHint}</p>
      <Copyable text={`${publicUrl.replace(/\/$/, '')}/opt-out/${encodeURIComponent(site.id)}`} />
      <p>
        <a href={`/objections?site=${encodeURIComponent(site.id)}`}>{words.objections.title}</a>
      </p>
    </section>
  )
}
