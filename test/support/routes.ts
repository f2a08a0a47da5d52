/** Every route there is, for whom it is, and a request to it that is in order. */
import type { Access, Role } from '../../collector/domain/access.ts'

/** What exists on one site, to be asked for. */
export interface Ids {
  site: string
  lead: string
  other: string
  note: string
  decision: string
  user: string
  token: string
  secret: string
  /** What was asked for on the opt-out page. */
  objection: string
  /** The rules as they are. */
  ruleset: unknown
}

export interface Route {
  /** The least role that may; `all sites`: an admin of all of them. */
  for: 'anyone' | Role | 'all sites'
  /** About the installation or whoever asks, not about a site. */
  everywhere?: true
  body?: (ids: Ids) => unknown
  /** What it answers whoever may, where that is no 2xx: there is nothing there to take back, say. */
  answers?: number
}

/** A new route needs a line here, or a test fails that goes by what the app itself says are its routes. */
export const ROUTES: Record<string, Route> = {
  'OPTIONS /e': { for: 'anyone' },
  'POST /e': { for: 'anyone', body: () => ({}), answers: 422 },
  'GET /:name{braise(-[a-z0-9]+)?\\.js}': { for: 'anyone' },
  'GET /': { for: 'anyone' },
  'GET /leads/:id': { for: 'anyone' },
  'GET /objections': { for: 'anyone' },
  'GET /rules': { for: 'anyone' },
  'GET /setup': { for: 'anyone' },
  'GET /admin/:page': { for: 'anyone' },
  'GET /account': { for: 'anyone' },
  'GET /join': { for: 'anyone' },
  'GET /sign-in': { for: 'anyone' },
  'GET /assets/main.js': { for: 'anyone' },
  'GET /assets/style.css': { for: 'anyone' },
  'GET /opt-out/:site': { for: 'anyone' },
  'POST /opt-out/:site': { for: 'anyone', answers: 422 },
  'GET /health': { for: 'anyone' },
  'GET /ready': { for: 'anyone' },
  // For whoever has the METRICS_TOKEN, and not there at all where none is set.
  'GET /metrics': { for: 'all sites', everywhere: true, answers: 404 },
  'POST /api/session': { for: 'anyone', body: () => ({ email: 'nobody', password: '' }), answers: 422 },
  'POST /api/join/check': { for: 'anyone', body: () => ({ token: 'guess' }), answers: 404 },
  'POST /api/join': { for: 'anyone', body: () => ({ token: 'guess', password: 'a difference engine' }), answers: 404 },

  'GET /api/session': { for: 'viewer', everywhere: true },
  'GET /api/sites': { for: 'viewer', everywhere: true },
  'GET /api/openapi.json': { for: 'viewer', everywhere: true },
  'GET /api/rules/schema': { for: 'viewer', everywhere: true },
  'GET /api/rules/presets': { for: 'viewer', everywhere: true },
  'GET /api/leads': { for: 'viewer' },
  'GET /api/leads/:id': { for: 'viewer' },
  'GET /api/leads/:id/curve': { for: 'viewer' },
  'GET /api/leads/:id/events': { for: 'viewer' },
  'GET /api/leads/:id/links': { for: 'viewer' },
  'GET /api/leads/:id/consents': { for: 'viewer' },
  'GET /api/leads/:id/held': { for: 'viewer' },
  'GET /api/objections': { for: 'viewer' },
  'GET /api/refused': { for: 'viewer' },
  'GET /api/rules': { for: 'viewer' },
  'GET /api/rules/export': { for: 'viewer' },
  'GET /api/rules/versions': { for: 'viewer' },
  'GET /api/rules/versions/:version': { for: 'viewer' },
  'GET /api/stream': { for: 'viewer' },
  'GET /api/retention': { for: 'viewer' },

  'GET /api/leads/export': { for: 'marketer' },
  'GET /api/leads/:id/export': { for: 'marketer' },
  'GET /api/objections/:id/export': { for: 'marketer' },
  'PATCH /api/leads/:id': { for: 'marketer', body: () => ({ traits: { title: 'Countess' } }) },
  'PATCH /api/objections/:id': { for: 'marketer', body: () => ({ answer: 'dismissed' }) },
  'POST /api/leads/:id/notes': { for: 'marketer', body: () => ({ text: 'Called.' }) },
  'POST /api/leads/:id/unlink': { for: 'marketer', body: () => ({ visitorId: 'nobody' }), answers: 404 },
  'POST /api/leads/:id/release': { for: 'marketer', body: () => ({ visitorId: 'nobody' }), answers: 404 },
  'POST /api/rules/preview': { for: 'marketer', body: ({ ruleset }) => ({ ruleset }) },
  'DELETE /api/leads/:id/decisions/:decisionId': { for: 'marketer' },
  'DELETE /api/leads/:id/notes/:noteId': { for: 'marketer' },
  'POST /api/leads/:id/merge': { for: 'marketer', body: ({ other }) => ({ lead: other }) },
  'DELETE /api/leads/:id': { for: 'marketer' },
  'DELETE /api/objections/:id': { for: 'marketer' },
  'POST /api/rules/publish': { for: 'marketer', body: ({ ruleset }) => ({ ruleset, note: 'The same again' }) },

  'GET /api/users': { for: 'admin', everywhere: true },
  'GET /api/tokens': { for: 'admin', everywhere: true },
  'GET /api/audit': { for: 'admin' },
  'PATCH /api/sites/:id': { for: 'admin', body: () => ({ excludedHosts: ['staging.example'] }) },
  'PATCH /api/retention': { for: 'admin', body: () => ({}) },
  'POST /api/retention/resume': { for: 'all sites', answers: 409 },
  'GET /api/sites/:id/secrets': { for: 'admin' },
  'POST /api/sites/:id/secrets': { for: 'admin' },
  'DELETE /api/sites/:id/secrets/:secretId': { for: 'admin' },
  'POST /api/users': {
    for: 'admin',
    body: ({ site }) => ({ email: `new@${site}.example`, role: 'viewer', sites: [site] }),
  },
  'POST /api/users/:id/link': { for: 'admin' },
  'PATCH /api/users/:id': { for: 'admin', body: () => ({ role: 'marketer' }) },
  'POST /api/tokens': { for: 'admin', body: ({ site }) => ({ name: 'New', scope: 'read', sites: [site] }) },
  'DELETE /api/tokens/:id': { for: 'admin' },
  'POST /api/sites': {
    for: 'all sites',
    everywhere: true,
    body: ({ site }) => ({ id: `${site}-too`, name: 'New' }),
  },

  // Last, for whoever asks is signed out by them.
  'PUT /api/session/password': {
    for: 'viewer',
    everywhere: true,
    body: () => ({ password: '', newPassword: '' }),
    answers: 422,
  },
  'DELETE /api/session': { for: 'viewer', everywhere: true },
}

