import { useRef, useState } from 'preact/hooks'
import { useWords } from './words.ts'

/** A line to be pasted elsewhere. */
export function Copyable({ text }: { text: string }) {
  const words = useWords()
  const line = useRef<HTMLElement>(null)
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      // No clipboard without HTTPS: the line is selected, to be copied by hand.
      if (line.current) getSelection()?.selectAllChildren(line.current)
    }
  }
  return (
    <div class="snippet">
      <code ref={line}>{text}</code>
      <button type="button" onClick={copy}>
        {copied ? words.admin.copied : words.admin.copy}
      </button>
    </div>
  )
}
