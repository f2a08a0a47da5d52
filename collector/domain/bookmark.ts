/**
 * Where the fold over a lead's history has come to: little enough to be kept beside its standing, so that what it does next
 * is counted without reading what it did before.
 *
 *     const counted = countOn(kept, fresh, rules, now) ?? countAll(await historyOf(tx, siteId, leadId), rules, now)
 *
 * Both give the score that `scoreLead` gives of the whole history, and the bookmark to keep for the next time. A bookmark
 * is as of the last event, not of `now`: what time alone has done since is worked out anew each time, so that a lead that
 * is merely due is `countOn(kept, [], rules, now)`, and an event may be dated before the time of the last count, as long as
 * it comes after all that were counted.
 *
 * The caller owes it all that `(at, id)` puts after the bookmark and that is the lead's by now. It throws the bookmark away
 * where more than that has changed: a user did something to the lead, a visitor joined or left it, its address was
 * corrected (`withAddress`), an event came late or was deleted.
 *
 * What a score that goes on does not have: hits before the bookmark (`Tally.hits`), values set aside (`Traits.also`), and
 * changes of stage before it but for the last one. `worthOf` asks for none of them, and `recordStages` finds all that it
 * has to add. The lead was first seen when it was, and last seen at the last of `fresh`, if there is any; nothing lies
 * ahead of it.
 */
import { begin, type Fold } from './fold.ts'
import {
  fadesFromHistory,
  type HistoryEvent,
  HORIZON,
  inOrder,
  isEdit,
  type Verdict,
  type Whereabouts,
} from './history.ts'
import type { Decided } from './limits.ts'
import { prepare } from './prepared.ts'
import type { Ruleset } from './rule.ts'
import { finish, foldOf, inOrderOfTime, type LeadScore, takeAll } from './score.ts'
import type { PageView, Sessions } from './session.ts'
import type { FormSigns } from './spam.ts'
import type { StageChange, StageState } from './stage.ts'
import { stillUsed } from './tally.ts'
import type { Trait } from './traits.ts'

const DAY = 24 * 60 * 60 * 1000

/** A bookmark that the fold of another form made is thrown away: raise it with whatever changes the fold or what is kept of it. */
const FORM = 4
/** Page views of the current session whose engaged time goes on being counted: tabs that are open beside each other. */
const MOST_VIEWS = 8
/** In characters. A lead of whom more must be remembered is worked out from its history each time. */
const LONGEST = 4096

/** A numbered ruleset. */
export interface VersionedRules {
  version: number
  ruleset: Ruleset
  publishes: readonly number[]
}

export interface Counted {
  score: LeadScore
  /** To be kept as it is; null where none can be: of too much, of nothing done, of what is dated after `now`. */
  bookmark: string | null
}

/** Counts a whole history. */
export function countAll(history: readonly HistoryEvent[], rules: VersionedRules, now: number): Counted {
  const restarts = inOrderOfTime(rules.publishes)
  const fold = foldOf(history, rules.ruleset, now, restarts)
  const mayGoOn = history.every(({ at }) => at <= now) && !history.every(isEdit)
  const bookmark = mayGoOn ? bookmarkOf(fold, rules.version) : null
  return { score: finish(fold, now, restarts), bookmark }
}

/**
 * Counts what came after a bookmark, in any order.
 * @returns undefined where it takes the whole history: the bookmark is another version's, something does not come after it
 *   or is dated after `now`, a user did something to the lead, a form was submitted, something is older than the horizon by
 *   now, or engaged time is of a page view that the bookmark does not know
 */
export function countOn(
  bookmark: string,
  fresh: readonly HistoryEvent[],
  rules: VersionedRules,
  now: number,
): Counted | undefined {
  const kept = JSON.parse(bookmark) as Bookmark
  if (kept.form !== FORM || kept.version !== rules.version) return undefined
  const events = [...fresh].sort(inOrder)
  if (!follow(kept, events, now)) return undefined
  const restarts = inOrderOfTime(rules.publishes)
  const fold = foldFrom(kept, rules.ruleset)
  for (const event of events) {
    if (event.type === 'engage' && mayHaveForgotten(fold, event.pageId)) return undefined
    takeAll(fold, [event], restarts)
  }
  const next = bookmarkOf(fold, rules.version)
  return { score: finish(fold, now, restarts), bookmark: next }
}

interface Bookmark {
  form: number
  version: number
  last: NonNullable<Fold['last']>
  oldest: number | null
  verdict: Verdict | null
  /** Absent of most: bookmarks are many, and short. */
  objected?: true
  /** Null until there is something to judge. */
  known: { traits: [name: string, Trait][]; whereabouts: Whereabouts; forms: FormSigns } | null
  sessions: Omit<Sessions, 'lastAt' | 'views'> & { lastAt: number | null; views: KeptView[] }
  tallies: [rule: string, count: number, lastAt: number | null, sum: number, used: (number | string)[]][]
  decided: Omit<Decided, 'beyond'>
  stage: Omit<StageState, 'changes'>
  change: StageChange | null
}

/** Its texts are kept only where a rule asks for them. */
type KeptView = [
  pageId: string,
  at: number,
  visibleMs: number,
  scrollDepth: number,
  texts?: Pick<PageView, 'url' | 'title' | 'referrer'>,
]