/** @param route as a key of the table. @returns the address with the ids of a site in it */
export function addressOf(route: string, ids: Ids): string {
  const [, path = ''] = route.split(' ')
  const fixed: Record<string, string> = {
    version: '1',
    page: 'users',
    name: 'braise.js',
    noteId: ids.note,
    decisionId: ids.decision,
    secretId: ids.secret,
    site: ids.site,
  }
  const { lead, user, token, site, objection } = ids
  const nouns: Record<string, string> = { leads: lead, users: user, tokens: token, sites: site, objections: objection }
  const filled = path.replace(/(?:\/(\w+))?\/:(\w+)(\{.*\})?/g, (_, noun: string | undefined, name: string) => {
    return `${noun ? `/${noun}` : ''}/${name === 'id' ? nouns[noun ?? ''] : fixed[name]}`
  })
  return path.startsWith('/api/') ? `${filled}?site=${ids.site}` : filled
}

const RANK = { viewer: 1, marketer: 2, admin: 3 }

/** @param access null: nobody who is signed in */
export function isAllowed(route: Route, access: Access | null, site: string): boolean {
  if (route.for === 'anyone') return true
  if (access === null) return false
  if (route.for === 'all sites') return access.role === 'admin' && access.sites === 'all'
  return (
    RANK[access.role] >= RANK[route.for] &&
    (route.everywhere === true || access.sites === 'all' || access.sites.includes(site))
  )
}

/** The key of the table for a request, such as `PATCH /api/leads/019d…`. */
export function routeOf(request: string): string | undefined {
  const parts = request.split('/')
  const isFor = (route: string) => {
    const wanted = route.split('/')
    return wanted.length === parts.length && wanted.every((part, i) => part.startsWith(':') || part === parts[i])
  }
  const params = (route: string) => route.split('/:').length
  return Object.keys(ROUTES)
    .filter(isFor)
    .sort((a, b) => params(a) - params(b))[0]
}
