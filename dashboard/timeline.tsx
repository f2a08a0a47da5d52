import { useRef } from 'preact/hooks'
import { findEvents, type LeadDetail, type LeadEvent, type Page } from './api.ts'
import { useAttempt } from './attempt.ts'
import { Event } from './event.tsx'
import { dateTime, day } from './format.ts'
import { useLoad } from './load.ts'
import { Trouble, Waiting } from './page.tsx'
import { useSession } from './session.ts'
import { useLanguage, useWords } from './words.ts'

/** The lead's visits, session by session, newest first. It asks again for the newest whenever `happened` changes. */
export function Timeline({ lead, happened }: { lead: LeadDetail; happened: number }) {
  const words = useWords()
  const language = useLanguage()
  const { site } = useSession()
  const shown = useRef<Page<LeadEvent> | null>(null)
  const events = useLoad(
    async () => withNewest(shown.current, await findEvents(site.id, lead.id)),
    [site.id, lead.id, happened],
  )
  const { busy, problem, attempt } = useAttempt()

  const loadMore = (cursor: string) =>
    attempt(async () => {
      const older = await findEvents(site.id, lead.id, cursor)
      events.change((before) => withOlder(before, older))
    })

  const { value } = events
  shown.current = value
  return (
    <section class="panel">
      <h2>{words.timeline.title}</h2>
      {events.problem && <Trouble problem={events.problem} retry={events.reload} />}
      {!value && events.loading && <Waiting />}
      {value?.items.length === 0 && <p>{words.timeline.none}</p>}
      {bySession(value?.items ?? []).map(({ session, items }) => (
        <section key={session} class="session">
          <h3 title={dateTime(items[0].at, language)}>
            {words.timeline.session(session)} <span class="hint">{day(items[0].at, language)}</span>
          </h3>
          <ol>
            {items.map((event) => (
              <Event key={event.id} event={event} />
            ))}
          </ol>
        </section>
      ))}
      <Trouble problem={problem} />
      {value?.next && (
        <button type="button" class="more" disabled={busy} onClick={() => loadMore(value.next as string)}>
          {words.page.more}
        </button>
      )}
    </section>
  )
}

interface Session {
  session: number
  items: [LeadEvent, ...LeadEvent[]]
}

export function bySession(events: LeadEvent[]): Session[] {
  const sessions: Session[] = []
  for (const event of events) {
    const last = sessions.at(-1)
    if (last?.session === event.session) last.items.push(event)
    else sessions.push({ session: event.session, items: [event] })
  }
  return sessions
}

/**
 * The newest page put in the place of what is shown of the same time, before what was loaded of earlier ones. Where they do not
 * meet it starts anew; and where they count sessions otherwise, for then browsers have come or gone in between.
 */
export function withNewest(shown: Page<LeadEvent> | null, newest: Page<LeadEvent>): Page<LeadEvent> {
  const last = newest.items.at(-1)
  if (!shown || !last || newest.next === null) return newest
  const meeting = shown.items.findIndex(({ id }) => id === last.id)
  if (shown.items[meeting]?.session !== last.session) return newest
  return { items: [...newest.items, ...shown.items.slice(meeting + 1)], next: shown.next }
}

/** The server counts its pages from the newest event, so that what happened meanwhile may bring the same ones again. */
function withOlder(shown: Page<LeadEvent>, older: Page<LeadEvent>): Page<LeadEvent> {
  const known = new Set(shown.items.map(({ id }) => id))
  return { items: [...shown.items, ...older.items.filter(({ id }) => !known.has(id))], next: older.next }
}
