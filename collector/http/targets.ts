import { type Preset, presets } from '../domain/presets.ts'
import type { Lists } from '../domain/rule.ts'
import { findRulesetOrThrow, PublishedMeanwhile, publishRuleset } from '../store/rulesets.ts'
import { listOfTexts, optional, shortText } from './body.ts'
import type { Collector } from './context.ts'
import { problem } from './problem.ts'

/** The answers of the first set-up; what was skipped stays as it is. */
export type Targets = Partial<Lists> & { preset?: Preset['id'] | undefined; timeZone: string }

export function targetsOf(input: unknown): Targets {
  const { preset, sectors, sizes, regions, competitors, timeZone } = Object(input) as Record<string, unknown>
  return {
    preset: optional(preset, presetOf),
    sectors: optional(sectors, (given) => listOfTexts(given, 'sectors')),
    sizes: optional(sizes, (given) => listOfTexts(given, 'sizes')),
    regions: optional(regions, (given) => listOfTexts(given, 'regions')),
    competitors: optional(competitors, (given) => listOfTexts(given, 'competitors')),
    timeZone: timeZoneOf(timeZone),
  }
}

/** Puts them into the live rules. What a program publishes at the same moment is kept, with them in it. */
export async function publishTargets(
  collector: Collector,
  siteId: string,
  targets: Targets,
  author: string,
): Promise<void> {
  const { database, clock, rescoring } = collector
  const { version, ruleset } = await findRulesetOrThrow(database.db, siteId)
  const [, ...others] = presets()
  // A site begins with the first preset: what has been changed in it since, as the demo does, stays.
  const chosen = others.find(({ id }) => id === targets.preset)?.ruleset ?? ruleset
  const { sectors, sizes, regions, competitors } = { ...chosen.lists, ...defined(targets) }
  const changed = { ...chosen, timeZone: targets.timeZone, lists: { sectors, sizes, regions, competitors } }
  if (JSON.stringify(changed) === JSON.stringify(ruleset)) return
  const signed = { note: 'First set-up', author, basedOn: version }
  try {
    await database.transact((tx) => publishRuleset(tx, siteId, changed, signed, clock()))
  } catch (error) {
    if (!(error instanceof PublishedMeanwhile)) throw error
    return publishTargets(collector, siteId, targets, author)
  }
  rescoring.wake()
}

function presetOf(input: unknown): Preset['id'] {
  const preset = presets().find(({ id }) => id === input)
  if (!preset) throw problem(422, 'There is no such preset')
  return preset.id
}

function timeZoneOf(input: unknown): string {
  const name = shortText(input, 'timeZone')
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    throw problem(422, `"${name}" is not a time zone`)
  }
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T
}
