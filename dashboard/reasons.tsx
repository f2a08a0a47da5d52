import { Ago } from './ago.tsx'
import type { LeadDetail, Line } from './api.ts'
import { alignedPoints, dateTime, wholeNumber } from './format.ts'
import { useLanguage, useWords } from './words.ts'

/** Every point with its reason and date, adding up to the score. */
export function Reasons({ lead }: { lead: LeadDetail }) {
  const words = useWords()
  const language = useLanguage()
  if (lead.reasons.length === 0) {
    return (
      <section class="panel">
        <h2>{words.reasons.title}</h2>
        <p>{words.reasons.none}</p>
      </section>
    )
  }
  return (
    <section class="panel">
      <h2 id="reasons">{words.reasons.title}</h2>
      <table class="reasons" aria-labelledby="reasons">
        <thead>
          <tr>
            <th scope="col">{words.reasons.rule}</th>
            <th scope="col">{words.reasons.hits}</th>
            <th scope="col">{words.reasons.last}</th>
            <th scope="col">{words.reasons.earned}</th>
            <th scope="col">{words.reasons.now}</th>
          </tr>
        </thead>
        {byGroup(lead.reasons).map(({ group, label, lines }) => (
          <tbody key={group ?? 'held'}>
            {label && (
              <tr class="group">
                <th scope="rowgroup" colSpan={4}>
                  {label[language]}
                </th>
                <td>{alignedPoints(sumOf(lines), language)}</td>
              </tr>
            )}
            {lines.map((line) => (
              <Reason key={`${line.kind} ${line.rule}`} line={line} />
            ))}
          </tbody>
        ))}
        <tfoot>
          <tr>
            <th scope="row" colSpan={4}>
              {words.reasons.total}{' '}
              <span class="hint">
                ({words.lead.engagement} {alignedPoints(lead.engagement, language)}, {words.lead.fit}{' '}
                {alignedPoints(lead.fit, language)})
              </span>
            </th>
            <td>{alignedPoints(sumOf(lead.reasons), language)}</td>
          </tr>
          <tr class="score">
            <th scope="row" colSpan={4}>
              {words.reasons.score}
            </th>
            <td>{lead.score}</td>
          </tr>
        </tfoot>
      </table>
      <p class="hint">{words.reasons.at(dateTime(lead.at, language), lead.version)}</p>
    </section>
  )
}

function Reason({ line }: { line: Line }) {
  const words = useWords()
  const language = useLanguage()
  if (line.kind !== 'rule' && line.kind !== 'fit') {
    return (
      <tr class="held">
        <th scope="row" colSpan={4}>
          {words.reasons.held[line.kind]}
        </th>
        <td>{alignedPoints(line.points, language)}</td>
      </tr>
    )
  }
  return (
    <tr>
      <th scope="row">{line.label[language]}</th>
      <td>{wholeNumber(line.hits, language)}</td>
      <td>{line.lastAt !== null && <Ago at={line.lastAt} />}</td>
      <td>{alignedPoints(line.earned, language)}</td>
      <td>{alignedPoints(line.points, language)}</td>
    </tr>
  )
}

interface Group {
  group: string | null
  label: Line['groupLabel']
  lines: Line[]
}

/** The lines under their group's heading, in the order they come. What holds a whole half stands alone. */
export function byGroup(lines: Line[]): Group[] {
  const groups: Group[] = []
  for (const line of lines) {
    const last = groups.at(-1)
    if (last && last.group === line.group) last.lines.push(line)
    else groups.push({ group: line.group, label: line.groupLabel, lines: [line] })
  }
  return groups
}

export function sumOf(lines: Line[]): number {
  return lines.reduce((sum, line) => sum + line.points, 0)
}
