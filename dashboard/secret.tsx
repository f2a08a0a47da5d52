import { useRef, useState } from 'preact/hooks'
import { useWords } from './words.ts'

/** A link or token that is shown once, to be copied and passed on. */
export function Secret({ about, secret }: { about: string; secret: string }) {
  const words = useWords()
  const line = useRef<HTMLElement>(null)
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      setCopied(true)
    } catch {
      // No clipboard without HTTPS: the line is selected, to be copied by hand.
      if (line.current) getSelection()?.selectAllChildren(line.current)
    }
  }
  return (
    <div class="notice good" role="status">
      <p>
        {about} {words.admin.once}
      </p>
      <div class="snippet">
        <code ref={line}>{secret}</code>
        <button type="button" onClick={copy}>
          {copied ? words.admin.copied : words.admin.copy}
        </button>
      </div>
    </div>
  )
}
