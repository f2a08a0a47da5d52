import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'

/** A thread that nobody asks is let go: a connection and some megabytes. */
const IDLE_LIMIT = 30 * 1000

interface Idle {
  thread: Worker
  end: NodeJS.Timeout
}

/** Threads that answer questions, each over a database: those that nobody asks are warm, and soon let go. */
export class ThreadPool<Question> {
  readonly #script: string
  readonly #idle = new Map<string, Idle[]>()

  /** @param script the name of what each of them runs */
  constructor(script: string) {
    this.#script = script
  }

  /** Asks a thread of its own. @throws where `signal` aborts it */
  async askAlone<T>(databaseUrl: string, question: Question, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const thread = this.#start(databaseUrl)
    const end = () => void thread.terminate()
    signal?.addEventListener('abort', end)
    try {
      return await this.ask<T>(thread, question)
    } finally {
      // The signal lives as long as the process.
      signal?.removeEventListener('abort', end)
      await thread.terminate()
    }
  }

  /** Asks a thread that is warm, if there is one. */
  async askAny<T>(databaseUrl: string, question: Question): Promise<T> {
    const thread = this.take(databaseUrl)
    try {
      const answer = await this.ask<T>(thread, question)
      this.leave(databaseUrl, thread)
      return answer
    } catch (error) {
      await thread.terminate()
      throw error
    }
  }

  /** @throws where the thread fails or ends */
  ask<T>(thread: Worker, question: Question): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        thread.off('message', answered).off('error', failed).off('exit', ended)
      }
      const answered = (message: { answer: T } | { error: string; code: unknown }) => {
        end()
        if ('error' in message) reject(Object.assign(new Error(message.error), { code: message.code }))
        else resolve(message.answer)
      }
      const failed = (error: unknown) => {
        end()
        reject(error)
      }
      const ended = () => failed(new Error('The thread has ended'))
      thread.on('message', answered).on('error', failed).on('exit', ended)
      thread.postMessage(question)
    })
  }

  /** A thread to ask, which whoever takes it gives back with `leave`, or ends. */
  take(databaseUrl: string): Worker {
    const last = this.#idle.get(databaseUrl)?.pop()
    if (!last) return this.#start(databaseUrl)
    clearTimeout(last.end)
    last.thread.ref()
    return last.thread
  }

  leave(databaseUrl: string, thread: Worker): void {
    thread.unref()
    const threads = this.#idle.get(databaseUrl) ?? []
    const end = setTimeout(() => {
      this.#forget(databaseUrl, thread)
      thread.terminate()
    }, IDLE_LIMIT)
    threads.push({ thread, end: end.unref() })
    this.#idle.set(databaseUrl, threads)
  }

  /** Ends those that nobody asks. */
  async stop(databaseUrl: string): Promise<void> {
    const threads = this.#idle.get(databaseUrl) ?? []
    this.#idle.delete(databaseUrl)
    for (const { end } of threads) clearTimeout(end)
    await Promise.all(threads.map(({ thread }) => thread.terminate()))
  }

  #start(databaseUrl: string): Worker {
    // Beside the dashboard's files, which are found in the same way.
    const thread = new Worker(resolve(`dist/collector/${this.#script}.js`), { workerData: { databaseUrl } })
    // One that fails while nobody asks it must end nothing else.
    thread.on('error', () => {})
    return thread.on('exit', () => this.#forget(databaseUrl, thread))
  }

  #forget(databaseUrl: string, thread: Worker): void {
    const threads = this.#idle.get(databaseUrl) ?? []
    const index = threads.findIndex((each) => each.thread === thread)
    for (const { end } of index < 0 ? [] : threads.splice(index, 1)) clearTimeout(end)
  }
}
