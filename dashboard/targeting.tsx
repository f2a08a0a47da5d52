import { useId } from 'preact/hooks'
import type { JoinLink, Targets } from './api.ts'
import { Field } from './field.tsx'
import { Heading } from './page.tsx'
import { useLanguage, useWords } from './words.ts'

interface TargetingProps {
  presets: JoinLink['presets']
  busy: boolean
  finish(targets: Targets): void
}

/** The second step of signing up: what the site sells, and to whom. Skipped, only the time zone is told. */
export function Targeting({ presets, busy, finish }: TargetingProps) {
  const words = useWords()
  const language = useLanguage()
  const zoneId = useId()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const fields = new FormData(event.currentTarget as HTMLFormElement)
    // What is left empty is not answered.
    const list = (name: string) => {
      const entries = splitList(String(fields.get(name)))
      return entries.length > 0 ? entries : undefined
    }
    finish({
      preset: presets.find(({ id }) => id === fields.get('preset'))?.id,
      sectors: list('sectors'),
      sizes: list('sizes'),
      regions: list('regions'),
      competitors: list('competitors'),
      timeZone: String(fields.get('timeZone')),
    })
  }
  return (
    <section class="panel narrow">
      <Heading title={words.join.targets} />
      <p>
        {words.join.targetsWhy} {words.join.commas}
      </p>
      <form onSubmit={submit}>
        <fieldset class="choices">
          <legend>{words.join.preset}</legend>
          {presets.map(({ id, label, about }, index) => (
            <label class="check-label" key={id}>
              <input type="radio" name="preset" value={id} defaultChecked={index === 0} />
              <span>
                {label[language]}
                <span class="hint">{about[language]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Field label={words.join.sectors} hint={words.join.sectorsHint} name="sectors" />
        <Field label={words.join.sizes} hint={words.join.sizesHint} name="sizes" />
        <Field label={words.join.regions} hint={words.join.regionsHint} name="regions" />
        <Field label={words.join.competitors} hint={words.join.competitorsHint} name="competitors" />
        <div class="field">
          <label for={zoneId}>{words.join.timeZone}</label>
          <select id={zoneId} name="timeZone" aria-describedby={`${zoneId}-hint`}>
            {timeZones(zone).map((name) => (
              <option key={name} selected={name === zone}>
                {name}
              </option>
            ))}
          </select>
          <p class="hint" id={`${zoneId}-hint`}>
            {words.join.timeZoneHint}
          </p>
        </div>
        <div class="actions">
          <button type="submit" class="main" disabled={busy}>
            {words.join.done}
          </button>
          <button type="button" disabled={busy} onClick={() => finish({ timeZone: zone })}>
            {words.join.skip}
          </button>
        </div>
      </form>
    </section>
  )
}

export function splitList(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** The browser's list may lack its own zone: `UTC` is in no list of places. */
function timeZones(own: string): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), own])].sort()
}
