import type { LeadEvent } from './api.ts'
import { clock, dateTime, duration, percent, signedPoints } from './format.ts'
import { WebLink, webAddress } from './link.tsx'
import { termFor, useLanguage, useWords } from './words.ts'

/** One thing a visitor did, with what it told and what it earned. */
export function Event({ event }: { event: LeadEvent }) {
  const words = useWords()
  const language = useLanguage()
  return (
    <li class={`event event-${event.type}`}>
      <time dateTime={new Date(event.at).toISOString()} title={dateTime(event.at, language)}>
        {clock(event.at, language)}
      </time>
      <div>
        <p>
          <span class="kind">{words.timeline[event.type]}</span> <b>{titleOf(event)}</b>{' '}
          {event.url && (
            <WebLink address={event.url}>
              <span class="path">{pathOf(event.url)}</span>
            </WebLink>
          )}
        </p>
        <Attention event={event} />
        {event.beyond && <p class="hint">{words.timeline.beyond}</p>}
        <Told values={event.fields ?? event.properties} />
      </div>
      <ul class="earned">
        {event.points.map(({ rule, label, points }) => (
          <li key={rule}>
            <b>{signedPoints(points, language)}</b> {label[language]}
          </li>
        ))}
      </ul>
    </li>
  )
}

/** How much of the page was read, and where the visitor came from. */
function Attention({ event }: { event: LeadEvent }) {
  const words = useWords()
  const language = useLanguage()
  const from = event.referrer && webAddress(event.referrer)
  // Going from page to page within the site says nothing new.
  const foreign = from && from.host !== (event.url && webAddress(event.url)?.host)
  const parts = [
    event.visibleMs ? words.timeline.visible(duration(event.visibleMs)) : null,
    event.scrollDepth ? words.timeline.scrolled(percent(event.scrollDepth, language)) : null,
  ].filter((part) => part !== null)
  if (parts.length === 0 && !foreign) return null
  return (
    <p class="hint">
      {parts.join(' · ')}
      {parts.length > 0 && foreign && ' · '}
      {foreign && (
        <>
          {words.timeline.from} <WebLink address={from.href}>{from.host}</WebLink>
        </>
      )}
    </p>
  )
}

/** A form's fields, or an event's properties. */
function Told({ values }: { values: Record<string, string | number | boolean> | null }) {
  const words = useWords()
  const told = Object.entries(values ?? {})
  if (told.length === 0) return null
  return (
    <dl class="told">
      {told.map(([name, value]) => (
        <div key={name}>
          <dt>{termFor(words.traits.names, name) ?? name}</dt>
          <dd>{String(value)}</dd>
        </div>
      ))}
    </dl>
  )
}

function titleOf({ type, title, form, name, email }: LeadEvent): string | null {
  if (type === 'page') return title
  if (type === 'form') return form
  return type === 'identify' ? email : name
}

function pathOf(url: string): string {
  const address = webAddress(url)
  return address ? address.pathname + address.search : url
}
