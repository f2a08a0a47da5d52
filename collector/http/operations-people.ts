/** What the JSON API does with leads, and with who objected. */
import { MANUAL_STAGES } from '../domain/history.ts'
import { choice, LIST, millis, type Operation, text } from './operation.ts'

const WHICH = {
  visitorId: text('One browser'),
  since: millis('Or all that came from then on'),
}
const LEAD = [
  ...['id', 'site', 'email', 'name', 'company', 'stage', 'shelf', 'quarantined', 'objected', 'score', 'rank'],
  ...['engagement', 'fit', 'spam', 'owner', 'firstSeenAt', 'lastSeenAt', 'why', 'at', 'version', 'liveVersion'],
  ...['verdict', 'traits', 'alsoDeclared', 'reasons', 'spamReasons', 'ahead', 'stages', 'decisions', 'notes', 'links'],
  ...['mapEdits', 'visitors'],
]
const OPT_OUT = ['id', 'email', 'at', 'known', 'note', 'lead', 'answer', 'answeredAt', 'by']
const MOVED = 'No such lead; `movedTo` is whom it was merged into or turned out to be'

export const PEOPLE_OPERATIONS: Record<string, Operation> = {
  'GET /leads': {
    about: 'The ranked list, or one by stage. `more`: the search looks at its first 1,000 matches',
    for: 'viewer',
    query: ['site', 'stage', 'q', 'owner', 'sort', 'limit', 'cursor'],
    gives: [...LIST, 'more', 'version'],
    refuses: { 409: 'The rules have changed: begin the list again' },
  },
  'GET /leads/export': {
    about: 'A list as a file, in the order of ids, in which no lead moves while it is read',
    for: 'marketer',
    query: ['site', 'stage', 'q', 'owner'],
    files: ['text/csv'],
  },
  'GET /leads/:id': {
    about: 'A lead with every reason for its score',
    for: 'viewer',
    query: ['site', 'at', 'version'],
    gives: LEAD,
    refuses: { 404: MOVED },
  },
  'PATCH /leads/:id': {
    about: 'Edit and decide; what is decided can be taken back',
    for: 'marketer',
    query: ['site'],
    body: {
      needed: {},
      optional: {
        traits: { type: 'object', description: 'New values by name; null: none' },
        owner: { type: ['string', 'null'], description: 'Who sees to them' },
        stage: choice('Decided by hand', MANUAL_STAGES),
        spam: choice('Let out of quarantine, or confirmed as spam', ['released', 'confirmed']),
        objected: choice('They object to being profiled; `note` says how', [true]),
        note: text('Why', 5000),
      },
    },
    gives: LEAD,
    refuses: { 404: MOVED },
  },
  'DELETE /leads/:id': {
    about: 'Erase the person for good',
    for: 'marketer',
    query: ['site'],
    status: 204,
    refuses: { 404: MOVED },
  },
  'GET /leads/:id/curve': {
    about: 'The score over time',
    for: 'viewer',
    query: ['site', 'version'],
    gives: ['from', 'until', 'points', 'jumps', 'thresholds'],
  },
  'GET /leads/:id/events': {
    about: 'What they did, newest first',
    for: 'viewer',
    query: ['site', 'limit', 'cursor'],
    gives: LIST,
  },
  'GET /leads/:id/links': {
    about: 'Which browsers are theirs, since when and why',
    for: 'viewer',
    query: ['site', 'limit', 'cursor'],
    gives: LIST,
  },
  'GET /leads/:id/consents': {
    about: 'What their browsers said about consent',
    for: 'viewer',
    query: ['site', 'limit', 'cursor'],
    gives: LIST,
  },
  'GET /leads/:id/held': {
    about: 'How much is held on them',
    for: 'viewer',
    query: ['site'],
    gives: ['visitors', 'shared', 'events', 'notes', 'decisions'],
  },
  'GET /leads/:id/export': {
    about: 'All that is held on them',
    for: 'marketer',
    query: ['site', 'format'],
    files: ['application/json', 'text/csv'],
  },
  'POST /leads/:id/notes': {
    about: 'Add a note',
    for: 'marketer',
    query: ['site'],
    body: { needed: { text: text('The note', 5000) } },
    status: 201,
    gives: ['id', 'text', 'by', 'at'],
  },
  'DELETE /leads/:id/notes/:noteId': { about: 'Delete a note', for: 'marketer', query: ['site'], status: 204 },
  'DELETE /leads/:id/decisions/:decisionId': {
    about: 'Take back what was decided, an objection, links taken back or released, or a merge',
    for: 'marketer',
    query: ['site'],
    gives: LEAD,
  },
  'POST /leads/:id/unlink': {
    about: 'Take links of browsers back',
    for: 'marketer',
    query: ['site'],
    body: { needed: {}, optional: WHICH },
    gives: LEAD,
  },
  'POST /leads/:id/release': {
    about: 'Let links of browsers out of quarantine',
    for: 'marketer',
    query: ['site'],
    body: { needed: {}, optional: WHICH },
    gives: LEAD,
  },
  'POST /leads/:id/merge': {
    about: 'Let another lead count as part of this one',
    for: 'marketer',
    query: ['site'],
    body: { needed: { lead: text('The id of the other') } },
    gives: LEAD,
    refuses: { 409: 'Somebody has just merged one of the two' },
  },

  'GET /objections': {
    about:
      'Who objected to being profiled on the opt-out page, or is no lead any more. `waiting`: 1,001 where more wait',
    for: 'viewer',
    query: ['site', 'state', 'limit', 'cursor'],
    gives: [...LIST, 'waiting'],
  },
  'PATCH /objections/:id': {
    about: 'Answer; null takes the answer back',
    for: 'marketer',
    query: ['site'],
    body: { needed: { answer: choice('Whether it is so', ['confirmed', 'dismissed', null]) } },
    gives: OPT_OUT,
  },
  'GET /objections/:id/export': {
    about: 'All that is held on somebody who is no lead',
    for: 'marketer',
    query: ['site', 'format'],
    files: ['application/json', 'text/csv'],
    refuses: { 409: 'It is a lead: `movedTo`' },
  },
  'DELETE /objections/:id': {
    about: 'Erase somebody who is no lead, for good',
    for: 'marketer',
    query: ['site'],
    status: 204,
    refuses: { 409: 'It is a lead: `movedTo`' },
  },
}
