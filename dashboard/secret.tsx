import { useEffect, useRef } from 'preact/hooks'
import { Copyable } from './copyable.tsx'
import { useWords } from './words.ts'

/** A link or token that is shown once, to be copied and passed on. */
export function Secret({ about, secret }: { about: string; secret: string }) {
  const words = useWords()
  const notice = useRef<HTMLDivElement>(null)
  // It stands above the list, and the button that made it may be far below.
  useEffect(() => notice.current?.scrollIntoView({ block: 'nearest' }), [])
  return (
    <div class="notice good" role="status" ref={notice}>
      <p>
        {about} {words.admin.once}
      </p>
      <Copyable text={secret} />
    </div>
  )
}
