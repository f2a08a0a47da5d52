/**
 * A thread of its own for what takes seconds: it reads over a connection of its own, which cannot write, and folds, while
 * the collector goes on answering; or it copies the log into the file, or writes the file anew. `threads.ts` starts it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { noSums } from './domain/sums.ts'
import { addVisitors, findRanges, type Range, sumUp } from './preview.ts'
import { workOutOn } from './rescoring.ts'
import { openLog, openReader, type SqliteLog, vacuum } from './store/database.ts'
import { countShelves } from './store/standings.ts'

/** What a thread is asked, and what it answers with: the sums of a range, a part worked out, … */
export type Question =
  | ({ kind: 'sums' } & { range: Range; rules: Parameters<typeof sumUp>[2]; now: number })
  | { kind: 'visitors'; siteId: string; now: number }
  | { kind: 'ranges'; siteId: string; many: number }
  | { kind: 'shelves' }
  | { kind: 'checkpoint' }
  | { kind: 'empty log' }
  | { kind: 'vacuum' }
  | { kind: 'damage' }
  | ({ kind: 'part' } & { of: Parameters<ReturnType<typeof workOutOn>> })

const { databaseUrl } = workerData as { databaseUrl: string }
const { db, findDamage } = openReader(databaseUrl)
const workOut = workOutOn(db)
let log: SqliteLog | undefined

parentPort?.on('message', async (question: Question) => {
  try {
    const answer = await answerTo(question)
    parentPort?.postMessage({ answer })
  } catch (error) {
    const { code } = error as { code?: unknown }
    parentPort?.postMessage({ error: String(error instanceof Error ? error.stack : error), code })
  }
})

async function answerTo(question: Question) {
  if (question.kind === 'checkpoint' || question.kind === 'empty log') {
    log ??= openLog(databaseUrl)
    return question.kind === 'checkpoint' ? log.copy() : log.empty()
  }
  if (question.kind === 'vacuum') return vacuum(databaseUrl)
  if (question.kind === 'damage') return findDamage()
  if (question.kind === 'ranges') return findRanges(db, question.siteId, question.many)
  if (question.kind === 'shelves') return countShelves(db)
  if (question.kind === 'part') return workOut(...question.of)
  if (question.kind === 'sums') return sumUp(db, question.range, question.rules, question.now)
  const sums = noSums()
  await addVisitors(db, question.siteId, sums, question.now)
  return sums
}
