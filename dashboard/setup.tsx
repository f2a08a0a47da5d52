import { useEffect, useState } from 'preact/hooks'
import { Ago } from './ago.tsx'
import { findSites } from './api.ts'
import { Copyable } from './copyable.tsx'
import { IgnoreBrowser } from './ignore.tsx'
import { Keeping } from './keeping.tsx'
import { Limits } from './limits.tsx'
import { OptOutPage } from './opt-out.tsx'
import { Heading } from './page.tsx'
import { Refusals } from './refused.tsx'
import { useMay, useSession } from './session.ts'
import { Signing } from './signing.tsx'
import { useStream } from './stream.ts'
import { useWords } from './words.ts'

const ASK_EVERY = 3 * 1000

/** What the site owner does once: put the script on the site, see it work, keep the own visits out. */
export function Setup() {
  const words = useWords()
  const { proxyWarning, diskWarning, lostCommits } = useSession()
  const may = useMay()
  return (
    <>
      <Heading title={words.setup.title} />
      {proxyWarning && <Warning title={words.setup.proxy} next={words.setup.proxyNext} />}
      {diskWarning && <Warning title={words.setup.disk} next={words.setup.diskNext} />}
      {lostCommits > 0 && <Warning title={words.setup.lost} next={words.setup.lostNext} />}
      <Snippet />
      <IgnoreBrowser />
      {may.administer && <Limits />}
      {may.administer && <Signing />}
      <OptOutPage />
      <Refusals />
      <Keeping />
    </>
  )
}

function Warning({ title, next }: { title: string; next: string }) {
  return (
    <div class="notice bad">
      <h2>{title}</h2>
      <p>{next}</p>
    </div>
  )
}

function Snippet() {
  const words = useWords()
  const { site, publicUrl, pinnedTracker } = useSession()
  const [pinned, setPinned] = useState(false)
  const path = pinned
    ? `${pinnedTracker.path}" integrity="${pinnedTracker.integrity}" crossorigin="anonymous`
    : '/braise.js'
  const snippet = `<script defer src="${publicUrl.replace(/\/$/, '')}${path}" data-site="${site.id}"></script>`
  return (
    <section class="panel">
      <h2>{words.setup.snippet}</h2>
      <p>{words.setup.snippetWhere}</p>
      <Copyable text={snippet} main />
      <label class="check-label">
        <input type="checkbox" checked={pinned} onChange={({ currentTarget }) => setPinned(currentTarget.checked)} />
        {words.setup.pin}
      </label>
      <p class="hint">{words.setup.pinHint}</p>
      <FirstEvent />
    </section>
  )
}

/** Turns green by itself when the first event comes: by the stream, and by asking, should a proxy hold the stream back. */
function FirstEvent() {
  const words = useWords()
  const { site, updateSite } = useSession()
  const waiting = site.firstEventAt === null
  useStream(site.id, { site: updateSite })
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(async () => {
      // Without an answer this time, the next one will tell.
      const sites = await findSites().catch(() => null)
      for (const known of sites?.items ?? []) updateSite(known)
    }, ASK_EVERY)
    return () => clearInterval(timer)
  }, [waiting, updateSite])
  return (
    <div class={waiting ? 'notice check' : 'notice good check'} role="status">
      {site.firstEventAt === null ? (
        <>
          <p>
            <b>{words.setup.waiting}</b>
          </p>
          <p>{words.setup.waitingNext}</p>
        </>
      ) : (
        <p>
          <b>✓ {words.setup.works}</b> {words.setup.firstEvent} <Ago at={site.firstEventAt} />
          {site.firstHost && ` · ${site.firstHost}`}
        </p>
      )}
    </div>
  )
}
