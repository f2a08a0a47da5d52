declare global {
  interface Window {
    pretend(state: 'visible' | 'hidden'): void
  }
}

/** Headless tabs are always visible: this one believes what it is told, hidden at first. */
export function pretendHidden(): void {
  let state = 'hidden'
  Object.defineProperty(document, 'visibilityState', { get: () => state })
  Object.defineProperty(document, 'hidden', { get: () => state === 'hidden' })
  document.hasFocus = () => state === 'visible' // What is hidden has none.
  window.pretend = (next) => {
    state = next
    document.dispatchEvent(new Event('visibilitychange'))
  }
}
