import { countEnglish } from './counting.ts'

interface Moved {
  enterCount: number
  riseCount: number
  leaveCount: number
}

/** The English texts of the preview, beside the rules. */
export const englishPreview = {
  chart: {
    title: 'Scores and thresholds',
    thresholds: 'Thresholds',
    hint: 'Drag a line, or focus it and press the arrow keys. Heights grow with the square root.',
    today: 'today',
    next: 'with these rules',
    mql: 'Threshold for MQL',
    sql: 'Threshold for SQL',
    score: (stage: string) => `${stage}: from score`,
    fit: (stage: string) => `${stage}: and fit of at least`,
    above: (score: number, above: number) =>
      `${score}: ${countEnglish(above, 'lead stands', 'leads stand')} at or above`,
    aboveShort: (above: string) => `${above} at or above`,
    shelf: 'Stage',
    difference: 'Change',
    quarantined: 'Quarantined',
  },
  preview: {
    title: 'What would change',
    computing: 'Working it out…',
    looked: (leads: string) => `Leads and visitors looked at: ${leads}.`,
    wrong: 'The preview is of the rules before the error.',
    same: 'These are the live rules: nothing changes.',
    nobody: 'No leads yet: as soon as somebody visits, you see here what a change would do.',
    stand: (mqls: string, sqls: string) => `By these rules: ${mqls} MQL, ${sqls} SQL.`,
    said: (mql: Moved, sql: Moved) =>
      `MQL: ${mql.enterCount} in, ${mql.riseCount} up to SQL, ${mql.leaveCount} out. ` +
      `SQL: ${sql.enterCount} in, ${sql.leaveCount} out.`,
    enters: (stage: string, amount: string) => `Become ${stage}: ${amount}`,
    leaves: (stage: string, amount: string) => `No longer ${stage}: ${amount}`,
    nobodyMoves: 'Nobody enters or leaves MQL or SQL.',
    more: (amount: string) => `and ${amount} more`,
    fromTo: (today: number, next: number) => `score ${today} → ${next}`,
    byStages: 'Score unchanged; the thresholds moved.',
    held: 'by a request, or by a score reached before and not yet lost',
    week: 'SQLs a week',
    weekOf: (next: string, today: string) => `${next} a week with these rules, ${today} today (mean of 12 weeks)`,
    over: (by: string) => `${by} a week more than sales can take.`,
    within: 'Within what sales can take.',
    capacity: 'Capacity: SQLs a week',
    capacityHint: 'Empty: not stated.',
    customers: 'Known customers',
    customersNone: 'No customers are marked yet. Mark leads as won or lost, and rules can be held against them.',
    caught: (next: string, today: string, known: string) =>
      `${next} of ${known} customers would have been an SQL before they bought (today ${today}).`,
    earlier: (earlier: string, later: string) => `${earlier} earlier, ${later} later than today`,
    median: (shift: string) => `median: ${shift}`,
    lost: (next: string, today: string, known: string) => `Of ${known} lost, ${next} had been an SQL (today ${today}).`,
    cost: (next: string, today: string) => `Cost: ${next} SQLs in all, ${today} today.`,
    missed: 'missed',
    caughtNow: 'caught only now',
    noLonger: 'no longer caught',
    daysEarlier: (days: string) => `${days} earlier`,
    daysLater: (days: string) => `${days} later`,
    asEarly: 'at the same time',
  },
}
