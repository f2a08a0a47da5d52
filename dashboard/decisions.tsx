import type { LeadDetail } from './api.ts'
import { Deed } from './deed.tsx'
import { useWords } from './words.ts'

/** What people decided of its stage and spam, newest first; each can be taken back, also long after. */
export function Decisions({ lead, undo }: { lead: LeadDetail; undo(id: string): Promise<unknown> }) {
  const words = useWords()
  const decisions = lead.decisions.filter(({ objected }) => !objected)
  if (decisions.length === 0) return null
  return (
    <>
      <h3>{words.decisions.title}</h3>
      <ul class="decisions">
        {decisions.map((decision) => (
          <Deed
            key={decision.id}
            {...decision}
            what={
              decision.stage ? words.stages[decision.stage] : words.decisions.verdict[decision.verdict ?? 'released']
            }
            undo={() => undo(decision.id)}
          />
        ))}
      </ul>
    </>
  )
}