function bookmarkOf(fold: Fold, version: number): string | null {
  if (fold.last === null) return null
  const bookmark: Bookmark = {
    form: FORM,
    version,
    last: fold.last,
    oldest: fold.oldest,
    verdict: fold.verdict,
    ...(fold.objected && { objected: true }),
    known:
      fold.isJudged || fold.isStale
        ? { traits: [...fold.traits.known], whereabouts: fold.traits.whereabouts, forms: fold.forms }
        : null,
    sessions: sessionsToKeep(fold, fold.last.at),
    tallies: talliesToKeep(fold, fold.last.at),
    decided: { proven: fold.decided.proven, receivedAt: fold.decided.receivedAt },
    stage: { stage: fold.stage.stage, belowSince: fold.stage.belowSince, heldUntil: fold.stage.heldUntil },
    change: fold.stage.changes.at(-1) ?? null,
  }
  const text = JSON.stringify(bookmark)
  return text.length > LONGEST ? null : text
}

/** Of sessions what rules can still ask for; and the views of the current one, which engaged time may yet extend. */
function sessionsToKeep({ ruleset, sessions }: Fold, at: number): Bookmark['sessions'] {
  const { byEvent, sessionsAsked } = prepare(ruleset)
  const { count, previousEnd, pagesInCurrent, lastAt } = sessions
  const asked = sessions.starts.filter((start) => start > at - sessionsAsked.days * DAY).slice(-sessionsAsked.most)
  const asksForTexts = byEvent.engage.length > 0
  return {
    count,
    starts: asked.length > 0 ? asked : sessions.starts.slice(-1),
    // JSON knows no infinity.
    lastAt: count > 0 ? lastAt : null,
    previousEnd,
    pagesInCurrent,
    views: viewsOfCurrent(sessions)
      .slice(-MOST_VIEWS)
      .map(([pageId, { at, visibleMs, scrollDepth, url, title, referrer }]) => {
        const texts = asksForTexts ? [{ url, title, referrer }] : []
        return [pageId, at, visibleMs, scrollDepth, ...texts] as KeptView
      }),
  }
}

function viewsOfCurrent({ views, count }: Sessions): [string, PageView][] {
  return [...views].filter(([, { session }]) => session === count)
}

function talliesToKeep({ ruleset, sessions, tallies }: Fold, at: number): Bookmark['tallies'] {
  const { rules } = prepare(ruleset)
  const occasion = { at, session: sessions.count, object: '', timeZone: ruleset.timeZone }
  return [...tallies].map(([id, tally]) => {
    const rule = rules.get(id)?.rule
    return [id, tally.count, tally.lastAt, tally.sum, rule ? stillUsed(rule, tally, occasion) : []]
  })
}

/** Whether these events are all that follows, and nothing that was counted has left the history since. */
function follow({ last, oldest }: Bookmark, events: readonly HistoryEvent[], now: number): boolean {
  let before = last
  for (const event of events) {
    if (inOrder(before, event) >= 0 || event.at > now) return false
    // A form may be a further report of one that was counted, or the first of it (`submission.ts`).
    if (isEdit(event) || event.type === 'form') return false
    if (fadesFromHistory(event) && event.at <= now - HORIZON) return false
    before = event
  }
  return last.at <= now && (oldest === null || oldest > now - HORIZON)
}

const NO_TEXTS = { url: '', title: '', referrer: '' }

function foldFrom(
  { last, oldest, verdict, objected, known, sessions, tallies, decided, stage, change }: Bookmark,
  ruleset: Ruleset,
): Fold {
  const fold = begin(ruleset, verdict, objected ?? false)
  fold.last = last
  fold.oldest = oldest
  const lastAt = sessions.lastAt ?? Number.NEGATIVE_INFINITY
  const { count: session, starts, previousEnd, pagesInCurrent } = sessions
  const views = new Map<string, PageView>()
  for (const [pageId, at, visibleMs, scrollDepth, texts = NO_TEXTS] of sessions.views) {
    const { url, title, referrer } = texts
    views.set(pageId, { url, title, referrer, at, visibleMs, scrollDepth, session })
  }
  fold.sessions = { count: session, starts, lastAt, previousEnd, pagesInCurrent, views }
  for (const [id, count, lastAt, sum, used] of tallies) {
    fold.tallies.set(id, { count, lastAt, sum, used: new Set(used), hits: [] })
  }
  fold.decided = { ...decided, beyond: [] }
  fold.stage = { ...stage, changes: change ? [change] : [] }
  if (known) {
    fold.traits = { ...fold.traits, known: new Map(known.traits), whereabouts: known.whereabouts }
    fold.forms = known.forms
    fold.isStale = true
  }
  return fold
}

/** Engaged time of a view that is not known here counts for nothing, unless a fold of everything would know it. */
function mayHaveForgotten({ ruleset, sessions }: Fold, pageId: string): boolean {
  if (sessions.views.has(pageId)) return false
  return prepare(ruleset).byEvent.engage.length > 0 || viewsOfCurrent(sessions).length < sessions.pagesInCurrent
}
