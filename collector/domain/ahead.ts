import { FAR } from './crossing.ts'
import { engagementOf } from './engagement.ts'
import { occasionOf, rankCourse, standingOf } from './fold.ts'
import type { Stage } from './history.ts'
import { hasRoom } from './limits.ts'
import type { Rule, Text } from './rule.ts'
import type { LeadScore } from './score.ts'
import { advance, applyDecision, nextChange } from './stage.ts'
import { counts, noTally } from './tally.ts'

/** Where a lead may go from here. */
export interface Ahead {
  /** The next stage that points can bring; null where people decide. */
  next: Stage | null
  /** The smallest single things that would lift it there; where none would, those that bring it nearest. */
  lift: Lift[]
  /** What keeps it down whatever the points. */
  blocked: 'contact' | 'spam' | 'fit' | 'objection' | null
  /** When it falls, and to what, if nothing happens. */
  cools: { at: number; stage: Stage } | null
}

export interface Lift {
  rule: string
  label: Text
  points: number
  score: number
  stage: Stage
}

const MOST_LIFTS = 3

export function lookAhead(lead: LeadScore): Ahead {
  if (lead.objected) return { next: null, lift: [], blocked: 'objection', cools: null }
  const next = nextStageOf(lead.stage.stage)
  const blocked = next ? obstacleOf(lead, next) : null
  const fall = nextChange(lead.stage, standingOf(lead, rankCourse(lead)), lead.at, lead.at + FAR)
  return {
    next,
    lift: next && blocked !== 'spam' ? liftsOf(lead, next, blocked) : [],
    blocked,
    cools: fall && (fall.cause === 'cooled' || fall.cause === 'fit') ? { at: fall.at, stage: fall.stage } : null,
  }
}

function nextStageOf(stage: Stage): 'lead' | 'mql' | 'sql' | null {
  if (stage === 'visitor') return 'lead'
  if (stage === 'lead' || stage === 'recycled') return 'mql'
  return stage === 'mql' ? 'sql' : null
}

function obstacleOf(lead: LeadScore, next: 'lead' | 'mql' | 'sql'): Ahead['blocked'] {
  if (next === 'lead') return 'contact'
  if (lead.quarantined) return 'spam'
  return lead.fit < lead.ruleset.thresholds[next].fit ? 'fit' : null
}

function liftsOf(lead: LeadScore, next: 'lead' | 'mql' | 'sql', blocked: Ahead['blocked']): Lift[] {
  if (next === 'lead') return []
  const lifts = lead.ruleset.rules
    .filter(
      (rule) => rule.points > 0 && !rule.off && (rule.decision ? hasRoom(lead.decided, lead.at) : mayCount(lead, rule)),
    )
    .filter((rule) => blocked !== 'fit' || rule.decision)
    .map((rule) => liftBy(lead, rule))
    .filter((lift) => lift.score > lead.score || lift.stage !== lead.stage.stage)
  const enough = lifts.filter((lift) => lift.stage !== lead.stage.stage).sort((a, b) => a.points - b.points)
  const nearest = lifts.sort((a, b) => b.score - a.score || a.points - b.points)
  return (enough.length > 0 ? enough : nearest).slice(0, MOST_LIFTS)
}

/** Where one hit of this rule would bring the lead at once: it may be more than one step. */
function liftBy(lead: LeadScore, rule: Rule): Lift {
  // Repeats limit points, never the effect of a decision.
  const engagement = engagementOf(lead.ruleset, lead.tallies, mayCount(lead, rule) ? rule : undefined)
  const standing = standingOf(lead, rankCourse(lead, engagement))
  const after = { ...lead.stage, changes: [] }
  if (rule.decision) applyDecision(after, rule.id, lead.at)
  advance(after, standing, lead.at, lead.at)
  const score = standing.score.round(standing.score.curve(lead.at, lead.at))
  return { rule: rule.id, label: rule.label, points: rule.points, score, stage: after.stage }
}

/** Could it earn points now, about something the lead has not seen yet? Not where its repeat policy has used up today. */
function mayCount(lead: LeadScore, rule: Rule): boolean {
  const tally = lead.tallies.get(rule.id) ?? noTally()
  return counts(rule, tally, occasionOf(lead, 'something new', lead.at))
}
