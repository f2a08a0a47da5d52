/** Threads for what takes seconds, so that nobody waits for it: see `calculator.ts` and `filekeeper.ts`. */
import { availableParallelism } from 'node:os'
import type { Question } from './calculator.ts'
import type { Rules } from './domain/preview.ts'
import type { Shelf } from './domain/shelf.ts'
import { addSums, type Both, noSums, type Sums } from './domain/sums.ts'
import type { Disk } from './erasure.ts'
import type { Chore } from './filekeeper.ts'
import { ThreadPool } from './pool.ts'
import type { Range } from './preview.ts'
import type { Part, WorkOut } from './rescoring.ts'
import type { Database } from './store/database.ts'

/** More would take the machine from those who wait for an answer. */
const MOST_THREADS = 4

const calculators = new ThreadPool<Question>('calculator')
/** They take a third of the memory. */
const filekeepers = new ThreadPool<Chore>('filekeeper')

/** Sums up all leads of a site by two rulesets. @throws where `signal` aborts it, at once */
export async function sumUpInThreads(
  { url }: Database,
  siteId: string,
  rules: Both<Rules>,
  now: number,
  signal: AbortSignal,
): Promise<Sums> {
  signal.throwIfAborted()
  const many = Math.min(MOST_THREADS, availableParallelism())
  const first = calculators.take(url)
  const threads = [first, ...Array.from({ length: many - 1 }, () => calculators.take(url))]
  try {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    const ranges = await Promise.race([calculators.ask<Range[]>(first, { kind: 'ranges', siteId, many }), aborted])
    const parts = ranges.map((range, i) =>
      calculators.ask<Sums>(threads[i] ?? first, { kind: 'sums', range, rules, now }),
    )
    // After its own part: a thread does one thing after another.
    if (parts[0]) parts.push(parts[0].then(() => calculators.ask<Sums>(first, { kind: 'visitors', siteId, now })))
    const all = noSums()
    for (const part of await Promise.race([Promise.all(parts), aborted])) addSums(all, part)
    // Whoever tries rules tries the next ones in a moment.
    for (const thread of threads) calculators.leave(url, thread)
    return all
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.terminate()))
    throw error
  }
}

/**
 * Reads the whole database, however long it takes. Postgres looks after that itself.
 * @returns what damage there is; null: none
 * @throws where `signal` aborts it
 */
export async function findDamageInThread({ url, path }: Database, signal: AbortSignal): Promise<string | null> {
  return path === null ? null : filekeepers.askAlone<string | null>(url, { kind: 'damage' }, signal)
}

/** Works out the parts of a publish. */
export function workOutInThread({ url }: Database): WorkOut {
  return (...of) => calculators.askAny<Part>(url, { kind: 'part', of })
}

/** How many leads stand in which list. @throws where `signal` aborts it */
export function countShelvesInThread({ url }: Database, signal: AbortSignal): Promise<Map<Shelf, number>> {
  return calculators.askAlone(url, { kind: 'shelves' }, signal)
}

/** @returns whether there was enough to be worth it */
export function checkpointInThread({ url }: Database): Promise<boolean> {
  return filekeepers.askAny(url, { kind: 'checkpoint' })
}

/** What takes erased people off the disk. In Postgres that is the operator's: its log and archives live as long as is set. */
export function diskInThreads({ url, path }: Database): Disk {
  return {
    vacuum: () => filekeepers.askAlone(url, { kind: 'vacuum' }),
    emptyLog: async () => path === null || filekeepers.askAny<boolean>(url, { kind: 'empty log' }),
  }
}

/** Ends the threads of a database that nobody asks, before it is closed. */
export async function stopThreads({ url }: Database): Promise<void> {
  await Promise.all([calculators.stop(url), filekeepers.stop(url)])
}
