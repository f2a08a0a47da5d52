// The client of the JSON API, typed by the server's own routes. Every call either answers or throws a Problem.
import { type ClientResponse, hc, type InferRequestType, type InferResponseType } from 'hono/client'
import type { App } from '../collector/app.ts'
import { attendance, becomePageOf } from './attendance.ts'

const api = hc<App>('/api', { headers: attendance })
type Api = typeof api

export type Site = InferResponseType<Api['sites']['$get']>['items'][number]
export type Session = InferResponseType<Api['session']['$get']> & { sites: Site[] }
export type Targets = NonNullable<InferRequestType<Api['join']['$post']>['json']['targets']>
export type LeadItem = InferResponseType<Api['leads']['$get']>['items'][number]
export type Stage = LeadItem['stage']
export type LeadDetail = InferResponseType<Api['leads'][':id']['$get']>
export type Trait = LeadDetail['traits'][number]
export type Note = LeadDetail['notes'][number]
export type Line = LeadDetail['reasons'][number]
export type LeadChange = Partial<InferRequestType<Api['leads'][':id']['$patch']>['json']>
export type DecidedStage = NonNullable<LeadChange['stage']>
export type Verdict = NonNullable<LeadChange['spam']>
export type Curve = InferResponseType<Api['leads'][':id']['curve']['$get']>
export type ConsentSaid = InferResponseType<Api['leads'][':id']['consents']['$get']>['items'][number]
export type OptOut = InferResponseType<Api['objections']['$get']>['items'][number]
export type LinkOf = InferResponseType<Api['leads'][':id']['links']['$get']>['items'][number]
export type LeadEvent = InferResponseType<Api['leads'][':id']['events']['$get']>['items'][number]

/** As it is sent: the answers' types lose the conditions within conditions. */
export type Ruleset = InferRequestType<Api['rules']['preview']['$post']>['json']['ruleset']
export type Rule = Ruleset['rules'][number]
export type FitRule = Ruleset['fit'][number]
export type SpamRule = Ruleset['spam'][number]
export type Condition = Rule['when']
export type TraitCondition = FitRule['when']
export type Preview = InferResponseType<Api['rules']['preview']['$post']>
export type Mover = Preview['moves']['mql']['enters'][number]
export type Version = InferResponseType<Api['rules']['versions']['$get']>['items'][number]
export type Preset = { id: string; label: Rule['label']; about: Rule['label']; ruleset: Ruleset }

export type User = InferResponseType<Api['users']['$get']>['items'][number]
export type Access = Pick<User, 'role' | 'sites'>
export type ApiToken = InferResponseType<Api['tokens']['$get']>['items'][number]
export type AuditEntry = InferResponseType<Api['audit']['$get']>['items'][number]

export type Arrivals = InferResponseType<Api['refused']['$get']>
export type Refusal = Arrivals['items'][number]

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface LeadQuery {
  site: string
  stage?: string
  q?: string
  cursor?: string
}

/** The instant and the version of the rules that a lead is shown as of; now and the live one where they are absent. */
export interface AsOf {
  at?: number
  version?: number
}

/** What is wrong at one place of a ruleset: `pointer` is RFC 6901, such as `/rules/3/points`. */
export interface Fault {
  /** As people write it: `rules[3].points`. */
  path: string
  pointer: string
  code: string
  message: string
}

/** What went wrong with a call: the server's RFC 9457 problem, or status 0 where no answer came. */
export class Problem extends Error {
  readonly status: number
  /** The lead that a visitor has become meanwhile. */
  readonly movedTo: string | null
  readonly faults: Fault[]
  /** The version of the rules that was published meanwhile. */
  readonly live: number | null
  /** What keeps the database from being asked or written to; the message says it. */
  readonly trouble: string | null

  constructor(status: number, detail: string, more: Omit<Told, 'title' | 'detail'> | null = null) {
    super(detail)
    this.status = status
    this.movedTo = more?.movedTo ?? null
    this.faults = more?.errors ?? []
    this.live = more?.live ?? null
    this.trouble = more?.trouble ?? null
  }

  static of(error: unknown): Problem {
    return error instanceof Problem ? error : new Problem(0, String(error))
  }
}

/** Calls back whenever the server no longer knows who is signed in, until the function that comes back is called. */
export function onSignedOut(told: () => void): () => void {
  signedOut.addEventListener('signed-out', told)
  return () => signedOut.removeEventListener('signed-out', told)
}

export async function findSession(): Promise<Session> {
  const [session, { items }] = await Promise.all([answerOf(api.session.$get()), findSites()])
  becomePageOf(session.user.email)
  return { ...session, sites: items }
}

