import { countEnglish } from './counting.ts'

interface Held {
  visitors: number
  shared: number
  events: number
  notes: number
  decisions: number
}

/** What a person may ask for, and how long what is kept. */
export const englishPrivacy = {
  objection: {
    hint: 'If this person objects to being profiled: the lead stays, without a score, whatever the rules.',
    object: 'Do not score this person…',
    how: 'How did they object?',
    confirm: 'Do not score',
    done: (name: string) => `${name} is not scored any more.`,
    objected: 'Objected to profiling',
    byPage: 'on the opt-out page',
    notScored: 'Not scored',
    why: 'Objected to profiling',
    notScoredWhy: 'Not scored: objected to profiling',
  },
  consents: {
    title: 'Consent',
    none: 'Nothing was said, and this site does not ask for it.',
    noneRequired: 'Nothing was said: no browsing is recorded.',
    granted: 'Granted',
    denied: 'Refused or withdrawn',
    browser: (end: string) => `browser …${end}`,
    text: (version: string) => `text ${version}`,
    by: (tool: string) => `by ${tool}`,
    proof: 'Proof',
  },
  objections: {
    title: 'Objections to profiling',
    waiting: 'To confirm',
    noneWaiting: 'Nobody waits for an answer.',
    answered: 'Answered',
    noneAnswered: 'Nothing has been answered yet.',
    asked: 'asked on the opt-out page',
    noted: (note: string) => `objected: “${note}”,`,
    nobody: 'no lead has this address',
    confirm: 'Confirm',
    confirmOf: (email: string) => `Confirm that ${email} objects`,
    dismiss: 'Dismiss',
    dismissOf: (email: string) => `Dismiss the objection of ${email}`,
    undoOf: (email: string) => `Undo the answer to ${email}`,
    answers: { confirmed: 'Confirmed', dismissed: 'Dismissed' },
    done: {
      confirmed: (email: string) => `${email} is not scored, now or later.`,
      dismissed: (email: string) => `The objection of ${email} is dismissed.`,
    },
    personalOf: (email: string) => `Personal data of ${email}`,
    goes: 'What goes: the address, what was asked and what was answered. Nothing brings it back, and whoever gives the address later is scored.',
    erased: 'Erased.',
    some: (waiting: number) =>
      waiting > 1000
        ? 'More than 1,000 objections to profiling to confirm'
        : `${countEnglish(waiting, 'objection', 'objections')} to profiling to confirm`,
    page: 'Let people object',
    pageHint:
      'Link this page in your privacy policy. Who objects there waits among the objections until one of you confirms.',
  },
  personal: {
    title: 'Personal data',
    copy: 'If this person asks for a copy: all that is held on them.',
    json: 'JSON',
    csv: 'CSV',
    erase: 'Erase this person…',
    sure: (name: string) => `Erase ${name} for good?`,
    goes: ({ visitors, events, notes, decisions }: Held) =>
      `What goes: name, address and score, ${[
        countEnglish(events, 'event', 'events'),
        `${countEnglish(visitors, 'browser', 'browsers')} of theirs`,
        countEnglish(notes, 'note', 'notes'),
        countEnglish(decisions, 'change by users', 'changes by users'),
      ].join(', ')}.`,
    shared: (browsers: number) =>
      `${countEnglish(browsers, 'browser was', 'browsers were')} used by others too: what was done in their time stays.`,
    never: 'Nothing brings it back. What these browsers still send is refused.',
    eraseNow: 'Erase for good',
  },
  keeping: {
    title: 'How long data is kept',
    hint: 'In days. Browsing counts for 396 days: what is kept for less counts for less.',
    kinds: {
      events: 'Browsing',
      leads: 'Leads, after their last own action',
      refused: 'What was refused or not confirmed, and bots',
      audit: 'Audit log',
    },
    lastRun: 'What was past its time was last deleted',
    never: 'Nothing has been past its time yet.',
    running: 'What is past its time is being deleted:',
    deleted: (rows: number, counted: string) => `${counted} ${rows === 1 ? 'row' : 'rows'} went.`,
    jumped: 'Nothing is deleted: the clock seems to have jumped',
    jumpedNext:
      'The server’s clock is days ahead of the last time. If it was off for so long and its clock is right, deleting may go on; if not, set the clock right.',
    jumpedWho: 'An admin of all sites can say so here.',
    resume: 'The clock is right: go on',
  },
}
