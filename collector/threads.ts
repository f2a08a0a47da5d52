/** Threads for what takes seconds, so that nobody waits for it: see `calculator.ts`. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Question } from './calculator.ts'
import type { Rules } from './domain/preview.ts'
import type { Shelf } from './domain/shelf.ts'
import { addSums, type Both, noSums, type Sums } from './domain/sums.ts'
import type { Disk } from './erasure.ts'
import type { Range } from './preview.ts'
import type { Part, WorkOut } from './rescoring.ts'
import type { Database } from './store/database.ts'

/** More would take the machine from those who wait for an answer. */
const MOST_THREADS = 4
/** A thread that nobody asks is let go: a connection and some megabytes. */
const IDLE_LIMIT = 30 * 1000

/** Sums up all leads of a site by two rulesets. @throws where `signal` aborts it, at once */
export async function sumUpInThreads(
  { url }: Database,
  siteId: string,
  rules: Both<Rules>,
  now: number,
  signal: AbortSignal,
): Promise<Sums> {
  const many = Math.min(MOST_THREADS, availableParallelism())
  const first = takeThread(url)
  const threads = [first, ...Array.from({ length: many - 1 }, () => takeThread(url))]
  try {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    const ranges = await Promise.race([ask<Range[]>(first, { kind: 'ranges', siteId, many }), aborted])
    const parts = ranges.map((range, i) => ask<Sums>(threads[i] as Worker, { kind: 'sums', range, rules, now }))
    // After its own part: a thread does one thing after another.
    if (parts[0]) parts.push(parts[0].then(() => ask<Sums>(first, { kind: 'visitors', siteId, now })))
    const all = noSums()
    for (const part of await Promise.race([Promise.all(parts), aborted])) addSums(all, part)
    // Whoever tries rules tries the next ones in a moment.
    for (const thread of threads) leaveThread(url, thread)
    return all
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.terminate()))
    throw error
  }
}

/** Reads the whole database, however long it takes. @returns what damage there is; null: none. @throws where `signal` aborts it */
export function findDamageInThread({ url }: Database, signal: AbortSignal): Promise<string | null> {
  return askAlone(url, { kind: 'damage' }, signal)
}

/** Works out the parts of a publish in a thread, which ends when no more is asked of it. */
export function workOutInThread({ url }: Database): WorkOut & { stop(): Promise<void> } {
  const workOut = (...of: Parameters<WorkOut>) => askAny<Part>(url, { kind: 'part', of })
  return Object.assign(workOut, { stop: () => stopThreads(url) })
}

/** How many leads stand in which list. @throws where `signal` aborts it */
export function countShelvesInThread({ url }: Database, signal: AbortSignal): Promise<Map<Shelf, number>> {
  return askAlone(url, { kind: 'shelves' }, signal)
}

export function checkpointInThread({ url }: Database): Promise<void> {
  return askAny(url, { kind: 'checkpoint' })
}

/** What takes erased people off the disk. In Postgres that is the operator's: its log and archives live as long as is set. */
export function diskInThreads({ url, path }: Database): Disk {
  return {
    vacuum: () => askAlone(url, { kind: 'vacuum' }),
    emptyLog: async () => path === null || askAny<boolean>(url, { kind: 'empty log' }),
  }
}

/** Asks a thread of its own. @throws where `signal` aborts it */
async function askAlone<T>(url: string, question: Question, signal?: AbortSignal): Promise<T> {
  const thread = startThread(url)
  const end = () => void thread.terminate()
  signal?.addEventListener('abort', end)
  try {
    return await ask<T>(thread, question)
  } finally {
    // The signal lives as long as the process.
    signal?.removeEventListener('abort', end)
    await thread.terminate()
  }
}

/** Asks a thread that is warm, if there is one. */
async function askAny<T>(url: string, question: Question): Promise<T> {
  const thread = takeThread(url)
  try {
    const answer = await ask<T>(thread, question)
    leaveThread(url, thread)
    return answer
  } catch (error) {
    await thread.terminate()
    throw error
  }
}

interface Idle {
  thread: Worker
  end: NodeJS.Timeout
}

/** Threads that nobody asks, by the database they read: they are warm, and soon let go. */
const idle = new Map<string, Idle[]>()

function takeThread(databaseUrl: string): Worker {
  const last = idle.get(databaseUrl)?.pop()
  if (!last) return startThread(databaseUrl)
  clearTimeout(last.end)
  last.thread.ref()
  return last.thread
}

function leaveThread(databaseUrl: string, thread: Worker): void {
  thread.unref()
  const threads = idle.get(databaseUrl) ?? []
  const end = setTimeout(() => {
    threads.splice(
      threads.findIndex((each) => each.thread === thread),
      1,
    )
    thread.terminate()
  }, IDLE_LIMIT)
  threads.push({ thread, end: end.unref() })
  idle.set(databaseUrl, threads)
}

/** Ends the threads that nobody asks. */
async function stopThreads(databaseUrl: string): Promise<void> {
  const threads = idle.get(databaseUrl) ?? []
  idle.delete(databaseUrl)
  for (const { end } of threads) clearTimeout(end)
  await Promise.all(threads.map(({ thread }) => thread.terminate()))
}

function startThread(databaseUrl: string): Worker {
  // Beside the dashboard's files, which are found in the same way.
  return new Worker(resolve('dist/collector/calculator.js'), { workerData: { databaseUrl } })
}

/** @throws where the thread fails or ends */
function ask<T>(thread: Worker, question: Question): Promise<T> {
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
