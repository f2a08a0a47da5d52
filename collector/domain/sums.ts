/** What a preview sums up over leads: of one part of them, or of all. */
import { STAGES } from './history.ts'
import type { Text } from './rule.ts'
import type { Shelf } from './shelf.ts'
import { addVocabulary, noVocabulary, type Vocabulary } from './vocabulary.ts'

export const WEEKS = 12
const MOST_MOVERS = 50
/** Of more customers than these the latest are enough to compare dates by. */
const MOST_CUSTOMERS = 2000

/** Today's rules and others, or something by each of them. */
export interface Both<T> {
  today: T
  next: T
}

export interface Who {
  id: string
  name: string | null
  email: string | null
  company: string | null
}

export const SHELVES: readonly Shelf[] = [...STAGES, 'quarantined', 'spam']

export interface Mover extends Who {
  from: Shelf
  to: Shelf
  score: Both<number>
  /** The rules whose points differ most. */
  reasons: ({ rule: string; label: Text } & Both<number>)[]
}

/** Somebody who became a customer, and when the rules alone would have made an SQL of them before that. */
export interface Won extends Who {
  at: number
  today: number | null
  next: number | null
}

/** How a rule was used: hits that counted, on how many leads, and what became of these. */
export interface Use {
  hits: number
  leads: number
  customers: number
  lost: number
}

/** Who comes into a stage, who goes up out of it, as an MQL that becomes an SQL does, and who falls out of it. */
export interface Moves {
  enters: Mover[]
  rises: Mover[]
  leaves: Mover[]
  enterCount: number
  riseCount: number
  leaveCount: number
}

/** Sums over leads, of one part or of all. */
export interface Sums {
  leads: number
  events: number
  /** By score. */
  scores: Both<number[]>
  stages: Both<Record<Shelf, number>>
  moves: Record<'mql' | 'sql', Moves>
  /** SQLs made in each of the last weeks, oldest first. */
  weeks: Both<number[]>
  /** Leads that were ever made an SQL. */
  sqls: Both<number>
  won: Won[]
  wonCount: number
  caught: Both<number>
  lost: { known: number; sqls: Both<number> }
  uses: Map<string, Use>
  vocabulary: Vocabulary
}

export function noSums(): Sums {
  const both = <T>(make: () => T): Both<T> => ({ today: make(), next: make() })
  const moves = () => ({ enters: [], rises: [], leaves: [], enterCount: 0, riseCount: 0, leaveCount: 0 })
  const nothing = () => 0
  return {
    leads: 0,
    events: 0,
    scores: both(() => Array(101).fill(0)),
    stages: both(() => Object.fromEntries(SHELVES.map((shelf) => [shelf, 0])) as Record<Shelf, number>),
    moves: { mql: moves(), sql: moves() },
    weeks: both(() => Array(WEEKS).fill(0)),
    sqls: both(nothing),
    won: [],
    wonCount: 0,
    caught: both(nothing),
    lost: { known: 0, sqls: both(nothing) },
    uses: new Map(),
    vocabulary: noVocabulary(),
  }
}

export function addSums(to: Sums, from: Sums): void {
  to.leads += from.leads
  to.events += from.events
  to.wonCount += from.wonCount
  to.lost.known += from.lost.known
  for (const key of KEYS) {
    for (const [score, leads] of from.scores[key].entries()) (to.scores[key][score] as number) += leads
    for (const [week, sqls] of from.weeks[key].entries()) (to.weeks[key][week] as number) += sqls
    for (const shelf of SHELVES) to.stages[key][shelf] += from.stages[key][shelf]
    to.sqls[key] += from.sqls[key]
    to.caught[key] += from.caught[key]
    to.lost.sqls[key] += from.lost.sqls[key]
  }
  for (const stage of ['mql', 'sql'] as const) {
    const [all, more] = [to.moves[stage], from.moves[stage]]
    all.enters = hottest([...all.enters, ...more.enters])
    all.rises = hottest([...all.rises, ...more.rises])
    all.leaves = hottest([...all.leaves, ...more.leaves])
    all.enterCount += more.enterCount
    all.riseCount += more.riseCount
    all.leaveCount += more.leaveCount
  }
  to.won = latest([...to.won, ...from.won])
  for (const [rule, use] of from.uses) addUse(to.uses, rule, use)
  addVocabulary(to.vocabulary, from.vocabulary)
}

export const KEYS = ['today', 'next'] as const

export function each<T>(make: (key: 'today' | 'next') => T): Both<T> {
  return { today: make('today'), next: make('next') }
}

export function hottest(movers: Mover[]): Mover[] {
  if (movers.length <= MOST_MOVERS) return movers
  const hotter = (a: Mover, b: Mover) =>
    b.score.next - a.score.next || b.score.today - a.score.today || (a.id < b.id ? -1 : 1)
  return movers.sort(hotter).slice(0, MOST_MOVERS)
}

export function latest(won: Won[]): Won[] {
  if (won.length <= MOST_CUSTOMERS) return won
  return won.sort((a, b) => b.at - a.at).slice(0, MOST_CUSTOMERS)
}

export function addUse(uses: Map<string, Use>, rule: string, more: Use): void {
  const use = uses.get(rule) ?? { hits: 0, leads: 0, customers: 0, lost: 0 }
  for (const key of ['hits', 'leads', 'customers', 'lost'] as const) use[key] += more[key]
  uses.set(rule, use)
}
