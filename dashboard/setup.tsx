import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { findArrivals } from './api.ts'
import { Copyable } from './copyable.tsx'
import { FirstEvent } from './first-event.tsx'
import { IgnoreBrowser } from './ignore.tsx'
import { Keeping } from './keeping.tsx'
import { Limits } from './limits.tsx'
import { useLoad } from './load.ts'
import { OptOutPage } from './opt-out.tsx'
import { Heading } from './page.tsx'
import { Refusals } from './refused.tsx'
import { useMay, useSession } from './session.ts'
import { Signing } from './signing.tsx'
import { useWords } from './words.ts'

/** What the site owner does once: put the script on the site, see it work, keep the own visits out. */
export function Setup() {
  const words = useWords()
  const { site, proxyWarning, diskWarning, lostCommits } = useSession()
  const arrivals = useLoad(() => findArrivals(site.id), [site.id])
  const may = useMay()
  return (
    <>
      <Heading title={words.setup.title} />
      {proxyWarning && <Warning title={words.setup.proxy} next={words.setup.proxyNext} />}
      {diskWarning && <Warning title={words.setup.disk} next={words.setup.diskNext} />}
      {lostCommits > 0 && <Warning title={words.setup.lost} next={words.setup.lostNext} />}
      <Snippet>
        <FirstEvent arrivals={arrivals.value} reload={arrivals.reload} />
      </Snippet>
      <IgnoreBrowser />
      {may.administer && <Limits />}
      {may.administer && <Signing />}
      <OptOutPage />
      <Refusals arrivals={arrivals} />
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

function Snippet({ children }: { children: ComponentChildren }) {
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
      {isThisMachine(publicUrl) && <p class="notice">{words.setup.thisMachine}</p>}
      <label class="check-label">
        <input type="checkbox" checked={pinned} onChange={({ currentTarget }) => setPinned(currentTarget.checked)} />
        {words.setup.pin}
      </label>
      <p class="hint">{words.setup.pinHint}</p>
      {children}
    </section>
  )
}

/** Any other machine takes such an address for itself. */
export function isThisMachine(url: string): boolean {
  return /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname)
}
