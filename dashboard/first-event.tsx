import { useEffect } from 'preact/hooks'
import { Ago, useNow } from './ago.tsx'
import { type Arrivals, findSites } from './api.ts'
import { byReason, Reason } from './refused.tsx'
import { useSession } from './session.ts'
import { useStream } from './stream.ts'
import { useWords } from './words.ts'

const ASK_EVERY = 3 * 1000
/** Whatever is older says nothing of whether the script is still there. */
const LATELY = 24 * 60 * 60 * 1000

interface Props {
  arrivals: Arrivals | null
  reload(): void
}

/**
 * Whether the script works. Turns green by itself when the first event comes: by the stream, and by asking, should a proxy
 * hold the stream back. Until then it says what may be wrong, and so it does where nothing has come lately.
 */
export function FirstEvent({ arrivals, reload }: Props) {
  const words = useWords()
  const { site, updateSite } = useSession()
  const waiting = site.firstEventAt === null
  // It opens anew whenever somebody comes back to the page.
  useStream(site.id, { site: updateSite, opened: reload })
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(async () => {
      reload()
      // Without an answer this time, the next one will tell.
      const sites = await findSites().catch(() => null)
      for (const known of sites?.items ?? []) updateSite(known)
    }, ASK_EVERY)
    return () => clearInterval(timer)
  }, [waiting, updateSite, reload])
  const now = useNow()
  const lastSeenAt = arrivals?.lastSeenAt ?? site.firstEventAt
  const lately = lastSeenAt !== null && now - lastSeenAt < LATELY
  return (
    <>
      <div class={lately ? 'notice good check' : 'notice check'} role="status">
        {lastSeenAt === null ? (
          <>
            <p>
              <b>{words.setup.waiting}</b>
            </p>
            <p>{words.setup.waitingNext}</p>
          </>
        ) : (
          <p>
            <b>{lately ? `✓ ${words.setup.works}` : words.setup.silentNow}</b> {words.setup.lastVisit}{' '}
            <Ago at={lastSeenAt} />
            {site.firstHost && ` · ${site.firstHost}`}
          </p>
        )}
        {waiting && <Refused arrivals={arrivals} />}
      </div>
      {!lately && <Checks />}
    </>
  )
}

/** Something came and was not taken: the owner need not wait for what will not come. */
function Refused({ arrivals }: Pick<Props, 'arrivals'>) {
  const words = useWords()
  const [last] = byReason(arrivals?.items ?? [])
  if (!last) return null
  return (
    <p>
      <b>{words.setup.notCounted}</b> <Reason reason={last.reason} /> (<Ago at={last.lastAt} />
      ). <a href="#refused">{words.setup.refused}</a>
    </p>
  )
}

function Checks() {
  const words = useWords()
  const { publicUrl } = useSession()
  return (
    <details class="checks">
      <summary>{words.setup.nothingComes}</summary>
      <ul>
        {words.setup.checks(publicUrl.replace(/\/$/, '')).map((check) => (
          <li key={check}>{check}</li>
        ))}
      </ul>
    </details>
  )
}