/** Asks for nothing but whether the sign-in still stands; where it does not, whoever waits by `onSignedOut` is told. */
export const checkSignIn = () => answerOf(api.session.$get()).catch(() => undefined)
export const signIn = (email: string, password: string) =>
  answerOf(api.session.$post({ json: { email, password } })).then(({ user }) => becomePageOf(user.email))
export const signOut = () => answerOf(api.session.$delete())
export const changePassword = (password: string, newPassword: string) =>
  answerOf(api.session.password.$put({ json: { password, newPassword } }))
export type JoinLink = Awaited<ReturnType<typeof checkJoinLink>>
export const checkJoinLink = (token: string) => answerOf(api.join.check.$post({ json: { token } }))
export const join = (answer: { token: string; email?: string; password: string; targets?: Targets }) =>
  answerOf(api.join.$post({ json: { email: undefined, targets: undefined, ...answer } })).then(({ user }) =>
    becomePageOf(user.email),
  )
export const findSites = () => answerOf(api.sites.$get())
export const changeSite = async (id: string, change: { origins: string[]; excludedHosts: string[] }): Promise<Site> => {
  const json = { name: undefined, requireConsent: undefined, ...change }
  const site = await answerOf(api.sites[':id'].$patch({ param: { id }, json }))
  if (!site) throw new Problem(404, '')
  return site
}
export const makeSite = (site: { id: string; name: string }) =>
  answerOf(api.sites.$post({ json: { ...site, origins: [], excludedHosts: [] } }))
export const findUsers = () => answerOf(api.users.$get())
export const inviteUser = (user: Access & { email: string }) => answerOf(api.users.$post({ json: user }))
export const changeUser = (id: string, change: Partial<Access> & { disabled?: boolean }) => {
  const json = { role: undefined, sites: undefined, disabled: undefined, ...change }
  return answerOf(api.users[':id'].$patch({ param: { id }, json }))
}
export const makeLink = (id: string) => answerOf(api.users[':id'].link.$post({ param: { id } }))
export const findTokens = () => answerOf(api.tokens.$get())
export const makeToken = (token: Pick<ApiToken, 'name' | 'scope' | 'sites'>) =>
  answerOf(api.tokens.$post({ json: token }))
export const revokeToken = (id: string) => answerOf(api.tokens[':id'].$delete({ param: { id } }))
export const findAudit = (query: { action?: string; actor?: string; site?: string; cursor?: string }) =>
  answerOf(api.audit.$get({ query }))
export const findArrivals = (site: string) => answerOf(api.refused.$get({ query: { site } }))
export const findLeads = (query: LeadQuery) => answerOf(api.leads.$get({ query }))
/** The address of a list as a file for spreadsheets. */
export const leadsFile = ({ cursor: _, ...query }: LeadQuery) => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return `/api/leads/export?${new URLSearchParams(given)}`
}
export const findLead = (site: string, id: string, asOf: AsOf = {}) =>
  answerOf(api.leads[':id'].$get(within(site, { id }, { ...asOf })))
export const findCurve = (site: string, id: string, version?: number) =>
  answerOf(api.leads[':id'].curve.$get(within(site, { id }, { version })))
export const changeLead = (site: string, id: string, change: LeadChange) => {
  const none = { traits: undefined, owner: undefined, stage: undefined, spam: undefined, objected: undefined }
  const json = { ...none, note: undefined, ...change }
  return answerOf(api.leads[':id'].$patch({ ...within(site, { id }), json }))
}
export const undoDecision = (site: string, id: string, decisionId: string) =>
  answerOf(api.leads[':id'].decisions[':decisionId'].$delete(within(site, { id, decisionId })))
export const findObjections = async (site: string, state: 'waiting' | 'answered', cursor?: string) => ({
  ...(await answerOf(api.objections.$get({ query: { site, state, ...(cursor && { cursor }) } }))),
  state,
})
export const answerObjection = (site: string, id: string, answer: OptOut['answer']) =>
  answerOf(api.objections[':id'].$patch({ ...within(site, { id }), json: { answer } }))
export const eraseObjector = (site: string, id: string) => answerOf(api.objections[':id'].$delete(within(site, { id })))
type Which = { visitorId: string } | { since: number }
export const findLinks = (site: string, id: string) => answerOf(api.leads[':id'].links.$get(within(site, { id })))
export const unlink = (site: string, id: string, json: Which) =>
  answerOf(api.leads[':id'].unlink.$post({ ...within(site, { id }), json }))
