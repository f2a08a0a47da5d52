import { useRef, useState } from 'preact/hooks'
import { useWords } from './words.ts'

/** A line to be pasted elsewhere. `main`: copying it is what the page is for. */
export function Copyable({ text, main }: { text: string; main?: boolean }) {
  const words = useWords()
  const line = useRef<HTMLElement>(null)
  const [tried, setTried] = useState<{ text: string; isCopied: boolean } | null>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setTried({ text, isCopied: true })
    } catch {
      // No clipboard without HTTPS: the line is selected, to be copied by hand.
      if (line.current) getSelection()?.selectAllChildren(line.current)
      setTried({ text, isCopied: false })
    }
  }
  // Of another text that stands here by now nothing was tried.
  const isCopied = tried?.text === text ? tried.isCopied : null
  return (
    <>
      <div class="snippet">
        <code ref={line}>{text}</code>
        <button type="button" class={main ? 'main' : undefined} onClick={copy}>
          {isCopied ? words.page.copied : words.page.copy}
        </button>
      </div>
      <p class={isCopied ? 'unseen' : 'hint'} role="status">
        {isCopied && words.page.copied}
        {isCopied === false && words.page.copyFailed}
      </p>
    </>
  )
}
