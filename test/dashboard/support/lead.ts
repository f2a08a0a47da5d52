import type { LeadDetail, LeadItem, Line } from '../../../dashboard/api.ts'

/** A lead as the API answers it, with what matters to the test. */
export function lead(known: Partial<LeadItem> = {}): LeadItem {
  return {
    id: '0199aaaa-0000-7000-8000-000000003f2a',
    site: 'acme',
    email: 'ada@example.com',
    name: 'Ada',
    company: null,
    stage: 'lead',
    shelf: known.stage ?? 'lead',
    quarantined: false,
    objected: false,
    score: Math.max(0, Math.min(100, known.rank ?? 0)),
    rank: 0,
    engagement: 0,
    fit: 0,
    spam: 0,
    owner: null,
    firstSeenAt: 0,
    lastSeenAt: 0,
    why: [],
    ...known,
  }
}

export function leadDetail(known: Partial<LeadDetail> = {}): LeadDetail {
  return {
    ...lead(),
    at: 0,
    version: 1,
    liveVersion: 1,
    traits: [],
    alsoDeclared: [],
    reasons: [],
    verdict: null,
    spamReasons: [],
    decisions: [],
    ahead: { next: null, lift: [], blocked: null, cools: null },
    stages: [],
    notes: [],
    visitors: 1,
    links: { linked: 1, quarantined: 0, undone: 0, beganAt: null },
    mapEdits: [],
    ...known,
  }
}

export function line(known: Partial<Line>): Line {
  return {
    kind: 'rule',
    rule: 'pricing',
    label: { en: 'Read the price page', fr: 'A lu la page Tarifs' },
    group: 'evaluation',
    groupLabel: { en: 'Evaluation', fr: 'Évaluation' },
    points: 0,
    earned: 0,
    hits: 0,
    lastAt: null,
    ...known,
  }
}
