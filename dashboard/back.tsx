import { useState } from 'preact/hooks'
import { cameFrom, isPlain } from './router.ts'
import { useSession } from './session.ts'
import { useWords } from './words.ts'

/** The way back to the ranked list as it was left: its filter, its search, and the place in it. */
export function BackToList() {
  const words = useWords()
  const { site } = useSession()
  const [from] = useState(cameFrom)
  const list = from?.pathname === '/' ? from.pathname + from.search : null
  const goBack = (event: MouseEvent) => {
    if (list === null || !isPlain(event)) return
    event.preventDefault()
    history.back()
  }
  return (
    <p class="back">
      <a href={list ?? `/?site=${encodeURIComponent(site.id)}`} onClick={goBack}>
        ← {words.lead.back}
      </a>
    </p>
  )
}
