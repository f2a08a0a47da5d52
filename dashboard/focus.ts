import { useLayoutEffect, useRef } from 'preact/hooks'

/** As a `ref`: what has just been opened takes the keyboard. The `autofocus` attribute works only once per document. */
export function takeFocus(element: HTMLElement | null) {
  element?.focus()
}

/** Where the button that was pressed is gone and nothing stands in its place: reading goes on from the page's name. */
export function focusHeading() {
  document.querySelector('h1')?.focus({ preventScroll: true })
}

/** As a `ref` on the button that opens something: the keyboard comes back to it when that closes. */
export function useFocusBack(open: boolean) {
  const button = useRef<HTMLButtonElement>(null)
  const was = useRef(open)
  useLayoutEffect(() => {
    if (was.current && !open) button.current?.focus()
    was.current = open
  }, [open])
  return button
}
