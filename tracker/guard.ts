/**
 * We are a guest on somebody's page: whatever goes wrong in here must stay in here. Every function that the browser or
 * the page calls goes through `guarded`.
 */

/** The same function, but silent: what it could not finish is lost. */
export function guarded<Args extends unknown[]>(task: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      task(...args)
    } catch (_) {
      // Lost: one observation. A counted visit is never worth an error in the page's console.
    }
  }
}

/** Listens at the window, which hears of everything, before the page can keep it from us by `stopPropagation`. */
// biome-ignore lint/suspicious/noExplicitAny: each caller names the event class that its `type` brings
export function listen(type: string, handler: (event: any) => void): void {
  addEventListener(type, handler, true)
}
