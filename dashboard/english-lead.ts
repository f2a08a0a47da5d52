/** What a person says of a lead, and what its days were. */
export const englishLead = {
  spam: {
    release: 'Release',
    releaseOf: (name: string) => `Release ${name}`,
    confirm: 'Confirm spam',
    confirmOf: (name: string) => `Confirm ${name} as spam`,
    mark: 'This is spam',
    released: (name: string) => `${name} is released, for good.`,
    confirmed: (name: string) => `${name} is confirmed as spam.`,
    quarantined: (spam: number) => `In quarantine: spam ${spam} of 100. Not ranked, not handed over.`,
    isSpam: 'Confirmed as spam. Not ranked, not handed over.',
    isReleased: (spam: number) => `Looks like spam (${spam} of 100), but was released.`,
    nothingToJudge: 'Nothing to judge: nobody looks like spam.',
  },
  curve: {
    title: 'Score over time',
    date: 'Date',
    now: 'now',
    at: (when: string, score: number) => `${when}: score ${score}`,
    jump: (before: number, after: number) => `${before} → ${after}`,
    summary: (score: number, highest: number, jumps: number) =>
      `Score over time: now ${score}, at most ${highest}, with ${jumps} ${jumps === 1 ? 'jump' : 'jumps'} listed below`,
    rules: 'Rules',
    version: (version: number) => `By version ${version} of the rules`,
    liveRules: (version: number) => `By today’s rules (version ${version})`,
    past: (when: string) => `This is the lead as it was on ${when}.`,
    otherRules: (version: number) =>
      `This is the lead by version ${version} of the rules, which is not the one in force.`,
    back: 'Back to today',
  },
  /** What a derived detail follows from, where it is not the e-mail. */
  whereabouts: {
    country: 'from the network address, which is not kept',
    language: 'from the browser’s settings',
  } as Record<string, string>,
  decisions: {
    title: 'Decided so far',
    verdict: { released: 'Released', confirmed: 'Spam' },
    by: (who: string, when: string) => `by ${who}, ${when}`,
    undo: 'Undo',
    undoOf: (what: string, when: string) => `Undo “${what}” of ${when}`,
    undone: (who: string, when: string) => `undone by ${who}, ${when}`,
    reasons: ['No budget', 'Wrong moment', 'Chose a competitor', 'No need', 'Not the right size', 'No answer'],
  },
}
