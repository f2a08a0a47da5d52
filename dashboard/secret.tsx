import { Copyable } from './copyable.tsx'
import { useWords } from './words.ts'

/** A link or token that is shown once, to be copied and passed on. */
export function Secret({ about, secret }: { about: string; secret: string }) {
  const words = useWords()
  return (
    <div class="notice good" role="status">
      <p>
        {about} {words.admin.once}
      </p>
      <Copyable text={secret} />
    </div>
  )
}
