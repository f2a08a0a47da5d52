/** Lets one at a time do what takes the whole machine; the others wait in line, or leave it. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve()

  /** @throws the signal's reason where it was aborted before its turn came */
  run<T>(signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      signal.throwIfAborted()
      return act()
    })
    this.#last = turn.catch(() => {})
    return turn
  }
}
