import { Ago } from './ago.tsx'
import { findRefused, type Refusal } from './api.ts'
import { wholeNumber } from './format.ts'
import { useLoad } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { useSession } from './session.ts'
import { useLanguage, useWords } from './words.ts'

/** What intake did not take, so that a wrongly installed script does not stay a riddle. */
export function Refusals() {
  const words = useWords()
  const language = useLanguage()
  const { site } = useSession()
  const refused = useLoad(() => findRefused(site.id), [site.id])
  const reasons = byReason(refused.value?.items ?? [])
  const bots = reasons.find(({ reason }) => reason === 'bot')
  const others = reasons.filter((refusal) => refusal !== bots)
  return (
    <section class="panel">
      <h2 id="refused">{words.setup.refused}</h2>
      {refused.problem && <Trouble problem={refused.problem} retry={refused.reload} />}
      {!refused.value && refused.loading && <Waiting />}
      {refused.value && others.length === 0 && <p>{words.setup.refusedNone}</p>}
      {others.length > 0 && (
        <table class="refused" aria-labelledby="refused">
          <thead>
            <tr>
              <th scope="col">{words.setup.reason}</th>
              <th scope="col">{words.setup.times}</th>
              <th scope="col">{words.setup.last}</th>
            </tr>
          </thead>
          <tbody>
            {others.map(({ reason, count, lastAt, sample }) => (
              <tr key={reason}>
                <td>
                  <span lang="en">{reason}</span>
                  {sample && (
                    <details>
                      <summary>{words.setup.sample}</summary>
                      <pre>{sample}</pre>
                    </details>
                  )}
                </td>
                <td>{wholeNumber(count, language)}</td>
                <td>
                  <Ago at={lastAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {bots && <p class="hint">{words.setup.bots(wholeNumber(bots.count, language))}</p>}
    </section>
  )
}

/** One line for each reason: the server counts by day, newest first. */
export function byReason(refusals: Refusal[]): Refusal[] {
  const lines = new Map<string, Refusal>()
  for (const refusal of refusals) {
    const newer = lines.get(refusal.reason)
    lines.set(refusal.reason, newer ? { ...newer, count: newer.count + refusal.count } : refusal)
  }
  return [...lines.values()]
}
