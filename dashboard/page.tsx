// What every page has: a heading, and what stands there while there is nothing to show.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Problem } from './api.ts'
import { hasMoved } from './router.ts'
import { useWords, type Words } from './words.ts'

/** The page's h1. It names the tab and takes the focus after a move, so that a screen reader says where one is. */
export function Heading({ title, children }: { title: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Braise`
  }, [title])
  useEffect(() => {
    if (hasMoved()) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  )
}

export function Waiting() {
  return (
    <p class="waiting" role="status">
      {useWords().page.loading}
    </p>
  )
}

/** Says over a page that moves by itself when it cannot, for as long as that is so. */
export function Away({ isBroken }: { isBroken: boolean }) {
  const words = useWords()
  return (
    <div class="away" role="status">
      {isBroken && <p class="notice">{words.page.broken}</p>}
    </div>
  )
}

export function Trouble({ problem, retry }: { problem: Problem | null; retry?: () => void }) {
  const words = useWords()
  if (!problem) return null
  return (
    <div class="notice bad" role="alert">
      <p>{troubleText(problem, words)}</p>
      {retry && (
        <button type="button" onClick={retry}>
          {words.page.retry}
        </button>
      )}
    </div>
  )
}

/** What went wrong, in the user's language, with what the server says of a wrong input or of its disk. */
export function troubleText(problem: Problem, words: Words): string {
  const { trouble } = words.page
  if (problem.status === 0) return trouble.offline
  if (problem.status === 404) return trouble.missing
  if (problem.status === 429) return trouble.tooMany
  const isTold = (problem.status < 500 || problem.trouble) && problem.message
  return isTold ? trouble.said(problem.message) : trouble.other(problem.status)
}
