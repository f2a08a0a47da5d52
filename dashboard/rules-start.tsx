import { useId, useState } from 'preact/hooks'
import { type Fault, findPresets, previewRules, type Ruleset, rulesFile } from './api.ts'
import { useAttempt } from './attempt.ts'
import { useLoad } from './load.ts'
import { Trouble } from './page.tsx'
import { looksLikeRuleset } from './rules-draft.ts'
import { faultText, useEditing } from './rules-field.tsx'
import { useSession } from './session.ts'
import { type Said, useLanguage, useWords } from './words.ts'

interface StartProps {
  version: number
  load(ruleset: Ruleset, note: string, done: Said): void
}

/** Rules to begin with, and rules as files. */
export function Start({ version, load }: StartProps) {
  const words = useWords()
  const language = useLanguage()
  const { site } = useSession()
  const { ruleset } = useEditing()
  const presets = useLoad(findPresets, [])
  const { start } = words.rules
  return (
    <details class="panel start">
      <summary>{start.title}</summary>
      <h2>{start.presets}</h2>
      <p class="hint">{start.presetsHint}</p>
      <Trouble problem={presets.problem} retry={presets.reload} />
      <ul class="presets">
        {presets.value?.map((preset) => (
          <li key={preset.id}>
            <div>
              <b>{preset.label[language]}</b>
              <p class="hint">{preset.about[language]}</p>
            </div>
            <button
              type="button"
              class="try"
              aria-label={`${start.use}: ${preset.label[language]}`}
              onClick={() =>
                load(ownedBy(ruleset, preset.ruleset), preset.label[language], ({ rules }, language) =>
                  rules.start.used(preset.label[language]),
                )
              }
            >
              {start.use}
            </button>
          </li>
        ))}
      </ul>
      <div class="files">
        <Import load={load} />
        <a class="button" href={rulesFile(site.id, version)} download>
          {start.export}
        </a>
      </div>
    </details>
  )
}

/** The rules of a preset for the customer's own targets. */
function ownedBy({ lists, timeZone, capacity }: Ruleset, preset: Ruleset): Ruleset {
  return { ...preset, lists, timeZone, ...(capacity !== undefined && { capacity }) }
}

function Import({ load }: Pick<StartProps, 'load'>) {
  const words = useWords()
  const { start } = words.rules
  const { site } = useSession()
  const { busy, problem, attempt } = useAttempt()
  const [wrong, setWrong] = useState(false)
  const id = useId()
  const read = async (input: HTMLInputElement) => {
    const file = input.files?.[0]
    if (!file) return
    const value = await file
      .text()
      .then(JSON.parse)
      .catch(() => null)
    // The same file may be chosen again once it has been mended.
    input.value = ''
    setWrong(!looksLikeRuleset(value))
    if (!looksLikeRuleset(value)) return
    // What a hand wrote may be wrong in ways that no field could show: only what the server takes becomes a draft.
    await attempt(async () => {
      await previewRules(site.id, value, new AbortController().signal)
      load(value, file.name, ({ rules }) => rules.start.imported(file.name))
    })
  }
  return (
    <div class="field">
      <label for={id}>{start.import}</label>
      <input
        id={id}
        type="file"
        disabled={busy}
        accept=".json,application/json"
        aria-describedby={wrong ? `${id}-fault` : undefined}
        onChange={(event) => read(event.currentTarget)}
      />
      {wrong && (
        <p class="fault" id={`${id}-fault`} role="alert">
          {start.notRules}
        </p>
      )}
      {problem && problem.faults.length > 0 ? <FileFaults faults={problem.faults} /> : <Trouble problem={problem} />}
    </div>
  )
}

function FileFaults({ faults }: { faults: Fault[] }) {
  const words = useWords()
  return (
    <div class="notice bad" role="alert">
      <p>{words.rules.start.wrong}</p>
      <ul class="differences">
        {faults.map((fault) => (
          <li key={fault.pointer + fault.code}>
            <code>{fault.path}</code> {faultText(fault, words)}
          </li>
        ))}
      </ul>
    </div>
  )
}
