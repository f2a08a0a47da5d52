/**
 * A thread of its own for what takes seconds: it reads over a connection of its own, which cannot write, and folds, while
 * the collector goes on answering. `threads.ts` starts it.
 */
import { workerData } from 'node:worker_threads'
import { noSums } from './domain/sums.ts'
import { addVisitors, findRanges, type Range, sumUp } from './preview.ts'
import { workOutOn } from './rescoring.ts'
import { openReader } from './store/database.ts'
import { countShelves } from './store/standings.ts'
import { answerQuestions } from './thread.ts'

/** What it is asked, and what it answers with: the sums of a range, a part worked out, … */
export type Question =
  | ({ kind: 'sums' } & { range: Range; rules: Parameters<typeof sumUp>[2]; now: number })
  | { kind: 'visitors'; siteId: string; now: number }
  | { kind: 'ranges'; siteId: string; many: number }
  | { kind: 'shelves' }
  | ({ kind: 'part' } & { of: Parameters<ReturnType<typeof workOutOn>> })

const { databaseUrl } = workerData as { databaseUrl: string }
const db = openReader(databaseUrl)
const workOut = workOutOn(db)

answerQuestions(async (question: Question) => {
  if (question.kind === 'ranges') return findRanges(db, question.siteId, question.many)
  if (question.kind === 'shelves') return countShelves(db)
  if (question.kind === 'part') return workOut(...question.of)
  if (question.kind === 'sums') return sumUp(db, question.range, question.rules, question.now)
  const sums = noSums()
  await addVisitors(db, question.siteId, sums, question.now)
  return sums
})
