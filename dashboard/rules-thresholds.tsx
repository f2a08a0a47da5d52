import { wholeNumber } from './format.ts'
import { NumberField, useEditing } from './rules-field.tsx'
import { useLanguage, useWords } from './words.ts'

export const STAGES = ['mql', 'sql'] as const
export type Stage = (typeof STAGES)[number]

/** From which score and fit somebody is an MQL and an SQL; and how many stand above, where the scores of all are known. */
export function Thresholds({ scores }: { scores?: number[] }) {
  const words = useWords()
  const language = useLanguage()
  const { thresholds } = useEditing().ruleset
  const { chart } = words.rules
  return (
    <div class="thresholds">
      {STAGES.map((stage) => (
        <div key={stage}>
          <NumberField
            place={['thresholds', stage, 'score']}
            label={chart.score(words.stages[stage])}
            value={thresholds[stage].score}
          />
          <NumberField
            place={['thresholds', stage, 'fit']}
            label={chart.fit(words.stages[stage])}
            value={thresholds[stage].fit}
          />
          {scores && (
            <p class="hint" data-above={stage}>
              {chart.aboveShort(wholeNumber(countAbove(scores, Number(thresholds[stage].score)), language))}
            </p>
          )}
        </div>
      ))}
    </div>
  )
}

export function countAbove(scores: number[], threshold: number): number {
  return scores.reduce((sum, amount, score) => (score >= threshold ? sum + amount : sum), 0)
}
