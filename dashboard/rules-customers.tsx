import type { Preview } from './api.ts'
import { days as spanOf, wholeNumber } from './format.ts'
import { whoIs } from './heat.tsx'
import { type Language, useLanguage, useWords, type Words } from './words.ts'

type Outcomes = Preview['outcomes']

/** Held against what became of leads: which customers the rules would have caught, when, and at what cost. */
export function Customers({ outcomes: { customers, lost, sqls } }: { outcomes: Outcomes }) {
  const words = useWords()
  const language = useLanguage()
  const state = words.rules.preview
  const say = (amount: number) => wholeNumber(amount, language)
  return (
    <section class="panel" aria-label={state.customers}>
      <h2>{state.customers}</h2>
      {customers.known + lost.known === 0 ? (
        <p class="hint">{state.customersNone}</p>
      ) : (
        <>
          <p>{state.caught(say(customers.caught.next), say(customers.caught.today), say(customers.known))}</p>
          {customers.earlier + customers.later > 0 && (
            <p>
              {state.earlier(say(customers.earlier), say(customers.later))}
              {customers.medianDays !== null && ` (${state.median(shiftText(customers.medianDays, words, language))})`}
            </p>
          )}
          <p>{state.lost(say(lost.sqls.next), say(lost.sqls.today), say(lost.known))}</p>
          <p>{state.cost(say(sqls.next), say(sqls.today))}</p>
        </>
      )}
      {customers.items.length > 0 && (
        <details class="movers">
          <summary>{words.leads.stages.customer}</summary>
          <ul class="customers">
            {customers.items.map((item) => (
              <li key={item.id}>
                <a href={`/leads/${encodeURIComponent(item.id)}`}>{whoIs(item, words)}</a>{' '}
                <small>{becameText(item, words, language)}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function becameText({ today, next, days }: Outcomes['customers']['items'][number], words: Words, language: Language) {
  const state = words.rules.preview
  if (next === null) return today === null ? state.missed : state.noLonger
  if (days === null) return state.caughtNow
  return shiftText(days, words, language)
}

/** "2.6 days later": of the new rules, against today's. */
function shiftText(days: number, words: Words, language: Language): string {
  const state = words.rules.preview
  if (Math.abs(days) < 0.05) return state.asEarly
  return days > 0 ? state.daysEarlier(spanOf(days, language)) : state.daysLater(spanOf(-days, language))
}
