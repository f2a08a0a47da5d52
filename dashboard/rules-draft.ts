import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { findRules, type Ruleset, type Session } from './api.ts'
import { useLoad } from './load.ts'

/** Where something stands in a ruleset: `['rules', 3, 'points']`. */
export type Place = readonly (string | number)[]

/** Rules as somebody is changing them. What was typed wrong stands in them as it was typed: the server says what is wrong. */
export interface Draft {
  /** The live version that the changes were made to. */
  basedOn: number
  ruleset: Ruleset
  note: string
}

/** The live rules of a site and the draft over them, which a reload, and leaving the page, keep in this tab of who may change them. */
export function useDraft(site: string, user: Session['user']) {
  const key = keyOf(user.email, site)
  const live = useLoad(() => findRules(site), [site])
  const [draft, setDraft] = useState<Draft | null>(() => (user.role === 'viewer' ? null : storedDraft(key)))
  const { value } = live
  const current: Draft | null = draft ?? (value && { basedOn: value.version, ruleset: value.ruleset, note: '' })
  const latest = useRef(current)
  latest.current = current

  const change = useCallback(
    (edit: (draft: Draft) => Draft) => {
      if (!latest.current) return
      latest.current = edit(latest.current)
      setDraft(latest.current)
      storeDraft(key, latest.current)
    },
    [key],
  )
  const discard = useCallback(() => {
    setDraft(null)
    storeDraft(key, null)
  }, [key])

  const changed = draft !== null && value !== null && !isEqual(draft.ruleset, value.ruleset)
  // What has become live is no draft any more, and a note alone is none.
  useEffect(() => {
    if (draft && value && !changed && (draft.note === '' || draft.basedOn !== value.version)) discard()
  }, [draft, value, changed, discard])
  return { live, draft: current, changed, change, discard }
}

/** Leaves no drafts in this tab but those of one user, or of nobody: whoever signs in next is not to read them. */
export function forgetDrafts(but: string | null): void {
  try {
    const kept = but === null ? null : keyOf(but, '')
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(PREFIX) && !(kept !== null && key.startsWith(kept))) sessionStorage.removeItem(key)
    }
  } catch {
    // Storage is blocked: there are none.
  }
}

/** The same, with another value at one place; `undefined` takes away what is there. */
export function withAt<T>(whole: T, place: Place, value: unknown): T {
  const [step, ...rest] = place
  if (step === undefined) return value as T
  const parts = whole as Record<string | number, unknown>
  const part = withAt(parts[step], rest, value)
  if (Array.isArray(whole)) {
    const items = whole as unknown[]
    const at = Number(step)
    return (part === undefined ? items.filter((_, i) => i !== at) : items.with(at, part)) as T
  }
  const { [step]: _, ...others } = parts
  if (part === undefined) return others as T
  return (step in parts ? { ...parts, [step]: part } : { ...others, [step]: part }) as T
}

/** Whether two JSON values say the same, in whatever order their members come. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [a, b] as Record<string, unknown>[]
  const names = Object.keys(left as object)
  return (
    names.length === Object.keys(right as object).length &&
    names.every((name) => Object.hasOwn(right as object, name) && isEqual(left?.[name], right?.[name]))
  )
}

/** Whether it has the parts that the page draws; whether they are right, the server says. */
export function looksLikeRuleset(value: unknown): value is Ruleset {
  const isObject = (each: unknown): each is Record<string, unknown> => typeof each === 'object' && each !== null
  if (!isObject(value)) return false
  const { groups, rules, fit, spam, thresholds, lists } = value
  const isListOf = (list: unknown, ...parts: string[]) =>
    Array.isArray(list) && list.every((each) => isObject(each) && parts.every((part) => isObject(each[part])))
  return (
    isListOf(groups, 'label') &&
    isListOf(rules, 'label', 'when') &&
    isListOf(fit, 'label', 'when') &&
    isListOf(spam, 'label') &&
    isObject(thresholds) &&
    isObject(thresholds.mql) &&
    isObject(thresholds.sql) &&
    isObject(lists) &&
    Object.values(lists).every(Array.isArray)
  )
}

const PREFIX = 'braise-rules '
const keyOf = (email: string, site: string) => `${PREFIX}${email} ${site}`

function storedDraft(key: string): Draft | null {
  try {
    const draft = JSON.parse(sessionStorage.getItem(key) ?? 'null')
    return draft && looksLikeRuleset(draft.ruleset) ? draft : null
  } catch {
    return null
  }
}

function storeDraft(key: string, draft: Draft | null) {
  try {
    if (draft) sessionStorage.setItem(key, JSON.stringify(draft))
    else sessionStorage.removeItem(key)
  } catch {
    // Storage is blocked or full: the draft lasts as long as the page.
  }
}
