/**
 * A thread of its own for a SQLite file: it copies the log into the file, looks for damage or writes the file anew, while
 * the collector goes on answering. `threads.ts` starts it.
 */
import { workerData } from 'node:worker_threads'
import { findDamage, openLog, type SqliteLog, vacuum } from './store/file.ts'
import { answerQuestions } from './thread.ts'

export interface Chore {
  kind: 'checkpoint' | 'empty log' | 'vacuum' | 'damage'
}

const { databaseUrl: path } = workerData as { databaseUrl: string }
let log: SqliteLog | undefined

answerQuestions(({ kind }: Chore) => {
  if (kind === 'vacuum') return vacuum(path)
  if (kind === 'damage') return findDamage(path)
  log ??= openLog(path)
  return kind === 'checkpoint' ? log.copy() : log.empty()
})
