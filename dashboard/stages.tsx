import type { LeadDetail } from './api.ts'
import { dateTime } from './format.ts'
import { StageBadge } from './heat.tsx'
import { useLanguage, useWords } from './words.ts'

/** The dated history of stages, newest first. */
export function StageHistory({ lead }: { lead: LeadDetail }) {
  const words = useWords()
  const language = useLanguage()
  if (lead.stages.length === 0) return null
  return (
    <section class="panel">
      <h2>{words.history.title}</h2>
      <ol class="history">
        {lead.stages.map(({ at, stage, cause, label, by, note }) => (
          <li key={`${at} ${stage}`}>
            <StageBadge stage={stage} />
            <p>
              {label ? label[language] : (words.history.cause[cause] ?? cause)} {by && words.history.by(by)}
              {note && <q>{note}</q>}
              <small>
                <time dateTime={new Date(at).toISOString()}>{dateTime(at, language)}</time>
              </small>
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}
