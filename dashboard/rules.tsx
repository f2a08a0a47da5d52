import { useMemo, useState } from 'preact/hooks'
import type { Ruleset } from './api.ts'
import { Away, Heading, Trouble, Waiting } from './page.tsx'
import { differencesOf } from './rules-difference.ts'
import { type Place, useDraft, withAt } from './rules-draft.ts'
import { CurrentEditing, useFocusOn } from './rules-field.tsx'
import { History } from './rules-history.tsx'
import { Impact, saidOf } from './rules-impact.tsx'
import { RuleList } from './rules-list.tsx'
import { usePreview } from './rules-preview.ts'
import { Publish, useVersions } from './rules-publish.tsx'
import { Section } from './rules-section.tsx'
import { Start } from './rules-start.tsx'
import { TargetLists } from './rules-targets.tsx'
import { Thresholds } from './rules-thresholds.tsx'
import { useMay, useSession } from './session.ts'
import { useStream } from './stream.ts'
import { type Undoable, UndoBar } from './undo.tsx'
import { type Said, useLanguage, useWords } from './words.ts'

/** What behaviour is worth: changed as a draft, with what that would do beside it, and published with a note. */
export function Rules() {
  const words = useWords()
  const language = useLanguage()
  const { site, user } = useSession()
  const may = useMay()
  const { live, draft, changed, change, discard } = useDraft(site.id, user)
  const previewed = usePreview(site.id, may.change && draft ? draft.ruleset : null, live.value?.version ?? null)
  const versions = useVersions(site.id, live.value?.version, live.reload)
  // Somebody else may publish meanwhile.
  const isBroken = useStream(site.id, { opened: versions.reload, rules: versions.reload })
  const focusOn = useFocusOn()
  const [undoable, setUndoable] = useState<Undoable | null>(null)
  const { value } = live
  const differences = useMemo(
    () => (changed && draft && value ? differencesOf(value.ruleset, draft.ruleset, words, language) : []),
    [changed, draft, value, words, language],
  )
  if (!draft || !value) return live.problem ? <Trouble problem={live.problem} retry={live.reload} /> : <Waiting />

  const edit = (edited: (ruleset: Ruleset) => Ruleset) =>
    change((before) => ({ ...before, ruleset: edited(before.ruleset) }))
  const editing = {
    ruleset: draft.ruleset,
    change: edit,
    set: (place: Place, to: unknown) => edit((ruleset) => withAt(ruleset, place, to)),
    did: (done: Said, undo: () => void) => setUndoable({ done, undo: async () => undo() }),
    focusOn,
    faults: previewed.faults,
    preview: previewed.preview,
  }
  const putBack = async () => change(() => draft)
  const load = (ruleset: Ruleset, note: string, done: Said) => {
    change(() => ({ ruleset, note, basedOn: value.version }))
    setUndoable({ done, undo: putBack })
    // What it would change is to be seen before it is published.
    const impact = document.getElementById('impact')
    impact?.scrollIntoView()
    impact?.focus({ preventScroll: true })
  }
  const { preview } = previewed
  return (
    <CurrentEditing.Provider value={editing}>
      <Heading title={words.rules.title} />
      <p class="intro">{words.rules.intro}</p>
      <Away isBroken={isBroken} />
      {may.change ? <Start version={value.version} load={load} /> : <p class="notice">{words.rules.readOnly}</p>}
      <div class="rules-columns">
        <fieldset disabled={!may.change}>
          {!may.change && (
            <Section title={words.rules.chart.thresholds}>
              <Thresholds />
            </Section>
          )}
          <RuleList />
          <TargetLists />
        </fieldset>
        {may.change && (
          <aside id="impact" tabIndex={-1} aria-label={words.rules.preview.title}>
            <Impact previewed={previewed} changed={changed} />
          </aside>
        )}
      </div>
      <History versions={versions} load={may.change ? load : null} />
      <div class="foot">
        <UndoBar undoable={undoable} close={() => setUndoable(null)} />
        {may.change && (
          <Publish
            draft={draft}
            differences={differences}
            said={preview ? saidOf(preview, changed, words, language) : ''}
            versions={versions}
            change={change}
            discard={() => {
              discard()
              setUndoable({ done: ({ rules }) => rules.publish.discarded, undo: putBack })
            }}
          />
        )}
      </div>
    </CurrentEditing.Provider>
  )
}