export const release = (site: string, id: string, json: Which) =>
  answerOf(api.leads[':id'].release.$post({ ...within(site, { id }), json }))
export const merge = (site: string, id: string, lead: string) =>
  answerOf(api.leads[':id'].merge.$post({ ...within(site, { id }), json: { lead } }))
export const findSecrets = (id: string) => answerOf(api.sites[':id'].secrets.$get({ param: { id } }))
export const makeSecret = (id: string) => answerOf(api.sites[':id'].secrets.$post({ param: { id } }))
export const revokeSecret = (id: string, secretId: string) =>
  answerOf(api.sites[':id'].secrets[':secretId'].$delete({ param: { id, secretId } }))
export const addNote = (site: string, id: string, text: string) =>
  answerOf(api.leads[':id'].notes.$post({ ...within(site, { id }), json: { text } }))
export const deleteNote = (site: string, id: string, noteId: string) =>
  answerOf(api.leads[':id'].notes[':noteId'].$delete(within(site, { id, noteId })))
export const findHeldOn = (site: string, id: string) => answerOf(api.leads[':id'].held.$get(within(site, { id })))
export const eraseLead = (site: string, id: string) => answerOf(api.leads[':id'].$delete(within(site, { id })))
/** The address of all that is held on a person, as a file: a lead, or who objected and is none. */
export const personFile = (site: string, noun: 'leads' | 'objections', id: string, format: 'json' | 'csv') =>
  `/api/${noun}/${encodeURIComponent(id)}/export?${new URLSearchParams({ site, format })}`
export const findRetention = (site: string) => answerOf(api.retention.$get(within(site, {})))
export const changeRetention = (site: string, json: Partial<Awaited<ReturnType<typeof findRetention>>['days']>) =>
  answerOf(api.retention.$patch({ ...within(site, {}), json }))
export const resumePurge = (site: string) => answerOf(api.retention.resume.$post(within(site, {})))
export const findConsents = (site: string, id: string, cursor?: string) =>
  answerOf(api.leads[':id'].consents.$get(within(site, { id }, { cursor })))
export const findEvents = (site: string, id: string, cursor?: string) =>
  answerOf(api.leads[':id'].events.$get(within(site, { id }, { cursor })))

export const findRules = async (site: string) => {
  const { version, ruleset } = await answerOf(api.rules.$get(within(site, {})))
  return { version, ruleset: ruleset as Ruleset }
}
export const findPresets = async () => (await answerOf(api.rules.presets.$get())).items as Preset[]
export const findVersions = (site: string) => answerOf(api.rules.versions.$get(within(site, {})))
export const findVersion = async (site: string, version: number) =>
  (await answerOf(api.rules.versions[':version'].$get(within(site, { version: String(version) })))).ruleset as Ruleset
export const previewRules = (site: string, ruleset: Ruleset, signal: AbortSignal) =>
  answerOf(api.rules.preview.$post({ ...within(site, {}), json: { ruleset } }, { init: { signal } }))
export const publishRules = (site: string, ruleset: Ruleset, note: string, basedOn: number) =>
  answerOf(api.rules.publish.$post({ ...within(site, {}), json: { ruleset, note, basedOn } }))
/** The address of a version as a file. */
export const rulesFile = (site: string, version: number) =>
  `/api/rules/export?${new URLSearchParams({ site, version: String(version) })}`

const signedOut = new EventTarget()

/** The routes' types name what is in the path, not the query that goes with it. */
function within<T>(site: string, param: T, more: Record<string, string | number | undefined> = {}) {
  const given = Object.entries(more).filter(([, value]) => value !== undefined)
  return { param, query: { site, ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])) } }
}

async function answerOf<T>(request: Promise<ClientResponse<T>>): Promise<T> {
  const response = await request.catch((error) => {
    throw new Problem(0, String(error))
  })
  if (!response.ok) throw await problemOf(response)
  return response.status === 204 ? (null as T) : ((await response.json()) as T)
}

async function problemOf(response: ClientResponse<unknown>): Promise<Problem> {
  // A proxy's error page is not JSON; the status says enough then.
  const told = (await response.json().catch(() => null)) as Told | null
  if (response.status === 401) {
    becomePageOf(null)
    signedOut.dispatchEvent(new Event('signed-out'))
  }
  return new Problem(response.status, told?.detail ?? told?.title ?? response.statusText, told)
}

interface Told {
  title?: string
  detail?: string
  movedTo?: string
  errors?: Fault[]
  live?: number
  trouble?: string
}
