/**
 * A thread of its own for what takes seconds: it reads over a connection of its own, which cannot write, and folds, while
 * the collector goes on answering. `threads.ts` starts it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type Range, sumUp } from './preview.ts'
import { workOutOn } from './rescoring.ts'
import { openReader } from './store/database.ts'

/** What a thread is asked, and what it answers with: the sums of a range, or a part worked out. */
export type Question =
  | ({ kind: 'sums' } & { range: Range; rules: Parameters<typeof sumUp>[2]; now: number })
  | ({ kind: 'part' } & { of: Parameters<ReturnType<typeof workOutOn>> })

const { databaseUrl } = workerData as { databaseUrl: string }
const { db } = openReader(databaseUrl)
const workOut = workOutOn(db)

parentPort?.on('message', async (question: Question) => {
  try {
    const answer =
      question.kind === 'sums'
        ? await sumUp(db, question.range, question.rules, question.now)
        : await workOut(...question.of)
    parentPort?.postMessage({ answer })
  } catch (error) {
    parentPort?.postMessage({ error: String(error instanceof Error ? error.stack : error) })
  }
})
