import { Ago } from './ago.tsx'
import type { Arrivals, Refusal } from './api.ts'
import { wholeNumber } from './format.ts'
import type { Loaded } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { termFor, useLanguage, useWords } from './words.ts'

/** What intake did not take, so that a wrongly installed script does not stay a riddle. */
export function Refusals({ arrivals }: { arrivals: Loaded<Arrivals> }) {
  const words = useWords()
  const language = useLanguage()
  const reasons = byReason(arrivals.value?.items ?? [])
  const bots = reasons.find(({ reason }) => reason === 'bot')
  const others = reasons.filter((refusal) => refusal !== bots)
  return (
    <section class="panel">
      <h2 id="refused" tabIndex={-1}>
        {words.setup.refused}
      </h2>
      {arrivals.problem && <Trouble problem={arrivals.problem} retry={arrivals.reload} />}
      {!arrivals.value && arrivals.loading && <Waiting />}
      {arrivals.value && others.length === 0 && <p>{words.setup.refusedNone}</p>}
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
                  <Reason reason={reason} />
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

/** In the user's words where we have some, else in the server's. */
export function Reason({ reason }: Pick<Refusal, 'reason'>) {
  const words = useWords()
  return termFor(words.setup.reasons, reason) ?? <span lang="en">{reason}</span>
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
