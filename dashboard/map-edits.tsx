import type { LeadDetail } from './api.ts'
import { Deed } from './deed.tsx'
import { useWords } from './words.ts'

type MapEdit = LeadDetail['mapEdits'][number]

/** What users did to the lead's links, newest first; each can be undone, also long after. */
export function MapEdits({ edits, undo }: { edits: MapEdit[]; undo(id: string): Promise<unknown> }) {
  const words = useWords()
  if (edits.length === 0) return null
  return (
    <>
      <h3>{words.browsers.edits}</h3>
      <ul class="decisions">
        {edits.map((edit) => (
          <Deed
            key={edit.id}
            {...edit}
            what={
              edit.kind === 'merge'
                ? words.browsers.merged(edit.other?.email ?? '?')
                : words.browsers.did[edit.kind](edit.links)
            }
            undo={() => undo(edit.id)}
          />
        ))}
      </ul>
    </>
  )
}
