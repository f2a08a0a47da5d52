import { parentPort } from 'node:worker_threads'

/** In a thread: answers one question after another. `threads.ts` asks them. */
export function answerQuestions<Question>(answerTo: (question: Question) => unknown): void {
  parentPort?.on('message', async (question: Question) => {
    try {
      parentPort?.postMessage({ answer: await answerTo(question) })
    } catch (error) {
      const { code } = error as { code?: unknown }
      parentPort?.postMessage({ error: String(error instanceof Error ? error.stack : error), code })
    }
  })
}
