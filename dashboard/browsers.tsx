import { findLinks, type LeadDetail, type LinkOf, release, undoDecision, unlink } from './api.ts'
import { useAttempt } from './attempt.ts'
import { dateTime } from './format.ts'
import { useLoad } from './load.ts'
import { MapEdits } from './map-edits.tsx'
import { Merging } from './merging.tsx'
import { Trouble } from './page.tsx'
import { useMay, useSession } from './session.ts'
import type { Undoable } from './undo.tsx'
import { type Said, useLanguage, useWords } from './words.ts'

interface BrowsersProps {
  lead: LeadDetail
  /** Grows when something happened to the lead. */
  happened: number
  changed(lead: LeadDetail): void
  offer(undoable: Undoable): void
}

/** Which browsers belong to the lead, since when and by which claim; taking that back, releasing, merging. */
export function Browsers({ lead, happened, changed, offer }: BrowsersProps) {
  const words = useWords()
  const language = useLanguage()
  const { site } = useSession()
  const may = useMay()
  const links = useLoad(() => findLinks(site.id, lead.id), [site.id, lead.id, happened, lead.mapEdits])
  const { busy, problem, attempt } = useAttempt()
  const undo = async (editId: string) => changed(await undoDecision(site.id, lead.id, editId))
  const act = (doing: () => Promise<LeadDetail>, done: Said) =>
    attempt(async () => {
      const after = await doing()
      const edit = after.mapEdits[0]
      changed(after)
      offer({ done, undo: edit && (() => undo(edit.id)), deed: edit?.id })
    })
  const { quarantined, beganAt } = lead.links
  const { items, next } = links.value ?? { items: [], next: null }
  return (
    <section class="panel">
      <h2>{words.browsers.title}</h2>
      {quarantined > 0 && beganAt !== null && (
        <div class="notice bad">
          <p>{words.browsers.beyond(quarantined)}</p>
          {may.change && (
            <button
              type="button"
              disabled={busy}
              onClick={() =>
                act(
                  () => unlink(site.id, lead.id, { since: beganAt }),
                  ({ browsers }) => browsers.unlinked,
                )
              }
            >
              {words.browsers.unlinkSince(dateTime(beganAt, language))}
            </button>
          )}
        </div>
      )}
      <Trouble problem={links.problem ?? problem} retry={links.problem ? links.reload : undefined} />
      {links.value && items.length === 0 && <p>{words.browsers.none}</p>}
      <ul class="browsers">
        {items.map((link) => (
          <Browser
            key={`${link.visitorId} ${link.email}`}
            link={link}
            isForeign={link.email !== lead.email}
            busy={busy}
            unlink={() =>
              act(
                () => unlink(site.id, lead.id, { visitorId: link.visitorId }),
                ({ browsers }) => browsers.unlinked,
              )
            }
            release={() =>
              act(
                () => release(site.id, lead.id, { visitorId: link.visitorId }),
                ({ browsers }) => browsers.released,
              )
            }
          />
        ))}
      </ul>
      {next !== null && <p class="hint">{words.browsers.newest(items.length)}</p>}
      <MapEdits edits={lead.mapEdits} undo={undo} />
      {lead.email !== null && may.change && <Merging lead={lead} act={act} />}
    </section>
  )
}

interface BrowserProps {
  link: LinkOf
  /** Is it the address of a lead that was merged into this one? */
  isForeign: boolean
  busy: boolean
  unlink(): void
  release(): void
}

function Browser({ link, isForeign, busy, unlink, release }: BrowserProps) {
  const words = useWords()
  const may = useMay()
  const language = useLanguage()
  const { state, signed, claim, form, at, beyond } = link
  // The end of an id is what differs from one browser to the next.
  const name = words.browsers.browser(link.visitorId.slice(-6))
  const how = claim === 'form' ? words.browsers.form(form ?? '') : words.browsers.identify
  return (
    <li>
      <div>
        <b>{state === 'undone' ? <s>{name}</s> : name}</b>
        {isForeign && ` ${link.email}`}
        <small>{words.browsers.claimed(how, dateTime(at, language))}</small>
        <small>
          {signed ? words.browsers.signed : words.browsers.declared}
          {state === 'undone' && ` · ${words.browsers.undone}`}
        </small>
        {state === 'quarantined' && beyond && <small class="waits">{words.browsers.quarantined[beyond]}</small>}
      </div>
      {state !== 'undone' && may.change && (
        <div class="actions">
          {state === 'quarantined' && (
            <button type="button" disabled={busy} aria-label={words.browsers.releaseOf(name)} onClick={release}>
              {words.browsers.release}
            </button>
          )}
          <button
            type="button"
            class="quiet"
            disabled={busy}
            aria-label={words.browsers.unlinkOf(name)}
            onClick={unlink}
          >
            {words.browsers.unlink}
          </button>
        </div>
      )}
    </li>
  )
}
