/**
 * What the JSON API does, route by route, for programs and those who write them. It is kept by hand, for it says what a
 * route is for; a test holds it against the routes that there are, what each asks for and what it answers.
 */
import { ROLES } from '../domain/access.ts'
import { choice, days, LIST, type Operation, type Schema, text, texts, truth } from './operation.ts'
import { PEOPLE_OPERATIONS } from './operations-people.ts'

const RULESET: Schema = { type: 'object', description: 'Whole, by the JSON Schema at /api/rules/schema' }
const ACCESS = {
  role: choice('What they may do', ROLES),
  sites: { oneOf: [{ const: 'all' }, texts('Keys of sites')], description: 'What they see' },
}
const OF_SITE = {
  name: text('For people', 100),
  origins: texts('That may post, `https://*.example.com` for all subdomains; none: any'),
  excludedHosts: texts('Hosts whose pages are not counted, `*.example.com` for all subdomains'),
}
const SITE = ['id', 'name', 'origins', 'excludedHosts', 'requireConsent', 'firstEventAt', 'lastEventAt', 'firstHost']
const RETENTION = ['days', 'purge']

/** By route, as the app names it below `/api`. */
export const OPERATIONS: Record<string, Operation> = {
  'GET /openapi.json': {
    about: 'This document',
    for: 'viewer',
    gives: ['openapi', 'info', 'servers', 'paths', 'components'],
  },

  'POST /session': {
    about: 'Sign in: the answer sets a cookie',
    for: 'anyone',
    body: { needed: { email: text('Of a user'), password: text('Theirs') } },
    gives: ['user'],
    refuses: { 401: 'The two do not go together', 429: 'Too many tries' },
  },
  'GET /session': {
    about: 'Who you are, and what the operator should know',
    for: 'viewer',
    gives: ['user', 'publicUrl', 'pinnedTracker', 'proxyWarning', 'diskWarning', 'lostCommits'],
  },
  'DELETE /session': { about: 'Sign out', for: 'viewer', status: 204 },
  'PUT /session/password': {
    about: 'Change your password, which ends every other sign-in of yours',
    for: 'viewer',
    body: { needed: { password: text('The present one'), newPassword: text('The new one') } },
    status: 204,
    refuses: { 429: 'Too many tries' },
  },
  'POST /join/check': {
    about: 'What a one-time link is for',
    for: 'anyone',
    body: { needed: { token: text('What follows # in the link') } },
    gives: ['kind', 'email', 'presets'],
  },
  'POST /join': {
    about: 'Choose a password by a one-time link, and sign in',
    for: 'anyone',
    body: {
      needed: { token: text('What follows # in the link'), password: text('The new one') },
      optional: {
        email: text('Of the first user'),
        targets: { type: 'object', description: 'Of the first user: a preset of rules, and whom they sell to' },
      },
    },
    status: 201,
    gives: ['user'],
    refuses: { 409: 'There is such a user already' },
  },

  ...PEOPLE_OPERATIONS,

  'GET /rules': {
    about: 'The live rules',
    for: 'viewer',
    query: ['site'],
    gives: ['version', 'ruleset', 'publishing'],
  },
  'GET /rules/schema': { about: 'The JSON Schema of a ruleset', for: 'viewer', files: ['application/json'] },
  'GET /rules/presets': { about: 'Rulesets to begin with', for: 'viewer', gives: LIST },
  'GET /rules/export': {
    about: 'A ruleset as a file',
    for: 'viewer',
    query: ['site', 'version'],
    files: ['application/json'],
  },
  'GET /rules/versions': { about: 'All versions, newest first', for: 'viewer', query: ['site'], gives: LIST },
  'GET /rules/versions/:version': {
    about: 'One version with its ruleset',
    for: 'viewer',
    query: ['site'],
    gives: ['version', 'state', 'note', 'author', 'publishedAt', 'liveAt', 'progress', 'ruleset'],
  },
  'POST /rules/preview': {
    about: 'What would be otherwise under other rules',
    for: 'marketer',
    query: ['site'],
    body: { needed: { ruleset: RULESET } },
    gives: [
      ...['at', 'version', 'tookMs', 'leads', 'events', 'stages', 'moves', 'scores', 'weeks', 'sqlsAWeek'],
      ...['outcomes', 'rules', 'occurs', 'warnings'],
    ],
    refuses: { 413: 'Rulesets are smaller' },
  },
  'POST /rules/publish': {
    about: 'Work everybody out by other rules; `GET /rules/versions` tells how far it is',
    for: 'marketer',
    query: ['site'],
    body: {
      needed: { ruleset: RULESET, note: text('What is new', 1000) },
      optional: { basedOn: { type: 'integer', description: 'Refused unless this version is the live one' } },
    },
    status: 202,
    gives: ['version'],
    refuses: { 409: 'Another version is on its way, or has been published meanwhile', 413: 'Rulesets are smaller' },
  },

  'GET /stream': {
    about: 'Scores and stages as they change, as server-sent events',
    for: 'viewer',
    query: ['site'],
    files: ['text/event-stream'],
  },
  'GET /refused': {
    about: 'What intake refused, by day and reason, and when anybody was last seen',
    for: 'viewer',
    query: ['site'],
    gives: [...LIST, 'lastSeenAt'],
  },
  'GET /retention': {
    about: 'How long what is kept, and how the purge fares',
    for: 'viewer',
    query: ['site'],
    gives: RETENTION,
  },
  'PATCH /retention': {
    about: 'Keep it for other times',
    for: 'admin',
    query: ['site'],
    body: {
      needed: {},
      optional: {
        events: days('browsing is'),
        leads: days('leads are, after their last own action,'),
        refused: days('what was refused or not confirmed is'),
        audit: days('the audit log is'),
      },
    },
    gives: RETENTION,
  },
  'POST /retention/resume': {
    about: 'The clock is right: go on deleting',
    for: 'all sites',
    query: ['site'],
    gives: RETENTION,
    refuses: { 409: 'Nothing waits' },
  },

  'GET /sites': { about: 'The sites that you see', for: 'viewer', gives: LIST },
  'POST /sites': {
    about: 'Add a site',
    for: 'all sites',
    body: { needed: { id: text('Its key, which stands in its pages'), name: OF_SITE.name }, optional: OF_SITE },
    status: 201,
    gives: SITE,
    refuses: { 409: 'There is such a site already' },
  },
  'PATCH /sites/:id': {
    about: 'Change a site',
    for: 'admin',
    body: { needed: {}, optional: { ...OF_SITE, requireConsent: truth('Browsing without consent is refused') } },
    gives: SITE,
  },
  'GET /sites/:id/secrets': { about: 'By what the site signs identities', for: 'admin', gives: LIST },
  'POST /sites/:id/secrets': {
    about: 'Make another secret, told once',
    for: 'admin',
    status: 201,
    gives: ['id', 'createdBy', 'createdAt', 'secret'],
    refuses: { 409: 'Two are in use' },
  },
  'DELETE /sites/:id/secrets/:secretId': { about: 'Revoke a secret', for: 'admin', status: 204 },

  'GET /users': { about: 'Whom you see to', for: 'admin', gives: LIST },
  'POST /users': {
    about: 'Invite somebody; the link is told once',
    for: 'admin',
    body: { needed: { email: text('Theirs'), ...ACCESS } },
    status: 201,
    gives: ['link'],
    refuses: { 409: 'There is such a user already' },
  },
  'PATCH /users/:id': {
    about: 'Another role, other sites, or disabled',
    for: 'admin',
    body: { needed: {}, optional: { ...ACCESS, disabled: truth('Cannot sign in') } },
    gives: ['id', 'email', 'role', 'sites', 'createdAt', 'state'],
    refuses: { 409: 'The last admin of all sites stays one' },
  },
  'POST /users/:id/link': {
    about: 'A link for a new password, told once',
    for: 'admin',
    status: 201,
    gives: ['link'],
    refuses: { 409: 'The user is disabled' },
  },
  'GET /tokens': { about: 'What programs sign in by', for: 'admin', gives: LIST },
  'POST /tokens': {
    about: 'Make a token, told once',
    for: 'admin',
    body: {
      needed: {
        name: text('For people', 100),
        scope: choice('What a viewer may, or what a marketer may', ['read', 'write']),
        sites: ACCESS.sites,
      },
    },
    status: 201,
    gives: ['id', 'name', 'scope', 'sites', 'createdBy', 'createdAt', 'usedAt', 'revokedAt', 'suspended', 'token'],
  },
  'DELETE /tokens/:id': { about: 'Revoke a token', for: 'admin', status: 204 },
  'GET /audit': {
    about: 'Who did what, newest first',
    for: 'admin',
    query: ['site', 'action', 'actor', 'limit', 'cursor'],
    gives: [...LIST, 'actions'],
  },
}
